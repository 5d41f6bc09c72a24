/** Archived rows leave the table that all views share, unless the analyst asks for them. Pure. */
import { StudyRows } from "./columns.mjs";

const kept = new WeakMap();

/**
 * The rows of a study that count: without those archived, or all of them.
 * @param {StudyRows} data @param {boolean} all
 * @returns {StudyRows}
 */
export function keptRows(data, all) {
  if (all || archivedIn(data) === 0) return data;
  const known = kept.get(data);
  if (known?.revision === data.revision) return known.rows;
  const gone = data.columns.get("archived").values;
  const places = Int32Array.from(gone.keys()).filter((row) => gone[row] !== gone[row]);
  const rows = new StudyRows();
  rows.columns = new Map([...data.columns].map(([name, column]) => [name, { ...column, values: Float64Array.from(places, (row) => column.values[row]) }]));
  Object.assign(rows, { rows: places.length, revision: data.revision, index: null });
  kept.set(data, { revision: data.revision, rows });
  return rows;
}

/** How many rows of a study are archived. */
export function archivedIn(data) {
  const column = data.columns.get("archived");
  return column?.role === "mark" ? column.values.reduce((sum, value) => sum + (value === value), 0) : 0;
}

/** How many rows of the shown studies are archived. */
export function archivedCount(model) {
  return model.shown.reduce((sum, id) => sum + (model.rowsOf.has(id) ? archivedIn(model.rowsOf.get(id)) : 0), 0);
}

/** Show archived rows among the others, or hide them. */
export function showArchived(model, on) {
  model.settings.archived = on || null;
  model.update([]);
  model.emit("commit");
}
