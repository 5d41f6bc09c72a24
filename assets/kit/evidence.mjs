/** The rows that an importance speaks of, as the views show them behind it. Pure. */

const known = new WeakMap();

/**
 * Comparable rows of the study that importance speaks of.
 * @returns {Uint8Array} 1 where a row is one of them
 */
export function evidenceRows({ comparable, table, importance }) {
  const kept = known.get(comparable);
  if (kept?.study === importance.study) return kept.mask;
  const s = table.ids.indexOf(importance.study);
  const mask = comparable.map((bit, row) => (bit && table.study[row] === s ? 1 : 0));
  known.set(comparable, { study: importance.study, mask });
  return mask;
}
