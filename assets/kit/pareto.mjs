/** The Pareto front of metrics with directions: the twin of `analytics/front.py`. Pure. */

const sign = (direction) => (direction === "minimize" ? -1 : 1);
const ROUNDS = 8;
const WORTH = 0.9;

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
 * Rows that no other row beats in any number of metrics, in their order; of equal rows all or none.
 * @param {ArrayLike<number>[]} columns values a metric @param {string[]} directions
 * @param {Uint8Array} mask rows that compete; a row with a missing or infinite value never does
 * @returns {number[]}
 */
export function frontOfMany(columns, directions, mask) {
  const signs = directions.map((direction) => -sign(direction));
  const rows = [];
  for (let row = 0; row < mask.length; row++) {
    if (mask[row] && columns.every((values) => Number.isFinite(values[row]))) rows.push(row);
  }
  const costs = columns.map((values, k) => Float64Array.from(rows, (row) => signs[k] * values[row]));
  const left = contenders(costs);
  const lexical = (a, b) => {
    for (const cost of costs) if (cost[a] !== cost[b]) return cost[a] - cost[b];
    return 0;
  };
  const sorted = left.sort((a, b) => lexical(a, b));
  const found = columns.length === 3 ? staircase(costs, sorted) : archive(costs, sorted);
  return found.map((i) => rows[i]).sort((a, b) => a - b);
}

/** Which of all rows a few good ones do not beat: a superset of the front, far smaller where most are beaten. */
function contenders(costs) {
  let rows = Array.from(costs[0].keys());
  const lows = costs.map((cost) => cost.reduce((low, value) => Math.min(low, value), Infinity));
  const scales = costs.map((cost, k) => cost.reduce((sum, value) => sum + (value - lows[k]) / cost.length, 0) || 1);
  const height = (row) => costs.reduce((most, cost, k) => Math.max(most, (cost[row] - lows[k]) / scales[k]), -Infinity);
  const heights = Float64Array.from(rows, height);
  for (let round = 0; round < ROUNDS && rows.length > 1; round++) {
    const best = rows.reduce((low, row) => (heights[row] < heights[low] ? row : low), rows[0]);
    const equal = (row) => costs.every((cost) => cost[row] === cost[best]);
    const kept = rows.filter((row) => costs.some((cost) => cost[row] < cost[best]) || equal(row));
    heights[best] = Infinity;
    if (kept.length > WORTH * rows.length) return kept;
    rows = kept;
  }
  return rows;
}

/** Of lexically sorted rows those that no step of the staircase of the second and third metric lies under. */
function staircase([x, y, z], sorted) {
  const steps = []; // rows, y rising, z falling
  const found = [];
  const same = (a, b) => x[a] === x[b] && y[a] === y[b] && z[a] === z[b];
  for (const row of sorted) {
    if (found.length && same(row, found.at(-1))) {
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

/** Of lexically sorted rows those that none before them beats; who beats one is asked first about the next. */
function archive(costs, sorted) {
  const front = [];
  for (const row of sorted) {
    const at = front.findIndex((other) => costs.every((cost) => cost[other] <= cost[row]) && costs.some((cost) => cost[other] < cost[row]));
    if (at < 0) front.push(row);
    else if (at > 0) front.unshift(...front.splice(at, 1));
  }
  return front;
}
