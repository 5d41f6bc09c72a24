/** Tables and studies for the kit's tests, small enough to read. */
import { levelKey } from "../../assets/kit/columns.mjs";
import { Model } from "../../assets/kit/model.mjs";

/** A column as `/api/columns` sends it; null is missing. Text, true, false and {category} make categories. */
export function column(name, values, { role = "param", kind = null, levels = null } = {}) {
  const category = kind === "category" || levels || values.some((value) => ["string", "boolean"].includes(typeof value));
  if (!category) return { name, kind: kind ?? "float", role, levels: [], values: Float64Array.from(values, (v) => v ?? NaN) };
  const known = levels ?? values.filter((v, i) => v !== null && values.findIndex((w) => levelKey(w) === levelKey(v)) === i);
  const code = (value) => (value === null ? NaN : known.findIndex((level) => levelKey(level) === levelKey(value)));
  return { name, kind: "category", role, levels: known, values: Float64Array.from(values, code) };
}

/** An answer of `/api/columns`: rows with number and state (complete unless given) and more columns. */
export function answer(columns, { numbers = null, states = null, revision = "1", reset = true } = {}) {
  const rows = columns[0]?.values.length ?? numbers?.length ?? 0;
  const number = column("number", numbers ?? Array.from({ length: rows }, (_, i) => i), { role: "row", kind: "int" });
  const state = column("state", states ?? Array(rows).fill("complete"), { role: "row", kind: "category" });
  return { revision, reset, rows, columns: [number, state, ...columns] };
}

/** An entry of `/api/studies`; the objective is the metric named `acc`, maximised, unless said otherwise. */
export function entry(id, { name = `study ${id}`, space = {}, metrics = null, state = "finished", counts = {} } = {}) {
  const objective = { name: "acc", direction: "maximize", objective: true };
  return { id, name, space, metrics: metrics ?? [objective], state, counts, shown: true };
}

/** A model that shows the given studies: {id: {columns, …options of `answer` and `entry`}}. */
export function modelOf(studies) {
  const model = new Model();
  model.setStudies(Object.entries(studies).map(([id, options]) => entry(id, options)));
  const answers = Object.entries(studies).map(([id, options]) => [id, answer(options.columns, options)]);
  model.update(answers, Object.keys(studies));
  return model;
}

/** A column's values with missing as null, categories as levels. */
export function valuesOf({ kind, values, levels }) {
  return Array.from(values, (v) => (Number.isNaN(v) ? null : kind === "category" ? levels[v] : v));
}
