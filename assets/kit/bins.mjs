/** Histograms: bins along a scale, and what stands in them. Pure. */

/** The bin of a row that does not count. */
export const NO_BIN = 255;

const MOST_BINS = 60;

/**
 * Bins over an axis: equal widths on its scale, whole numbers never split, one a category.
 * @param {object} axis see axes.mjs
 * @param {number} wish about how many
 * @returns {{axis: object, count: number}} the axis, widened by half a step where its values are whole numbers
 */
export function binning(axis, wish) {
  const most = Math.max(2, Math.min(MOST_BINS, Math.floor(wish)));
  if (axis.order) return { axis, count: axis.order.length };
  if (!axis.integer || axis.log) return { axis, count: most };
  const width = Math.max(1, Math.ceil((axis.high - axis.low + 1) / most));
  const count = Math.ceil((axis.high - axis.low + 1) / width);
  return { axis: { ...axis, low: axis.low - 0.5, high: axis.low - 0.5 + count * width }, count };
}

/**
 * The bin of every row; NO_BIN where the row does not count, has no value, or an infinite one (or, on a log axis, none
 * above 0).
 * @returns {Uint8Array}
 */
export function binsOf(scale, values, count, counts) {
  const bins = new Uint8Array(values.length).fill(NO_BIN);
  const lowest = scale.log ? 0 : -Infinity;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (!counts[row] || value !== value) continue;
    if (scale.category) bins[row] = Math.min(scale.position[value], NO_BIN - 1);
    else if (value > lowest && Math.abs(value) < Infinity) bins[row] = Math.min(count - 1, Math.max(0, Math.floor(scale.unit(value) * count)));
  }
  return bins;
}

/**
 * How many rows of a mask stand in each bin, their summed colour index, and the mean of their values.
 * @param {Uint8Array} bins @param {Uint8Array} mask @param {Uint8Array} colours @param {ArrayLike<number>} values
 * @returns {{counts: Uint32Array, colours: Float64Array, total: number, mean: number, spread: number}} spread: standard
 * deviation; mean and spread are NaN without rows
 */
export function tally(bins, mask, colours, values, count) {
  const counts = new Uint32Array(count);
  const sums = new Float64Array(count);
  let [total, shift, sum, squares] = [0, NaN, 0, 0];
  for (let row = 0; row < mask.length; row++) {
    const bin = bins[row];
    if (bin === NO_BIN || !mask[row]) continue;
    counts[bin]++;
    sums[bin] += colours[row];
    if (total++ === 0) shift = values[row];
    const d = values[row] - shift;
    sum += d;
    squares += d * d;
  }
  const mean = sum / total;
  return { counts, colours: sums, total, mean: shift + mean, spread: Math.sqrt(Math.max(0, squares / total - mean * mean)) };
}
