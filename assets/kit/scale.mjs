/**
 * Scales between values and pixels: linear, log, integer and category. Pure; no DOM.
 */

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** A number with sensible digits: 1e-4, 0.035, 12.3 k, 1.2 M. */
export function formatNumber(value, digits = 3) {
  if (value === Infinity) return "∞";
  if (value === -Infinity) return "−∞";
  if (Number.isNaN(value)) return "missing";
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-2) return exponential(value, digits);
  if (size < 9999.5) return trim(value, size >= 1000 ? Math.max(digits, 4) : digits);
  for (const [unit, sign] of [[1e3, " k"], [1e6, " M"], [1e9, " G"]]) {
    const shown = trim(value / unit, digits);
    if (Math.abs(shown) < 1000) return shown + sign;
  }
  return exponential(value, digits);
}

const exponential = (value, digits) => value.toExponential(digits - 1).replace(/\.?0+e/, "e").replace("e+", "e");
const trim = (value, digits) => String(Number(value.toPrecision(digits)));

/** Seconds since 1970 as local date and time. */
export function formatTime(seconds) {
  return new Date(seconds * 1000).toLocaleString(undefined, { dateStyle: "short", timeStyle: "medium" });
}

/** Round to `digits` significant digits. */
const significant = (value, digits) => Number(value.toPrecision(digits));

/**
 * A scale of numbers.
 * `low`…`high` is the domain, `p0`…`p1` the pixels of its ends; infinities stand at the ends.
 */
export class NumberScale {
  constructor({ low, high, log = false, integer = false, format = formatNumber }, p0, p1) {
    Object.assign(this, { low, high, log: log && low > 0, integer, format, p0, p1 });
    this.a = this.log ? Math.log(low) : low;
    this.b = this.log ? Math.log(high) : high;
    if (this.a === this.b) {
      this.a -= 0.5;
      this.b += 0.5;
    }
  }

  /** Position of a value in 0…1 along the domain, not clipped; NaN where missing. */
  unit(value) {
    if (value === Infinity) return 1;
    if (value === -Infinity || (this.log && value <= 0)) return 0;
    return ((this.log ? Math.log(value) : value) - this.a) / (this.b - this.a);
  }

  toPixel(value) {
    return this.p0 + clamp(this.unit(value), 0, 1) * (this.p1 - this.p0);
  }

  /** The value at a pixel, exactly the end of the domain at (and beyond) the ends. */
  toValue(pixel) {
    const unit = (pixel - this.p0) / (this.p1 - this.p0);
    if (unit <= 0) return this.low;
    if (unit >= 1) return this.high;
    const value = this.a + unit * (this.b - this.a);
    return this.log ? Math.exp(value) : value;
  }

  /** The value at a pixel, rounded to what a pixel can tell, so that brushes read well. */
  snap(pixel) {
    const value = this.toValue(pixel);
    if (value === this.low || value === this.high) return value;
    if (this.log) return significant(value, 3);
    const step = 10 ** Math.floor(Math.log10((this.b - this.a) / Math.abs(this.p1 - this.p0)));
    const rounded = Math.round(value / step) * step;
    return significant(rounded, 12);
  }

  /** Values that get a tick, about `count` of them. */
  ticks(count = 5) {
    return this.log ? logTicks(this.low, this.high, count) : linearTicks(this.low, this.high, count, this.integer);
  }
}

function linearTicks(low, high, count, integer) {
  if (low === high) return [low];
  const raw = (high - low) / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const steps = [10, 5, 2, 1, 0.5].map((m) => m * power).filter((step) => step >= raw / 2);
  const coarse = steps.findLast((step) => step >= raw);
  const tries = steps.slice(steps.indexOf(coarse)).map((step) => stepTicks(low, high, integer ? Math.max(1, Math.round(step)) : step, count));
  return tries.find((ticks) => ticks.length >= 2) ?? tries[0];
}

/** Multiples of a step inside a domain. */
function stepTicks(low, high, step, count) {
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.min(Math.floor(high / step + 1e-9) - first, 2 * count + 2);
  return Array.from({ length: last + 1 || 0 }, (_, i) => significant((first + i) * step, 12));
}

function logTicks(low, high, count) {
  const decades = Math.log10(high / low);
  const every = Math.max(1, Math.ceil(decades / Math.max(count, 1)));
  const fine = decades < 1.2 ? [1, 2, 3, 5] : [1, 3];
  const coarse = decades < 1.2 || (decades < 2.5 && count >= 5) ? fine : [1];
  const tries = [[coarse, coarse === fine ? 1 : every], [[1], 1], [fine, 1]];
  const found = tries.map(([multiples, step]) => decadeTicks(low, high, multiples, step)).find((ticks) => ticks.length >= 2);
  return found ?? linearTicks(low, high, count, false);
}

/** Multiples of each `every`-th power of ten, inside a domain. */
function decadeTicks(low, high, multiples, every) {
  const ticks = [];
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++) {
    if (e % every) continue;
    for (const m of multiples) ticks.push(Number(`${m}e${e}`));
  }
  return ticks.filter((t) => t >= low * (1 - 1e-9) && t <= high * (1 + 1e-9));
}

/** A scale of categories: `order` lists the codes from `p0` to `p1`, each with a band of equal width. */
export class CategoryScale {
  constructor({ order, labels }, p0, p1) {
    Object.assign(this, { order, labels, p0, p1, category: true });
    this.band = (p1 - p0) / Math.max(order.length, 1);
    this.position = [];
    order.forEach((code, i) => {
      this.position[code] = i;
    });
  }

  /** Centre of a category's band. */
  toPixel(code) {
    return this.p0 + (this.position[code] + 0.5) * this.band;
  }

  /** A place inside the band for a row, spread evenly and the same every time. */
  spread(code, row) {
    return this.toPixel(code) + (lowDiscrepancy(row) - 0.5) * this.band * 0.6;
  }

  /** Code of the category at a pixel, the nearest at the ends. */
  codeAt(pixel) {
    return this.order[clamp(Math.floor((pixel - this.p0) / this.band), 0, this.order.length - 1)];
  }

  /** Codes whose centre lies between two pixels. */
  codesIn(q0, q1) {
    const [low, high] = [Math.min(q0, q1), Math.max(q0, q1)];
    return this.order.filter((code) => this.toPixel(code) >= low && this.toPixel(code) <= high);
  }

  ticks() {
    return this.order;
  }

  format(code) {
    return this.labels[code];
  }
}

/** A number in 0…1 by row, evenly spread for neighbouring rows (golden-ratio sequence). */
export function lowDiscrepancy(row) {
  return (row * 0.6180339887498949) % 1;
}

/** The scale of an axis (see axes.mjs) over pixels p0…p1. */
export function scaleOf(axis, p0, p1) {
  return axis.order ? new CategoryScale(axis, p0, p1) : new NumberScale(axis, p0, p1);
}
