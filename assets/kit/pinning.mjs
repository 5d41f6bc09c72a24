/** Pinning all that is selected. Pure. */

/** Pins that the page keeps; the server refuses more. */
export const MOST_PINS = 200;

/** The selected rows that can be pinned, the best first where there are too many, and how the menu says so. */
export function pinnable(model) {
  const pinned = new Set(model.pinnedRows.map(({ row }) => row));
  const rows = Array.from(model.mask.keys()).filter((row) => model.mask[row]);
  const fresh = rows.filter((row) => !pinned.has(row));
  const room = MOST_PINS - model.pins.length;
  const trials = `${fresh.length.toLocaleString("en")} ${fresh.length === 1 ? "trial" : "trials"}`;
  if (fresh.length <= room) return { rows: fresh, label: fresh.length || !rows.length ? `Pin ${trials}` : "Pin (all are pinned)" };
  return { rows: bestFirst(model, fresh).slice(0, room), label: room > 0 ? `Pin the best ${room} of ${trials}` : `Pin (${MOST_PINS} are pinned, no more fit)` };
}

/** Pin all selected rows, in order of their numbers; of too many the best. */
export function pinSelected(model) {
  const { rows } = pinnable(model);
  if (rows.length) model.setPins([...model.pins, ...[...rows].sort((a, b) => a - b).map((row) => model.table.keyOf(row))]);
}

function bestFirst({ performance, objective }, rows) {
  const sign = objective?.direction === "minimize" ? 1 : -1;
  const cost = (row) => (performance[row] === performance[row] ? sign * performance[row] : Infinity);
  return [...rows].sort((a, b) => (cost(a) < cost(b) ? -1 : cost(a) > cost(b) ? 1 : a - b));
}
