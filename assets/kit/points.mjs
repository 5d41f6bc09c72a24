/**
 * Rows as dots: where they stand, how large they are, and which one is near the pointer. Pure.
 *
 * Positions are computed once a layout, as typed arrays over all rows; a brush step only looks at the mask.
 */
import { discOf } from "./accumulator.mjs";

/** How far from a dot the pointer still means it, in CSS pixels. */
export const NEAR = 7;

// Two evenly spread sequences that are independent of each other (generalised golden ratio of the plane), so that dots
// which stand in a category on both axes fill its cell instead of its diagonal.
const SPREAD = [0.7548776662466927, 0.5698402909980532];

/** A number in 0…1 by row, evenly spread for neighbouring rows, for the x (0) or the y axis (1). */
export function jitter(row, axis) {
  return (row * SPREAD[axis]) % 1;
}

/**
 * Pixel of every row along an axis; NaN where there is nothing to show: missing, infinite, or not positive on a log axis.
 * Categories spread in their band.
 * @param {0 | 1} axis which of the two spreads
 * @returns {Float32Array}
 */
export function positions(scale, values, axis) {
  const at = new Float32Array(values.length);
  const lowest = scale.log ? 0 : -Infinity;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (scale.category) at[row] = scale.toPixel(value) + (jitter(row, axis) - 0.5) * scale.band * 0.7;
    else at[row] = value > lowest && value < Infinity ? scale.toPixel(value) : NaN;
  }
  return at;
}

/**
 * Pixels as of `positions`, rows without a value in a lane [from, to] where there is one.
 * @param {Uint8Array} counts a row that does not count has no pixel
 * @returns {Float32Array}
 */
export function lanePositions(scale, values, axis, lane, counts) {
  const at = positions(scale, values, axis);
  for (let row = 0; row < at.length; row++) {
    if (!counts[row]) at[row] = NaN;
    else if (lane && values[row] !== values[row]) at[row] = lane[0] + (0.15 + 0.7 * jitter(row, axis)) * (lane[1] - lane[0]);
  }
  return at;
}

/** Radius of a dot in CSS pixels where `count` of them share a plot of `area` square pixels. */
export function dotRadius(count, area) {
  return Math.min(3.5, Math.max(1, 0.3 * Math.sqrt(area / Math.max(count, 1))));
}

/** How many dots of a radius lie over each other on average, where `count` of them share a plot of `area` square pixels. */
const layersOf = (count, area, radius) => (Math.PI * radius * radius * count) / Math.max(area, 1);

/** Opacity of one dot: fainter in a crowd, in steps of 5 %, since another opacity is another colour of every pixel. */
export function dotOpacity(count, area, radius) {
  return Math.max(2, Math.round(17 / (1 + layersOf(count, area, radius)))) / 20;
}

/** The weight of the best dot, that of the worst being 1: only a crowd needs more, and less keeps dots round. */
export function mostWeight(count, area, radius) {
  const layers = layersOf(count, area, radius);
  return layers < 0.35 ? 1 : layers < 1 ? 3 : 8;
}

/** Dots of all rows in one plot (a shape, see rowmarks.mjs), ready to be stamped: a full one for rows that compete, a small one for the others. */
export class Dots {
  /**
   * @param {Float32Array} xs CSS pixels, NaN where a row has no dot @param {Float32Array} ys likewise
   * @param {Uint8Array} comparable
   * @param {{dpr: number, width: number, height: number}} canvas its size in CSS pixels
   * @param {number} radius of a full dot in CSS pixels
   * @param {number} most weight of the best row, see mostWeight
   */
  constructor(xs, ys, comparable, { dpr, width, height }, radius, most = 8) {
    this.share = (most - 1) / 7;
    const [w, h] = [Math.round(width * dpr), Math.round(height * dpr)];
    this.full = discOf(radius * dpr, w);
    this.small = discOf(Math.max(0.8, 0.55 * radius) * dpr, w);
    this.comparable = comparable;
    this.key = `${[radius * dpr, w, h, most]}`;
    this.at = new Int32Array(xs.length).fill(-1);
    this.places = [this.at, comparable];
    const { reach } = this.full;
    const inside = (p, size) => Math.min(Math.max(Math.round(p * dpr), reach), size - 1 - reach);
    if (Math.min(w, h) <= 2 * reach) return;
    for (let row = 0; row < xs.length; row++) {
      if (xs[row] === xs[row] && ys[row] === ys[row]) this.at[row] = inside(ys[row], h) * w + inside(xs[row], w);
    }
  }

  mark(row, weight, colour, sign, accumulator) {
    const at = this.at[row];
    if (at < 0) return;
    const weighed = 1 + Math.round((weight - 1) * this.share);
    accumulator.stamp(at, this.comparable[row] ? this.full : this.small, weighed, colour, sign);
  }
}

/** Dots with a border of their own, for a coloured ground: the grey layer, under the coloured one, holds wider dots. */
export class HaloDots extends Dots {
  /** See `Dots`; `grey` gives the accumulator of the grey layer. */
  constructor(xs, ys, comparable, canvas, radius, grey) {
    super(xs, ys, comparable, canvas, radius + (radius > 1.5 ? 1 : 0));
    this.core = discOf(radius * canvas.dpr, Math.round(canvas.width * canvas.dpr));
    this.grey = grey;
  }

  mark(row, weight, colour, sign, accumulator) {
    if (this.at[row] < 0) return;
    accumulator.stamp(this.at[row], accumulator === this.grey() ? this.full : this.core, 1, colour, sign);
  }
}

/**
 * The row whose dot is nearest to a point, at most NEAR away; one of the mask before any other. -1 if there is none.
 * @param {Float32Array} xs @param {Float32Array} ys @param {Uint8Array} mask
 */
export function nearest(xs, ys, x, y, mask) {
  const limit = NEAR * NEAR;
  let [best, least] = [-1, 2 * limit];
  for (let row = 0; row < xs.length; row++) {
    const dx = xs[row] - x;
    if (!(dx <= NEAR && dx >= -NEAR)) continue;
    const dy = ys[row] - y;
    const square = dx * dx + dy * dy;
    if (!(square <= limit)) continue;
    const score = mask[row] ? square : square + limit;
    if (score < least) [best, least] = [row, score];
  }
  return best;
}
