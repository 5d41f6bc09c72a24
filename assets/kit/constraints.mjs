/** Constraints on metrics ('parameters ≤ 50 k'), the best feasible models, and what each constraint costs. */
import { make } from "./menu.mjs";

/**
 * Mount the constraints into a host.
 * @param {HTMLElement} host @param {Model} model
 */
export function mountConstraints(host, model) {
  const said = host.appendChild(make("p", { className: "tr-note" }));
  const update = () => {
    said.textContent = model.metrics.length ? "" : "No metric to constrain.";
  };
  model.on("data", update);
  update();
}
