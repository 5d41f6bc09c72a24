/** Selected models as files: a table, JSON, Optuna code. */
import { csvOf } from "./csv.mjs";
import { fileName, save } from "./download.mjs";
import { markOf } from "./marks.mjs";
import { fileValue } from "./tablecolumns.mjs";

const OWN = ["number", "study", "state"];

/** Names of all columns that say something of some rows: number first, metrics, hyperparameters, the rest. */
export function exportColumns(model, rows) {
  const { columns } = model.table;
  const says = (name) => rows.some((row) => columns.get(name).values[row] === columns.get(name).values[row]);
  const known = [...OWN, ...model.metrics, ...model.params];
  const rest = [...columns.keys()].filter((name) => !known.includes(name));
  return [...known, ...rest].filter((name) => columns.has(name) && says(name));
}

/** The pinned rows that are shown as CSV; the first column is their number among the pins. */
export function pinsCsv(model) {
  const pins = model.pinnedRows;
  const names = exportColumns(model, pins.map(({ row }) => row));
  return csvOf(["model", ...names], pins.map(({ row, label }) => [Number(label), ...names.map((name) => fileValue(model, name, row))]));
}

/** The pinned rows that are shown as JSON: an object a model. */
export function pinsJson(model) {
  return jsonText(model.pinnedRows.map(({ row, label }) => ({ model: Number(label), ...objectOf(model, row) })));
}

/** Rows as JSON: an object a row, with its hyperparameters, metrics and annotations. */
export function rowsJson(model, rows) {
  return jsonText(rows.map((row) => objectOf(model, row)));
}

function objectOf(model, row) {
  const pick = (names) => Object.fromEntries(names.map((name) => [name, fileValue(model, name, row)]).filter(([, value]) => value !== null));
  const { star, tags, note, archived } = markOf(model, row);
  const { study, number } = model.table.keyOf(row);
  const { name, source } = model.studies.get(study);
  const own = { study: name, source, number, state: fileValue(model, "state", row) };
  return { ...own, hyperparameters: pick(model.params), metrics: pick(model.metrics), star, tags, note, ...(archived && { archived }) };
}

/** JSON in which infinities are {"float": "inf"}, as everywhere else. */
function jsonText(value) {
  const finite = (_, v) => (typeof v !== "number" || Number.isFinite(v) ? v : { float: v > 0 ? "inf" : "-inf" });
  return `${JSON.stringify(value, finite, 2)}\n`;
}

/** Optuna code that runs the pinned configurations first. @returns {Promise<{code?: string, error?: string}>} */
export async function pinsOptuna(model) {
  const trials = model.pinnedRows.map(({ row }) => model.table.keyOf(row));
  const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ trials }) };
  const response = await fetch("/api/models/code", request).catch(() => null);
  return response ? response.json() : { error: "the server does not answer" };
}

/** Save the pins in one of the formats. */
export async function exportPins(model, kind) {
  const name = (extension) => fileName(["models", ...model.entries.map((entry) => entry.name).slice(0, 3)], extension);
  if (kind === "csv") return save(new Blob([pinsCsv(model)], { type: "text/csv;charset=utf-8" }), name("csv"));
  if (kind === "json") return save(new Blob([pinsJson(model)], { type: "application/json" }), name("json"));
  const { code, error } = await pinsOptuna(model);
  if (error) return model.marks.say(`Nothing was saved: ${error}.`, true);
  return save(new Blob([code], { type: "text/x-python" }), name("py"));
}
