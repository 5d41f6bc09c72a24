/**
 * Selected models (HyperTendril 5.2): the pins as a table with columns of choice, their details, comparison and export.
 *
 * What is compared stands in `model.settings.compare` as ["study:number", …], the columns in `model.settings.models` as {name: boolean}.
 */
import { valueText } from "./axes.mjs";
import { showComparison } from "./compareview.mjs";
import { whenSeen } from "./live.mjs";
import { starButton } from "./markview.mjs";
import { make, mountActions, mountMenu } from "./menu.mjs";
import { openDetail } from "./modeldetail.mjs";
import { exportColumns, exportPins } from "./modelexport.mjs";
import { toolsOf } from "./notes.mjs";
import { pinnable, pinSelected } from "./pinning.mjs";
import { compare as compareNumbers } from "./tablecolumns.mjs";

export const MOST_COMPARED = 8;
const MOST_COLUMNS = 16;

/**
 * Mount the card into a host.
 * @param {HTMLElement} host @param {Model} model
 */
export function mountSelected(host, model) {
  const state = { sort: null, descending: false };
  const tools = toolsOf(host);
  const items = () => columnsOf(model).map((name) => ({ name, on: isChosen(model, name) }));
  const choose = (name, on) => model.choose("models", { ...model.settings.models, [name]: on }, "models");
  mountMenu(tools, "Columns ▾", items, choose, { hint: "Choose the columns of the selected models" });
  const formats = [["CSV", "csv"], ["JSON", "json"], ["Optuna code", "optuna"]];
  mountActions(tools, "Export ▾", () => formats.map(([label, kind]) => ({ label, off: !model.pinnedRows.length, run: () => exportPins(model, kind) })), { hint: "Save the selected models" });
  const [list, comparison] = [make("div", { className: "tr-models" }), make("div", { className: "tr-comparison" })];
  host.replaceChildren(list, comparison);
  const update = () => {
    if (model.pins.length) fillTable(list, model, state, update);
    else fillEmpty(list, model);
    showComparison(comparison, model, comparedRows(model));
  };
  whenSeen(host, model, ["data", "pins", "models", "brush"], update);
  let focus = null;
  model.on("focus", () => {
    if (model.focus !== focus) markFocus(list, model);
    focus = model.focus;
  });
}

/** What there is to do while nothing is selected. */
function fillEmpty(host, model) {
  const brushed = model.selected < model.table.rows;
  const pin = make("button", { type: "button", className: "tr-btn", textContent: brushed ? pinnable(model).label : "Pin the best 5", disabled: !model.table.rows });
  pin.addEventListener("click", () => (brushed ? pinSelected(model) : pinBest(model, 5)));
  const text = "No model is selected yet. Click a trial in any view and press P or +, tick + in the table, or brush and pin all of them. ";
  host.replaceChildren(make("p", { className: "tr-note" }, text), pin);
}

function pinBest(model, count) {
  const sign = model.objective?.direction === "minimize" ? 1 : -1;
  const rows = Array.from(model.performance.keys()).filter((row) => !Number.isNaN(model.performance[row]));
  rows.sort((a, b) => sign * (model.performance[a] - model.performance[b]) || a - b);
  model.setPins([...model.pins, ...rows.slice(0, count).map((row) => model.table.keyOf(row))]);
}

// --- columns --------------------------------------------------------------------------------------------------------

const rowsOf = (model) => model.pinnedRows.map(({ row }) => row);

/** Names of the columns on offer. */
function columnsOf(model) {
  return exportColumns(model, rowsOf(model)).filter((name) => name !== "number" && name !== "star");
}

/** Whether a column shows: as chosen, else metrics, what differs between the models, tags and notes. */
function isChosen(model, name) {
  return model.settings.models?.[name] ?? defaults(model).has(name);
}

function defaults(model) {
  const { columns } = model.table;
  const rows = rowsOf(model);
  const differs = (name) => rows.some((row) => String(columns.get(name).values[row]) !== String(columns.get(name).values[rows[0]]));
  const own = columnsOf(model);
  const states = own.includes("state") && rows.some((row) => columns.get("state").levels[columns.get("state").values[row]] !== "complete");
  const wanted = [...(states ? ["state"] : []), ...(differs("study") ? ["study"] : []), ...model.metrics, ...model.params.filter((name) => rows.length === 1 || differs(name))];
  return new Set([...wanted.filter((name) => own.includes(name)).slice(0, MOST_COLUMNS), ...["tags", "note"].filter((name) => own.includes(name))]);
}

// --- rows -----------------------------------------------------------------------------------------------------------

function fillTable(host, model, state, update) {
  const shown = defaults(model);
  const names = columnsOf(model).filter((name) => model.settings.models?.[name] ?? shown.has(name));
  const pins = model.pins.map((pin, i) => ({ pin, label: i + 1, row: model.table.rowOf(pin.study, pin.number) }));
  if (names.includes(state.sort)) sortBy(model, pins, state);
  const heads = names.map((name) => {
    const arrow = state.sort === name ? (state.descending ? " ↓" : " ↑") : "";
    const button = make("button", { type: "button", className: "tr-head", textContent: `${name}${arrow}`, title: `Sort by ${name}`, dataset: { sort: name } });
    button.addEventListener("click", () => {
      Object.assign(state, state.sort !== name ? { sort: name, descending: model.axis(name).direction === "maximize" } : state.turned ? { sort: null, turned: false } : { descending: !state.descending, turned: true });
      update();
      host.querySelector(`[data-sort="${CSS.escape(name)}"]`)?.focus();
    });
    return make("th", { scope: "col" }, button);
  });
  const head = make("tr", {}, ...["compare", "", "", "trial", ""].map((textContent) => make("th", { scope: "col", textContent })), ...heads);
  const scrolled = host.querySelector(".tr-scroll")?.scrollLeft ?? 0;
  const table = make("table", { className: "tr-model-table" }, make("thead", {}, head), make("tbody", {}, ...pins.map((one) => rowOf(model, one, names))));
  host.replaceChildren(make("div", { className: "tr-scroll" }, table), footOf(model));
  host.firstChild.scrollLeft = scrolled;
  markFocus(host, model);
}

