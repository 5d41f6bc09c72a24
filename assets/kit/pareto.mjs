/** The Pareto front of two metrics with directions. Pure. */

const sign = (direction) => (direction === "minimize" ? -1 : 1);

/**
 * The order in which `frontOf` looks at rows: best x first, of equal x the better y first. Computed once; a brush step
 * then costs one pass over it.
 * @param {ArrayLike<number>} xs @param {ArrayLike<number>} ys values @param {[string, string]} directions of x and y
 * @param {Uint8Array} comparable rows that may compete; NaN and infinities never do
 * @returns {Uint32Array} rows
 */
export function frontOrder(xs, ys, directions, comparable) {
  const rows = [];
  for (let row = 0; row < xs.length; row++) {
    if (comparable[row] && Number.isFinite(xs[row]) && Number.isFinite(ys[row])) rows.push(row);
  }
  const [sx, sy] = directions.map(sign);
  rows.sort((a, b) => sx * (xs[b] - xs[a]) || sy * (ys[b] - ys[a]));
  return Uint32Array.from(rows);
}

/**
 * Rows of a mask that no other row of it beats in both metrics, best x first; of rows equal in both the first.
 * @param {Uint32Array} order of `frontOrder` @param {Uint8Array} mask
 * @returns {number[]}
 */
export function frontOf(order, ys, direction, mask) {
  const sy = sign(direction);
  const front = [];
  let best = -Infinity;
  for (let i = 0; i < order.length; i++) {
    const row = order[i];
    if (!mask[row] || !(sy * ys[row] > best)) continue;
    best = sy * ys[row];
    front.push(row);
  }
  return front;
}
