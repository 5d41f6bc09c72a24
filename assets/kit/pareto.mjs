/** The Pareto front of metrics with directions: the twin of `analytics/front.py`. Pure. */

const sign = (direction) => (direction === "minimize" ? -1 : 1);

// --- two metrics: one sort a table, one pass a selection ------------------------------------------------------------

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
  return Uint32Array.from(rows).sort((a, b) => sx * (xs[b] - xs[a]) || sy * (ys[b] - ys[a]));
}

/**
 * Rows of a mask that no other row of it beats, best x first; of rows equal in both all or none.
 * @param {Uint32Array} order of `frontOrder` @param {string} direction of y @param {Uint8Array} mask
 * @returns {number[]}
 */
export function frontOf(order, xs, ys, direction, mask) {
  const sy = sign(direction);
  const front = [];
  let [best, at] = [-Infinity, NaN];
  for (let i = 0; i < order.length; i++) {
    const row = order[i];
    if (!mask[row]) continue;
    const height = sy * ys[row];
    if (!(height > best || (height === best && xs[row] === at))) continue;
    [best, at] = [height, xs[row]];
    front.push(row);
  }
  return front;
}

// --- any number of metrics ------------------------------------------------------------------------------------------

/**
 * A finder of fronts over any number of metrics: rows are sorted once, a selection then costs one pass over them.
 * @param {ArrayLike<number>[]} columns values a metric @param {string[]} directions
 * @param {Uint8Array} comparable rows that may compete; a row with a missing or infinite value never does
 * @returns {(mask: Uint8Array) => number[]} rows of a mask that no other row of it beats; of equal rows all or none
 */
export function frontFinder(columns, directions, comparable) {
  const costs = columns.map((values, k) => Float64Array.from(values, (value) => -sign(directions[k]) * value));
  const rows = complete(costs, comparable);
  const sums = columns.length === 3 ? null : sumsOf(costs);
  rows.sort((a, b) => {
    if (sums && sums[a] !== sums[b]) return sums[a] - sums[b];
    for (const cost of costs) if (cost[a] !== cost[b]) return cost[a] - cost[b];
    return 0;
  });
  const search = sums ? archive : staircase;
  return (mask) => search(costs, rows, mask).sort((a, b) => a - b);
}

/** Rows of a mask without a missing or infinite value. */
function complete(columns, mask) {
  const rows = Array.from(mask.keys()).filter((row) => mask[row] && columns.every((values) => Number.isFinite(values[row])));
  return Uint32Array.from(rows);
}

/** Of each row a sum that no row beaten by it has lower. */
function sumsOf(costs) {
  const sums = new Float64Array(costs[0].length);
  for (const cost of costs) for (let row = 0; row < sums.length; row++) sums[row] += cost[row];
  return sums;
}

/** Of lexically sorted rows of a mask those that no step of the staircase of the second and third metric lies under. */
function staircase([x, y, z], sorted, mask) {
  const steps = []; // rows, y rising, z falling
  const found = [];
  const same = (a, b) => x[a] === x[b] && y[a] === y[b] && z[a] === z[b];
  for (let i = 0; i < sorted.length; i++) {
    const row = sorted[i];
    if (!mask[row]) continue;
    if (found.length && same(row, found[found.length - 1])) {
      found.push(row);
      continue;
    }
    let [low, high] = [0, steps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (y[steps[middle]] <= y[row]) low = middle + 1;
      else high = middle;
    }
    if (low && z[steps[low - 1]] <= z[row]) continue;
    found.push(row);
    const start = low && y[steps[low - 1]] === y[row] ? low - 1 : low;
    let end = start;
    while (end < steps.length && z[steps[end]] >= z[row]) end++;
    steps.splice(start, end - start, row);
  }
  return found;
}

/** Of rows of a mask, sorted so that none beats one before it, those that none beats; who beats one is asked first about the next. */
function archive(costs, sorted, mask) {
  const front = [];
  for (let i = 0; i < sorted.length; i++) {
    const row = sorted[i];
    if (!mask[row]) continue;
    let at = 0;
    while (at < front.length && !beats(costs, front[at], row)) at++;
    if (at === front.length) front.push(row);
    else if (at > 0) [front[0], front[at]] = [front[at], front[0]];
  }
  return front;
}

function beats(costs, a, b) {
  let better = false;
  for (let k = 0; k < costs.length; k++) {
    if (costs[k][a] > costs[k][b]) return false;
    better ||= costs[k][a] < costs[k][b];
  }
  return better;
}
