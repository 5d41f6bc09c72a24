/** The pinned trials with their numbers, and the focused trial: what it reached and how it was configured. */
import { valueText } from "./axes.mjs";
import { fillMarks, starButton } from "./markview.mjs";
import { make } from "./menu.mjs";
import { openDetail } from "./modeldetail.mjs";

/**
 * Mount the list of pins and the focused trial into a host.
 * @param {HTMLElement} host @param {Model} model
 */
export function mountPins(host, model) {
  const list = make("ol", { className: "tr-pins", aria: { label: "Pinned trials" } });
  const focus = make("section", { className: "tr-focus", aria: { label: "Focused trial" } });
  host.replaceChildren(list, focus);
  const update = () => {
    list.replaceChildren(...model.pins.map((pin, i) => pinItem(model, pin, i)));
    list.hidden = model.pins.length === 0;
    fillFocus(focus, model);
  };
  for (const event of ["data", "pins"]) model.on(event, update);
  let shown = null;
  model.on("focus", () => {
    if (model.focus === shown) return;
    shown = model.focus;
    update();
  });
  update();
}

function pinItem(model, pin, i) {
  const row = model.table.rowOf(pin.study, pin.number);
  const focused = model.focus?.study === pin.study && model.focus.number === pin.number;
  const label = trialText(model, pin);
  const away = row < 0 && model.studies.has(pin.study) && !model.shown.includes(pin.study);
  const go = make("button", { type: "button", className: "tr-pin-go", title: away ? `Show its study and focus ${label}` : `Focus ${label}`, disabled: row < 0 && !away });
  go.append(make("b", { className: "tr-pin-number", textContent: String(i + 1) }), make("span", { textContent: label }));
  go.append(make("span", { className: "tr-pin-value", textContent: row < 0 ? "not shown" : objectiveText(model, row) }));
  go.addEventListener("click", () => (away ? window.dash_clientside.trellis.focus(pin.study, pin.number) : model.setFocus(row)));
  const off = make("button", { type: "button", className: "tr-icon", textContent: "×", title: "Unpin", aria: { label: `Unpin ${label}` } });
  off.addEventListener("click", () => model.setPins(model.pins.filter((_, k) => k !== i)));
  return make("li", { className: focused ? "tr-pin tr-pin-focused" : "tr-pin", dataset: { study: pin.study, number: pin.number } }, go, off);
}

function trialText(model, { study, number }) {
  const several = model.shown.length > 1 || !model.shown.includes(study);
  return `trial ${number}${several ? ` · ${model.studies.get(study)?.name ?? "a study that is not open"}` : ""}`;
}

function objectiveText(model, row) {
  const { objective } = model;
  return objective ? valueText(model.table.columns.get(objective.name), model.axis(objective.name), row) : "";
}

// --- focus ----------------------------------------------------------------------------------------------------------

function fillFocus(host, model) {
  const row = model.focus ? model.table.rowOf(model.focus.study, model.focus.number) : -1;
  if (row < 0) {
    const text = model.pins.length ? "Click a trial in any view to focus it." : "Click a trial in any view to focus it; P or + pins it, S stars it, N notes.";
    host.replaceChildren(make("p", { className: "tr-note", textContent: text }));
    return;
  }
  const { columns } = model.table;
  const best = model.best();
  const read = (name, at) => valueText(columns.get(name), model.axis(name), at);
  const differs = (name) => best >= 0 && columns.get(name).values[row] !== columns.get(name).values[best] && read(name, row) !== read(name, best);
  const { metrics, space } = model.studies.get(model.focus.study); // other shown studies may have others
  const own = model.params.filter((name) => name in space);
  const params = [...own.filter(differs), ...own.filter((name) => !differs(name))];
  const pairs = (names, note) => names.map((name) => pair(name, read(name, row), note(name)));
  host.replaceChildren(
    focusHead(model, row),
    fillMarks(model, row),
    make("dl", { className: "tr-values" }, ...pairs(model.metrics.filter((name) => metrics.some((metric) => metric.name === name)), () => "").flat()),
    ...(params.length ? [make("h3", { textContent: best === row ? "Configuration, the best" : "Configuration" })] : []),
    make("dl", { className: "tr-values" }, ...pairs(params, (name) => (differs(name) ? `best: ${read(name, best)}` : "")).flat()),
  );
}

function focusHead(model, row) {
  const { columns } = model.table;
  const state = columns.get("state");
  const pinned = model.pinnedRows.find((pin) => pin.row === row);
  const pin = make("button", { type: "button", className: "tr-btn", textContent: pinned ? "Unpin" : "+ Pin", title: `${pinned ? "Unpin" : "Pin"} this trial (P)` });
  pin.addEventListener("click", () => model.togglePin(row));
  const extra = ["budget", "seed"].filter((name) => columns.get(name)?.values[row] === columns.get(name)?.values[row] && columns.has(name));
  const facts = [state ? state.levels[state.values[row]] : "", ...extra.map((name) => `${name} ${valueText(columns.get(name), model.axis(name), row)}`)];
  const details = make("button", { type: "button", className: "tr-btn", textContent: "Details", title: "All that is known of this trial (D)" });
  details.addEventListener("click", () => openDetail(model, row));
  const title = make("div", { className: "tr-focus-title" }, starButton(model, row), make("b", { textContent: trialText(model, model.focus) }));
  const head = make("div", { className: "tr-focus-head" }, title, make("div", { className: "tr-focus-tools" }, details, pin));
  return make("div", {}, head, make("p", { className: "tr-note", textContent: facts.filter(Boolean).join(" · ") }));
}

function pair(name, value, note) {
  const shown = make("dd", { textContent: value, title: value });
  if (note) shown.append(" ", make("span", { className: "tr-note", textContent: note }));
  return [make("dt", { textContent: name, title: name }), shown];
}
