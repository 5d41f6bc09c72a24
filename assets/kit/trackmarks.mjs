/**
 * Evaluations as marks that add up (a shape, see rowmarks.mjs): small dots, larger ones at the end of a configuration, hollow
 * ones where it was stopped; dashes to the same configuration's next evaluation, curves to a child.
 */
import { discOf } from "./accumulator.mjs";
import { markWeight } from "./rowmarks.mjs";

const SMALL = 0.6;
const DASH = [4, 3];
const SEGMENT = 7;
const OVER_LINES = 3;

/** The pixels of a circle's line, see `discOf`. */
function circleOf(radius, width) {
  const { offsets, amounts } = discOf(radius, width);
  const inner = new Map(Array.from(discOf(Math.max(0, radius - 1.6), width).offsets, (offset, i) => [offset, i]));
  const kept = [...offsets.keys()].filter((i) => !inner.has(offsets[i]));
  return { reach: Math.ceil(radius - 0.5), offsets: offsets.filter((_, i) => kept.includes(i)), amounts: amounts.filter((_, i) => kept.includes(i)) };
}

/** y on the way from one point to another at x: level at both ends. */
export function curveAt(x0, y0, x1, y1, x) {
  const t = x1 > x0 ? (x - x0) / (x1 - x0) : 1;
  return y0 + (y1 - y0) * t * t * (3 - 2 * t);
}

/** The points of a curve from one evaluation to another, a straight line where nothing mutated. */
export function linkPoints(x0, y0, x1, y1, curved) {
  const steps = curved ? Math.max(2, Math.min(24, Math.ceil((x1 - x0) / SEGMENT))) : 1;
  return Array.from({ length: steps + 1 }, (_, i) => {
    const x = x0 + ((x1 - x0) * i) / steps;
    return [x, curveAt(x0, y0, x1, y1, x)];
  });
}

let made = 0;

export class TrackMarks {
  /**
   * @param {Tracks} tracks @param {Float32Array} xs CSS pixels of each evaluation @param {Float32Array} ys NaN: no mark
   * @param {Uint8Array} colours of each evaluation
   * @param {{dpr: number, width: number, height: number}} canvas in CSS pixels
   * @param {{radius: number, most: number, links: boolean, spans: [number, number][]}} look most: weight of the best; spans: by study,
   *   where marks may be along x
   */
  constructor(tracks, xs, ys, colours, { dpr, width, height }, { radius, most, links, spans }) {
    Object.assign(this, { tracks, colours, links, dpr, spans: spans.map((span) => span.map((x) => x * dpr)) });
    const [w, h] = [Math.round(width * dpr), Math.round(height * dpr)];
    this.key = `tracks ${made++}`;
    this.places = [];
    this.xs = xs.map((x) => x * dpr);
    this.ys = ys.map((y) => Math.min(Math.max(y * dpr, 1), h - 3));
    this.discs = [discOf(Math.max(0.8, SMALL * radius) * dpr, w), discOf(radius * dpr, w), radius > 1.5 ? circleOf(radius * dpr, w) : discOf(radius * dpr, w)];
    const { reach } = this.discs[1];
    const base = links ? OVER_LINES : 1;
    this.at = new Int32Array(xs.length).fill(-1);
    this.weights = new Uint8Array(xs.length);
    this.last = w - 2;
    if (Math.min(w, h) <= 2 * reach) return;
    for (let e = 0; e < xs.length; e++) {
      this.weights[e] = base + Math.round(((markWeight(colours[e]) - 1) * (most - 1)) / 7);
      if (this.#shown(e)) this.at[e] = Math.min(Math.max(Math.round(this.ys[e]), reach), h - 1 - reach) * w + Math.min(Math.max(Math.round(this.xs[e]), reach), w - 1 - reach);
    }
  }

  #spanOf(e) {
    return this.spans[this.tracks.table.study[this.tracks.row[e]]];
  }

  #shown(e) {
    const [x, y] = [this.xs[e], this.ys[e]];
    if (!(x === x && y === y) || this.tracks.row[e] < 0) return false;
    const [left, right] = this.#spanOf(e);
    return x >= left - 1 && x <= right + 1;
  }

  #discAt(e) {
    return this.discs[this.tracks.isStopped(e) ? 2 : this.tracks.isLast(e) ? 1 : 0];
  }

  mark(row, _weight, _colour, sign, accumulator) {
    const { tracks, at, weights, colours } = this;
    for (let i = tracks.starts[row]; i < tracks.starts[row + 1]; i++) {
      const e = tracks.order[i];
      if (this.links && tracks.source[e] >= 0) this.#link(tracks.source[e], e, sign, accumulator);
      if (at[e] >= 0) accumulator.stamp(at[e], this.#discAt(e), weights[e], colours[e], sign);
    }
  }

  #link(from, to, sign, accumulator) {
    const { xs, ys } = this;
    const [x0, y0, x1, y1] = [xs[from], ys[from], xs[to], ys[to]];
    if (!(x1 > x0 && y0 === y0 && y1 === y1)) return;
    const [left, right] = this.#spanOf(to);
    if (x1 <= left || x0 >= right) return;
    const put = (a, b, ya, yb) => accumulator.line(a, ya, b, yb, 1, this.colours[to], sign);
    if (this.tracks.mutated(to)) curve(x0, y0, x1, y1, left, Math.min(right, this.last), put);
    else dashes(x0, y0, x1, y1, left, Math.min(right, this.last), this.dpr, put);
  }
}

function curve(x0, y0, x1, y1, left, right, put) {
  const points = linkPoints(x0, y0, x1, y1, true);
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [Math.max(points[i - 1][0], left), Math.min(points[i][0], right)];
    if (b > a) put(a, b, curveAt(x0, y0, x1, y1, a), curveAt(x0, y0, x1, y1, b));
  }
}

/** Dashes at places of their own along x, so that those of neighbours lie over each other. */
function dashes(x0, y0, x1, y1, left, right, dpr, put) {
  const [on, off] = DASH.map((length) => length * dpr);
  const slope = (y1 - y0) / (x1 - x0);
  const [from, to] = [Math.max(x0, left), Math.min(x1, right)];
  for (let x = Math.floor(from / (on + off)) * (on + off); x < to; x += on + off) {
    const [a, b] = [Math.max(x, from), Math.min(x + on, to)];
    if (b > a) put(a, b, y0 + slope * (a - x0), y0 + slope * (b - x0));
  }
}