function sortBy(model, pins, { sort, descending }) {
  const { values } = model.table.columns.get(sort);
  const at = ({ row }) => (row < 0 ? NaN : values[row]);
  pins.sort((a, b) => (descending ? -1 : 1) * compareNumbers(at(a), at(b), descending) || a.label - b.label);
}

function rowOf(model, { pin, label, row }, names) {
  const key = `${pin.study}:${pin.number}`;
  const number = make("b", { className: "tr-pin-number", textContent: String(label) });
  if (row < 0) return goneRow(model, pin, number, unpin(model, pin, label), names.length);
  const check = make("input", { type: "checkbox", className: "tr-check", checked: (model.settings.compare ?? []).includes(key), aria: { label: `Compare model ${label}` } });
  check.addEventListener("change", () => setCompared(model, check.checked ? [...compared(model), key] : compared(model).filter((one) => one !== key)));
  const go = make("button", { type: "button", className: "tr-link", textContent: `trial ${pin.number}`, title: "Focus this trial" });
  go.addEventListener("click", () => model.setFocus(row));
  const details = make("button", { type: "button", className: "tr-btn", textContent: "Details", aria: { label: `Details of model ${label}` } });
  details.addEventListener("click", () => openDetail(model, row));
  const cells = names.map((name) => {
    const text = cellOf(model, name, row);
    return make("td", { className: model.axis(name).order ? "" : "tr-number", textContent: text, title: text });
  });
  return make("tr", { dataset: { key } }, make("td", {}, check), make("td", {}, number), make("td", {}, starButton(model, row)), make("td", {}, go), make("td", { className: "tr-model-tools" }, details, unpin(model, pin, label)), ...cells);
}

/** A pin whose row is not in the table now: why, and how it comes back. */
function goneRow(model, pin, number, off, columns) {
  const entry = model.studies.get(pin.study);
  const where = make("td", { colSpan: Math.max(1, columns) }, !entry ? "its study is not open" : model.shown.includes(pin.study) ? "archived, or gone from its source" : `${entry.name} is not shown `);
  if (entry && !model.shown.includes(pin.study)) {
    const show = make("button", { type: "button", className: "tr-link", textContent: "Show it" });
    show.addEventListener("click", () => window.dash_clientside.trellis.focus(pin.study, pin.number));
    where.append(show);
  }
  return make("tr", { className: "tr-gone" }, make("td"), make("td", {}, number), make("td"), make("td", { textContent: `trial ${pin.number}` }), make("td", {}, off), where);
}

function cellOf(model, name, row) {
  const column = model.table.columns.get(name);
  return column.values[row] === column.values[row] ? valueText(column, model.axis(name), row) : column.role === "param" ? "inactive" : "";
}

function unpin(model, pin, label) {
  const button = make("button", { type: "button", className: "tr-icon", textContent: "×", title: "Unpin", aria: { label: `Unpin model ${label}` } });
  button.addEventListener("click", () => model.setPins(model.pins.filter((one) => one !== pin)));
  return button;
}

/** Compare all, or none; unpin all. */
function footOf(model) {
  const shown = rowsOf(model);
  const any = compared(model).length > 0;
  const all = make("button", { type: "button", className: "tr-btn", textContent: any ? "Compare none" : `Compare ${shown.length > MOST_COMPARED ? `the first ${MOST_COMPARED}` : `all ${shown.length}`}`, disabled: !any && shown.length < 2 });
  all.addEventListener("click", () => setCompared(model, any ? [] : shown.slice(0, MOST_COMPARED).map((row) => keyText(model, row))));
  const off = make("button", { type: "button", className: "tr-btn", textContent: "Unpin all" });
  off.addEventListener("click", () => model.setPins([]));
  const note = any && compared(model).length < 2 ? "Tick one more to compare." : compared(model).length > MOST_COMPARED ? `The first ${MOST_COMPARED} ticked are compared.` : "";
  return make("div", { className: "tr-model-foot" }, all, off, make("span", { className: "tr-note", textContent: note }));
}

function markFocus(host, model) {
  const key = model.focus ? `${model.focus.study}:${model.focus.number}` : null;
  for (const row of host.querySelectorAll("tr[data-key]")) row.classList.toggle("tr-pin-focused", row.dataset.key === key);
}

// --- what is compared -----------------------------------------------------------------------------------------------

const keyText = (model, row) => Object.values(model.table.keyOf(row)).join(":");

/** Keys of the ticked pins, in the order of the pins. */
function compared(model) {
  const keys = model.settings.compare ?? [];
  return model.pins.map(({ study, number }) => `${study}:${number}`).filter((key) => keys.includes(key));
}

function setCompared(model, keys) {
  model.choose("compare", keys.length ? keys : null, "models");
}

/** The pinned rows that are compared, with their numbers. */
function comparedRows(model) {
  const keys = compared(model);
  return model.pinnedRows.filter(({ row }) => keys.includes(keyText(model, row))).slice(0, MOST_COMPARED);
}
