/** Curves as pixels and as paths: clipped to their panel, dashed by part. Pure. */
import { lowDiscrepancy } from "./scale.mjs";

/** Lengths of line and gap by the part of the data that a metric is of, in CSS pixels; none: solid. */
export const DASHES = { train: [5, 4], test: [1.5, 3] };
const FRONT = 3;

/**
 * A curve in a panel: pixels (device pixels in `CurveMarks`), NaN where it has a gap.
 * @typedef {{box: number[], xs: Float32Array, ys: Float32Array, raw: Float32Array | null, dash: number[] | null}} Line
 */

/** Rows as their curves, for RowMarks; a smoothed curve weighs more than the raw one behind it. */
export class CurveMarks {
  /**
   * @param {string} key of the layout @param {Float64Array} versions another number where a row's curves changed
   * @param {Map<number, Line[]>} lines in device pixels
   */
  constructor(key, versions, lines) {
    Object.assign(this, { key, places: [versions], lines });
  }

  mark(row, weight, colour, sign, accumulator) {
    for (const { box, xs, ys, raw, dash } of this.lines.get(row) ?? []) {
      const own = dash && [...dash, lowDiscrepancy(row)];
      if (raw) strokeInto(accumulator, box, xs, raw, null, 1, colour, sign);
      strokeInto(accumulator, box, xs, ys, own, raw ? FRONT * weight : weight, colour, sign);
    }
  }
}

/** Add or remove a polyline, the part of it inside a box; a point between two gaps is a dot. */
function strokeInto(accumulator, box, xs, ys, dash, weight, colour, sign) {
  const [left, right, top, bottom] = box;
  let [x0, y0, in0] = [NaN, NaN, false];
  for (let i = 0; i < xs.length; i++) {
    const [x1, y1] = [xs[i], ys[i]];
    const in1 = x1 >= left && x1 <= right && y1 >= top && y1 <= bottom;
    if (in0 && in1 && !dash) accumulator.line(x0, y0, x1, y1, weight, colour, sign);
    else if (y0 === y0 && y1 === y1) cut(accumulator, box, x0, y0, x1, y1, dash, weight, colour, sign);
    else if (in1 && y0 !== y0 && !(ys[i + 1] === ys[i + 1])) accumulator.dot(x1, y1, 1.5, weight, colour, sign);
    [x0, y0, in0] = [x1, y1, in1];
  }
}

/** A line in dashes, or one that leaves its box. */
function cut(accumulator, box, x0, y0, x1, y1, dash, weight, colour, sign) {
  const part = clipped(box, x0, y0, x1, y1);
  if (!part) return;
  if (dash) dashed(part, dash, (a, b, c, d) => accumulator.line(a, b, c, d, weight, colour, sign));
  else accumulator.line(part[0], part[1], part[2], part[3], weight, colour, sign);
}

const inside = ([left, right, top, bottom], x, y) => x >= left && x <= right && y >= top && y <= bottom;

/** The part of a line inside a box [left, right, top, bottom], or null (Liang and Barsky 1984); null with a gap at an end. */
export function clipped([left, right, top, bottom], x0, y0, x1, y1) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  if (dx !== dx || dy !== dy) return null;
  let [from, to] = [0, 1];
  for (const [p, q] of [[-dx, x0 - left], [dx, right - x0], [-dy, y0 - top], [dy, bottom - y0]]) {
    if (p === 0 && q < 0) return null;
    if (p < 0) from = Math.max(from, q / p);
    else if (p > 0) to = Math.min(to, q / p);
  }
  if (from > to) return null;
  return [x0 + from * dx, y0 + from * dy, x0 + to * dx, y0 + to * dy];
}

/**
 * A line's dashes; where they begin depends on x alone, so that a line drawn in pieces is dashed as a whole; `phase` (0…1) keeps
 * the gaps of many lines apart.
 */
function dashed([x0, y0, x1, y1], [on, off, phase], draw) {
  const period = on + off;
  const shift = phase * period;
  const begin = Math.floor((x0 - shift) / period) * period + shift;
  if (x1 - x0 < 0.5) {
    if (x0 - begin < on) draw(x0, y0, x1, y1);
    return;
  }
  const slope = (y1 - y0) / (x1 - x0);
  for (let start = begin; start < x1; start += period) {
    const [a, b] = [Math.max(x0, start), Math.min(x1, start + on)];
    if (a < b) draw(a, y0 + slope * (a - x0), b, y0 + slope * (b - x0));
  }
}

/** Draw a line with a pen, in CSS pixels. */
export function strokeLine(pen, { box, xs, ys, dash }, which = ys) {
  pen.setLineDash(dash ?? []);
  pen.beginPath();
  let before = false;
  for (let i = 1; i < xs.length; i++) {
    const part = clipped(box, xs[i - 1], which[i - 1], xs[i], which[i]);
    if (part) {
      if (!before) pen.moveTo(part[0], part[1]);
      pen.lineTo(part[2], part[3]);
    }
    before = Boolean(part) && part[2] === xs[i];
  }
  pen.stroke();
  pen.setLineDash([]);
}

/** The last point of a line inside its box: [x, y], or null. */
export function lastPoint({ box, xs, ys }) {
  for (let i = xs.length - 1; i >= 0; i--) if (inside(box, xs[i], ys[i])) return [xs[i], ys[i]];
  return null;
}

/** How far a point is from a line, looking only at what is near in x. */
export function distanceTo({ xs, ys }, x, y, near = 8) {
  let best = Infinity;
  for (let i = Math.max(1, firstFrom(xs, x - near)); i < xs.length && xs[i - 1] <= x + near; i++) {
    best = Math.min(best, toSegment(x, y, xs[i - 1], ys[i - 1], xs[i], ys[i]));
  }
  if (xs.length === 1) best = Math.hypot(x - xs[0], y - ys[0]);
  return best;
}

/** Whether a line has a point or piece inside a box. */
export function crosses({ xs, ys }, box) {
  for (let i = 0; i < xs.length; i++) {
    if (inside(box, xs[i], ys[i]) || (i && clipped(box, xs[i - 1], ys[i - 1], xs[i], ys[i]))) return true;
  }
  return false;
}

/** The first place whose value is not below x. */
export function firstFrom(xs, x) {
  let [low, high] = [0, xs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function toSegment(x, y, x0, y0, x1, y1) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const along = dx * dx + dy * dy;
  const t = along ? Math.min(Math.max(((x - x0) * dx + (y - y0) * dy) / along, 0), 1) : 0;
  const distance = Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
  return distance === distance ? distance : Infinity;
}
