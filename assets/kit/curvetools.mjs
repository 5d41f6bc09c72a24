/** The choices over learning curves: metrics, panels, x, log axes, smoothing; in the drawer the metrics only. */
import { alongs, defaultMetrics, lookOf, setLook } from "./curveset.mjs";
import { make, mountMenu, mountSelect } from "./menu.mjs";
import { SMOOTHINGS, windowOf } from "./smoothing.mjs";

const LAYOUTS = [
  { value: "metric", label: "one a metric" },
  { value: "model", label: "one a model" },
  { value: "together", label: "one for all" },
];

/**
 * Mount the choices into a host; both hosts of a page show the same.
 * @param {HTMLElement} host @param {Model} model
 */
export function mountCurveTools(host, model) {
  const compact = JSON.parse(host.dataset.options ?? "{}").rows === "pinned";
  const look = () => lookOf(model);
  const row = host.appendChild(make("div", { className: "tr-curve-tools" }));
  const metrics = mountMenu(row, "Metrics ▾", () => metricItems(model), (name, on) => toggleMetric(model, name, on), { hint: "Metrics of the curves" });
  const parts = [];
  if (!compact) {
    parts.push(mountSelect(row, "panels", () => LAYOUTS, () => look().layout, (layout) => setLook(model, { layout })));
    parts.push(mountSelect(row, "x", () => alongs(model.curves.logged, model.curves.isTimed), () => look().x, (x) => setLook(model, { x })));
    parts.push(check(row, "log x", () => look().logx, (logx) => setLook(model, { logx })));
    parts.push(check(row, "log y", () => look().logy, (logy) => setLook(model, { logy })));
    parts.push(check(row, "train and validation together", () => !look().apart, (on) => setLook(model, { apart: !on })));
    parts.push(smoothing(row, model));
    parts.push(whole(row, model));
  }
  const update = () => {
    host.hidden = !model.curves.logged.length || (compact && !model.pins.length && !model.focus);
    metrics.element.hidden = model.curves.logged.length < 2;
    for (const part of parts) part.update();
  };
  for (const event of ["curves", "data", "pins"]) model.on(event, update);
  let focus = null;
  model.on("focus", () => {
    if (model.focus !== focus) update();
    focus = model.focus;
  });
  update();
}

function shownMetrics(model) {
  const { logged } = model.curves;
  const chosen = lookOf(model).metrics?.filter((name) => logged.includes(name)) ?? [];
  return chosen.length ? chosen : defaultMetrics(model.curves.curved, model.objective ? [model.objective.name] : []);
}

function metricItems(model) {
  const shown = shownMetrics(model);
  return model.curves.logged.map((name) => ({ name, on: shown.includes(name) }));
}

function toggleMetric(model, name, on) {
  const others = shownMetrics(model).filter((one) => one !== name);
  setLook(model, { metrics: on ? [...others, name] : others });
}

function check(row, label, get, set) {
  const box = make("input", { type: "checkbox", className: "tr-check" });
  row.append(make("label", { className: "tr-choice" }, box, make("span", { textContent: label })));
  box.addEventListener("change", () => set(box.checked));
  return { update: () => (box.checked = get()) };
}

/** The kind of smoothing and, with one, how much of it. */
function smoothing(row, model) {
  const kind = mountSelect(row, "smoothing", () => SMOOTHINGS, () => lookOf(model).smooth, (smooth) => setLook(model, { smooth }));
  const slider = make("input", { type: "range", min: "0", max: "0.99", step: "0.01", className: "tr-curve-slider", title: "How much", aria: { label: "Strength of the smoothing" } });
  slider.addEventListener("input", () => setLook(model, { strength: Number(slider.value) }));
  const told = make("span", { className: "tr-note" });
  row.append(slider, told);
  const update = () => {
    kind.update();
    const { smooth, strength } = lookOf(model);
    slider.hidden = told.hidden = smooth === "none";
    slider.value = String(strength);
    told.textContent = smooth === "mean" ? `${windowOf(strength, model.curves.longest)} points` : `weight ${strength}`;
    slider.setAttribute("aria-valuetext", told.textContent);
  };
  return { update };
}

/** The way back from a zoom, for the keyboard too. */
function whole(row, model) {
  const button = make("button", { type: "button", className: "tr-btn", textContent: "Whole range", title: "Show the whole range of x again (double click in a panel)" });
  button.addEventListener("click", () => setLook(model, { from: null, to: null }));
  row.append(button);
  return { update: () => (button.hidden = lookOf(model).from === null) };
}
