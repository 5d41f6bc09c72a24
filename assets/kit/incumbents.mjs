/** Best so far (HyperTendril 5.3.1, Fig. 4a). Pure. */

/**
 * Rows of a study in the order in which the search tried them.
 * @param {ArrayLike<number>} numbers trial number by row @param {(row: number) => boolean} keep
 * @returns {Uint32Array} rows
 */
export function trialOrder(numbers, keep) {
  const rows = [];
  for (let row = 0; row < numbers.length; row++) if (keep(row)) rows.push(row);
  rows.sort((a, b) => numbers[a] - numbers[b]);
  return Uint32Array.from(rows);
}

/**
 * The rows that were the best when they came, in their order: each is better than all before it.
 * @param {Uint32Array} order rows @param {ArrayLike<number>} values NaN does not compete
 * @param {"minimize" | "maximize"} direction @param {Uint8Array | null} mask rows that take part; null: all
 * @returns {number[]} rows
 */
export function incumbents(order, values, direction, mask = null) {
  const sign = direction === "minimize" ? -1 : 1;
  const rows = [];
  let best = -Infinity;
  for (let i = 0; i < order.length; i++) {
    const row = order[i];
    if (mask && !mask[row]) continue;
    const value = sign * values[row];
    if (!(value > best)) continue;
    best = value;
    rows.push(row);
  }
  return rows;
}
