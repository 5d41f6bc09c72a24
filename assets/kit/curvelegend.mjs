/** The legend of the learning curves: a click switches what it names off and on again. */
import { css, ramp } from "./colour.mjs";
import { groupsOf, lookOf, rowsToDraw, setLook } from "./curveset.mjs";
import { make } from "./menu.mjs";

/**
 * Mount the legend into a host.
 * @param {HTMLElement} host @param {Model} model
 */
export function mountCurveLegend(host, model) {
  const list = host.appendChild(make("div", { className: "tr-curve-legend", role: "group", aria: { label: "Legend of the curves" } }));
  let told = null;
  const update = () => {
    const items = model.curves.logged.length ? legendItems(model) : [];
    const key = JSON.stringify([items, document.documentElement.dataset.bsTheme]);
    if (key === told) return;
    told = key;
    const at = [...list.children].indexOf(document.activeElement);
    list.replaceChildren(...items.map((item) => button(model, item)));
    list.children[at]?.focus();
  };
  for (const event of ["curves", "data", "pins", "commit"]) model.on(event, update);
  window.addEventListener("trellis:theme", update);
  let focus = null;
  model.on("focus", () => {
    if (model.focus !== focus) update();
    focus = model.focus;
  });
  update();
}

/** What can be switched off: the selection, each pin, the focus, and training, validation and test curves. */
export function legendItems(model) {
  const { hidden, metrics, apart } = lookOf(model);
  const { curves, table, pinnedRows, focus } = model;
  const trial = (row) => `trial ${table.keyOf(row).number}`;
  const focused = focus ? table.rowOf(focus.study, focus.number) : -1;
  const pins = pinnedRows.map(({ row, label }) => ({ key: `pin ${label}`, label: trial(row), mark: label }));
  const isPinned = pinnedRows.some(({ row }) => row === focused);
  const parts = groupsOf(metrics ?? curves.curved, apart).flatMap(({ series }) => series.map(({ part }) => part)).filter(Boolean);
  const words = { train: "training", validation: "validation", test: "test" };
  const items = [
    { key: "selection", label: `selection (${rowsToDraw(model).selected.toLocaleString("en")})`, mark: "ramp" },
    ...pins,
    ...(focused >= 0 && !isPinned ? [{ key: "focus", label: `${trial(focused)} (focus)`, mark: "focus" }] : []),
    ...[...new Set(parts)].map((part) => ({ key: part, label: words[part], mark: part })),
  ];
  return items.map((item) => ({ ...item, on: !hidden.includes(item.key) }));
}

function button(model, { key, label, mark, on }) {
  const sign = make("i", { className: `tr-curve-sign tr-curve-${mark.length > 2 ? mark : "pin"}`, textContent: mark.length > 2 ? "" : mark });
  if (mark === "ramp") sign.style.background = gradient();
  const element = make("button", { type: "button", className: "tr-curve-item", title: on ? "Click to switch off" : "Click to switch on", aria: { pressed: String(on) } }, sign, make("span", { textContent: label }));
  element.addEventListener("click", () => {
    const { hidden } = lookOf(model);
    setLook(model, { hidden: on ? [...hidden, key] : hidden.filter((one) => one !== key) });
  });
  return element;
}

/** The colours of performance, worst to best. */
function gradient() {
  const colours = ramp(document.documentElement.dataset.bsTheme === "dark" ? "dark" : "light");
  return `linear-gradient(to right, ${[0, 85, 170, 255].map((i) => css(colours[i])).join(", ")})`;
}
