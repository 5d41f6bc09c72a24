/** Columns of the trials table: definitions for ag-grid whose cells read the kit's typed arrays. Pure. */

import { shortLabels } from "./axes.mjs";
import { isMark, markDef, MARKS } from "./tablemarks.mjs";

const LONGEST_HEAD = 20;
const NARROWEST = 128;
const LETTER = 7.5;
const HEAD_TOOLS = 56;
const FIRST = ["number", "study", "state"];
const HIDDEN = ["study", "config", "member", "final", "parent", "generation", "bracket", "rung", "batch", "seed", "budget", "start", "end"];

/** Id of the column that shows and toggles pins. */
export const PINS = "pins";

/** Id of a data column in the grid. */
export const columnId = (name) => `column ${name}`;

/** Names of all columns in the order of the table: row key, state, metrics, hyperparameters, the rest. */
export function tableColumns(model) {
  const names = [...model.table.columns.keys()];
  const marks = MARKS.filter((name) => isMark(model, name));
  const rest = names.filter((name) => ![...FIRST, ...marks, ...model.metrics, ...model.params].includes(name));
  return [...FIRST.filter((name) => names.includes(name)), ...marks, ...model.metrics, ...model.params, ...rest];
}

/** Whether a column shows unless the analyst chooses otherwise. */
export function shownByDefault(model, name) {
  const { role, values } = model.table.columns.get(name);
  if (role === "flag" && !name.endsWith("flags")) return false; // the column of all of them says it
  if (name === "study") return model.shown.length > 1;
  if (name === "star" && isMark(model, name)) return true;
  if (name === "budget" || name === "seed") return values.some((value) => value === value && value !== values[0]);
  return !HIDDEN.includes(name) && values.some((value) => value === value);
}

/** Whether a column shows: the analyst's choice (settings.table: {name: boolean}), else the default. */
export function isShown(model, name) {
  return model.settings.table?.[name] ?? shownByDefault(model, name);
}

/** Definitions of the table's columns for ag-grid. */
export function columnDefs(model) {
  const pins = {
    colId: PINS,
    headerName: "Pin",
    headerTooltip: "Pin or unpin",
    width: 56,
    minWidth: 56,
    pinned: "left",
    resizable: false,
    filter: false,
    cellClass: "tr-cell-pin",
    valueGetter: ({ data }) => (data ? pinLabel(model, data.i) : ""),
    comparator: (a, b) => (Number(a) || Infinity) - (Number(b) || Infinity) || 0,
  };
  const names = tableColumns(model);
  const heads = shortLabels(names.map((name) => (name === "number" ? "trial" : name)), LONGEST_HEAD);
  return [pins, ...names.map((name, i) => columnDef(model, name, heads[i]))];
}

function pinLabel(model, row) {
  return model.pinnedRows.find((pin) => pin.row === row)?.label ?? "+";
}

function columnDef(model, name, head) {
  const column = () => model.table.columns.get(name);
  const { kind, role } = column();
  const numeric = kind !== "category";
  const value = (row) => column()?.values[row] ?? NaN;
  return {
    colId: columnId(name),
    headerName: head,
    width: Math.max(NARROWEST, HEAD_TOOLS + LETTER * head.length),
    headerTooltip: `${name}, ${role === "param" ? "hyperparameter" : role === "metric" ? "metric" : role === "flag" ? "flag" : "of the trial"}`,
    hide: !isShown(model, name),
    type: numeric && kind !== "time" ? "rightAligned" : undefined,
    valueGetter: ({ data }) => (data ? cellValue(model, name, value(data.i)) : null),
    valueFormatter: ({ value: shown }) => cellText(model, name, shown),
    filter: kind === "time" ? "agDateColumnFilter" : numeric ? "agNumberColumnFilter" : "agTextColumnFilter",
    filterValueGetter: kind === "time" ? ({ data }) => dateOf(value(data.i)) : undefined,
    comparator: (_a, _b, one, other, descending) => compare(rank(model, name, value(one.data.i)), rank(model, name, value(other.data.i)), descending),
    ...(isMark(model, name) && markDef(model, name)),
  };
}

/** A cell's value: a number, a category's label, null where missing. */
function cellValue(model, name, value) {
  if (value !== value) return null;
  const axis = model.axis(name);
  return axis.order ? axis.labels[value] : value;
}

function cellText(model, name, shown) {
  if (shown === null || shown === undefined || !model.table.columns.has(name)) return "";
  const axis = model.axis(name);
  return axis.order || name === "number" || name === "seed" ? String(shown) : axis.format(shown, 4);
}

function dateOf(seconds) {
  if (seconds !== seconds) return null;
  const date = new Date(seconds * 1000);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate());
}

const orders = new WeakMap();

/** Where a value stands when the table is sorted: categories in the order of their axis. */
function rank(model, name, value) {
  const { order } = model.axis(name);
  if (!order) return value;
  if (!orders.has(order)) orders.set(order, Array.from(order).reduce((places, code, i) => ((places[code] = i), places), []));
  return orders.get(order)[value] ?? NaN;
}

/** Compare two numbers; missing ones come last in both directions. */
export function compare(a, b, descending) {
  const [noA, noB] = [a !== a, b !== b];
  if (noA || noB) return (Number(noA) - Number(noB)) * (descending ? -1 : 1);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A cell's value in a file: every digit, categories as they are, times in ISO 8601. */
export function fileValue(model, name, row) {
  const { kind, levels, values } = model.table.columns.get(name);
  const value = values[row];
  if (value !== value) return null;
  if (name === "study") return model.axis(name).labels[value];
  if (kind === "category") return levels[value] === null ? "None" : levels[value];
  return kind === "time" ? new Date(value * 1000).toISOString() : value;
}
