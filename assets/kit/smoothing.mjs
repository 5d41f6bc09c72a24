/**
 * Smoothing of curves over their x, so that a log that was reduced, or has gaps, is smoothed as the whole one would be. Pure.
 *
 * A value that is missing stays missing and does not count.
 */

/** How curves may be smoothed; `strength` is 0…0.99. */
export const SMOOTHINGS = [
  { value: "none", label: "none" },
  { value: "mean", label: "moving average" },
  { value: "exponential", label: "exponential" },
];

const WIDEST = 0.5;

/** Points of the moving average's window, where the longest curve has `points`. */
export function windowOf(strength, points) {
  return Math.max(3, Math.round(WIDEST * strength ** 2 * points));
}

/**
 * @param {Float64Array} x ascending @param {Float64Array} values
 * @param {{kind: string, strength: number, points: number, gap: number}} how points: of the longest log that is drawn; gap: x between
 *   two points of this whole log
 * @returns {Float64Array} the smoothed values, or `values` themselves
 */
export function smoothed(x, values, { kind, strength, points, gap }) {
  if (kind === "mean") return movingAverage(x, values, (windowOf(strength, points) - 1) * gap * (1 + 1e-9));
  if (kind === "exponential") return exponential(x, values, strength, gap);
  return values;
}

/** The mean of all points at most half a window away. */
export function movingAverage(x, values, width) {
  const out = new Float64Array(values.length);
  let [first, last, sum, count] = [0, 0, 0, 0];
  const add = (value, sign) => {
    if (value !== value) return;
    sum += sign * value;
    count += sign;
  };
  for (let i = 0; i < values.length; i++) {
    while (last < values.length && x[last] <= x[i] + width / 2) add(values[last++], 1);
    while (x[first] < x[i] - width / 2) add(values[first++], -1);
    out[i] = values[i] === values[i] ? sum / count : NaN;
  }
  return out;
}

/** Weights fall by `weight` each `gap` of x; early values are not drawn to zero. */
export function exponential(x, values, weight, gap) {
  const out = new Float64Array(values.length);
  let [sum, total, before] = [0, 0, x[0]];
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== values[i]) {
      out[i] = NaN;
      continue;
    }
    const kept = weight ** Math.max((x[i] - before) / (gap || 1), i ? 1e-9 : 0);
    before = x[i];
    sum = kept * sum + (1 - weight) * values[i];
    total = kept * total + (1 - weight);
    out[i] = sum / total;
  }
  return out;
}
