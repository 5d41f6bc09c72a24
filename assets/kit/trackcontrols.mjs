/** The choices of the Algorithm tab, for monitor and strips alike: what runs along x, studies side by side, zoom. */
import { make, mountSelect } from "./menu.mjs";
import { chosen } from "./panels.mjs";
import { ALONG } from "./tracks.mjs";
import { mountZoom } from "./zoom.mjs";

/** Mount the choices into the head of a card. @param {HTMLElement} slot @param {Model} model */
export function mountTrackControls(slot, model) {
  const choose = (change) => model.set("trace", { ...model.settings.trace, ...change });
  const offered = () => model.traces.tracks.choices().map((value) => ({ value, label: ALONG[value].label }));
  const along = mountSelect(slot, "x", offered, () => chosen(model).along, (x) => choose({ x }));
  const side = make("button", { type: "button", className: "tr-btn", textContent: "Side by side", title: "Several studies side by side, else one above the other" });
  side.addEventListener("click", () => choose({ side: !chosen(model).side }));
  slot.append(side);
  mountZoom(slot, model);
  const update = () => {
    along.update();
    side.hidden = model.table.ids.length < 2;
    side.setAttribute("aria-pressed", String(chosen(model).side));
  };
  for (const event of ["data", "traces"]) model.on(event, update);
  update();
}
