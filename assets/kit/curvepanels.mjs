/** Where the panels of learning curves stand, and what their axes span. Pure. */
import { NumberScale } from "./scale.mjs";

const HEAD = 26;
const FOOT = 34;
const LEFT = 50;
const RIGHT = 26;
const GAP = 8;
const SIZES = { metric: [300, 260], together: [400, 320], model: [230, 170], compact: [220, 170] };
const LOOKED_AT = 20_000;

/**
 * A grid of panels: how high it is and the plots [left, right, top, bottom] of each.
 * @param {"metric" | "together" | "model" | "compact"} kind
 */
export function gridOf(width, count, kind) {
  const [narrow, high] = SIZES[kind];
  const columns = Math.max(1, Math.min(count, Math.floor((width + GAP) / (narrow + GAP))));
  const wide = (width - GAP * (columns - 1)) / columns;
  const boxes = Array.from({ length: count }, (_, i) => {
    const [x, y] = [(i % columns) * (wide + GAP), Math.floor(i / columns) * high];
    return [x + LEFT, x + wide - RIGHT, y + HEAD, y + high - FOOT];
  });
  return { height: Math.ceil(count / columns) * high, boxes };
}

/**
 * A scale over pixels; unlike `toPixel` its `at` goes on beyond the ends, and is NaN where a log axis has no place; `all` is
 * `at` of many values.
 */
export function scaleOver([low, high], log, p0, p1) {
  const scale = new NumberScale({ low, high, log }, p0, p1);
  const slope = (p1 - p0) / (scale.b - scale.a);
  const offset = p0 - scale.a * slope;
  scale.at = scale.log ? (value) => (value > 0 ? offset + slope * Math.log(value) : NaN) : (value) => offset + slope * value;
  scale.all = (values) => {
    const out = new Float32Array(values.length);
    for (let i = 0; i < values.length; i++) out[i] = scale.at(values[i]);
    return out;
  };
  return scale;
}

/** The span of x over curves, in order; of a log axis only what is above 0; null without a point. */
export function spanOf(curves, log) {
  let [low, high] = [Infinity, -Infinity];
  for (const { x } of curves) {
    const first = log ? x.findIndex((value) => value > 0) : 0;
    if (first < 0 || !x.length) continue;
    low = Math.min(low, x[first]);
    high = Math.max(high, x[x.length - 1]);
  }
  return low > high ? null : [low, high];
}

/**
 * The range of values that an axis shows: all, but for what lies far from all others, such as curves that diverge.
 * @param {ArrayLike<number>[]} lists of values
 * @returns {{range: [number, number], above: boolean, below: boolean} | null} whether values lie beyond it
 */
export function rangeOf(lists, log) {
  const total = lists.reduce((sum, list) => sum + list.length, 0);
  const every = Math.max(1, Math.floor(total / LOOKED_AT));
  const seen = [];
  let [low, high] = [Infinity, -Infinity];
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      const value = list[i];
      if (!Number.isFinite(value) || (log && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
      if (i % every === 0 || i === list.length - 1) seen.push(log ? Math.log(value) : value);
    }
  }
  if (!seen.length) return null;
  const sorted = Float64Array.from(seen).sort();
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  const [a, b] = [at(0.02), at(0.98)];
  const room = 1.5 * (b - a);
  const out = log ? Math.exp : (value) => value;
  const above = room > 0 && (log ? Math.log(high) : high) > b + room;
  const below = room > 0 && (log ? Math.log(low) : low) < a - room;
  return { range: padded(below ? out(a - 0.2 * (b - a)) : low, above ? out(b + 0.2 * (b - a)) : high, log), above, below };
}

/** A little room, so that no curve runs along the frame. */
function padded(low, high, log) {
  if (low === high) return log ? [low / 1.5, high * 1.5] : [low - (Math.abs(low) || 1) * 0.1, high + (Math.abs(high) || 1) * 0.1];
  const pad = 0.04 * (log ? Math.log(high / low) : high - low);
  return log ? [low * Math.exp(-pad), high * Math.exp(pad)] : [low - pad, high + pad];
}

/** The index of the panel under a point, with room for the pointer around it; -1: none. */
export function panelAt(panels, x, y, around = 6) {
  return panels.findIndex(({ box: [left, right, top, bottom] }) => x >= left - around && x <= right + around && y >= top - around && y <= bottom + around);
}
