/**
 * The marks of all rows on two layers, grey and coloured, kept as sums per pixel. After a layout only the rows whose mark
 * changed are taken away and added again, so that a trial more costs a mark, not a picture. Pure but for the clock.
 */
import { Accumulator } from "./accumulator.mjs";

const FRAME_BUDGET = 30;
const SLICED_ABOVE = 20000;
const SAMPLE = 20000;
const WORTH = 0.25;

/**
 * A picture of rows that never changes: `mark(row, weight, colour, sign, accumulator)` adds (sign 1) or removes (-1) a row's
 * mark. Two shapes of one `key` draw a row alike where its `places` (arrays with a number a row) are alike.
 * @typedef {{key: string, places: ArrayLike<number>[], mark: Function}} Shape
 */

/** Better rows weigh more, so that they show in a crowd: 1 … 8. */
export function markWeight(colour) {
  return 1 + Math.round(7 * (colour / 255) ** 3);
}

/** Several shapes as one. */
function joined(shapes) {
  return {
    key: JSON.stringify(shapes.map(({ key }) => key)),
    places: shapes.flatMap(({ places }) => places),
    mark(row, weight, colour, sign, accumulator) {
      for (let i = 0; i < shapes.length; i++) shapes[i].mark(row, weight, colour, sign, accumulator);
    },
  };
}

/** Rows as lines from axis to axis. */
export class Lines {
  /**
   * All in device pixels.
   * @param {number[]} xs where lines come to the axes @param {Float32Array[]} ys an axis each, by row
   * @param {number} radius of a dot, where there is one axis @param {number[]} outs where lines leave the axes
   */
  constructor(xs, ys, radius, outs = xs) {
    Object.assign(this, { xs, ys, radius, outs, key: `${xs} ${outs} ${radius}`, places: ys });
  }

  mark(row, weight, colour, sign, accumulator) {
    const { xs, ys, outs } = this;
    if (xs.length === 1) accumulator.dot(xs[0], ys[0][row], this.radius, weight, colour, sign);
    for (let i = 1; i < xs.length; i++) accumulator.line(outs[i - 1], ys[i - 1][row], xs[i], ys[i][row], weight, colour, sign);
  }
}

export class RowMarks {
  /** @param {number} width device pixels @param {number} height device pixels */
  constructor(width, height) {
    this.grey = new Accumulator(width, height);
    this.coloured = new Accumulator(width, height);
    this.shape = null;
    this.colours = new Uint8Array(0);
    this.drawn = new Uint8Array(0);
    this.every = 0;
  }

  get width() {
    return this.grey.width;
  }

  get height() {
    return this.grey.height;
  }

  /** How many rows the grey layer holds. */
  get sampled() {
    return Math.ceil(this.drawn.length / this.every);
  }

  /**
   * Follow a layout: new places or new colours of rows.
   * @param {Shape[]} shapes all that a row is drawn as
   * @param {Uint8Array} colours a row each
   */
  follow(shapes, colours) {
    const rows = colours.length;
    const every = Math.max(1, Math.ceil(rows / SAMPLE));
    const shape = joined(shapes);
    const changed = this.every === every && this.shape.key === shape.key ? this.#changed(shape, colours) : null;
    const drawn = new Uint8Array(rows);
    if (!changed || changed.length > WORTH * rows) {
      this.grey.clear();
      this.coloured.clear();
      for (let row = 0; row < rows; row += every) shape.mark(row, 1, 0, 1, this.grey);
    } else {
      drawn.set(this.drawn.subarray(0, rows));
      for (const row of changed) this.#replace(row, shape, drawn);
    }
    Object.assign(this, { shape, colours, drawn, every });
  }

  /** Rows that are new, stand elsewhere or have another colour; null if some went away. */
  #changed({ places }, colours) {
    const before = this.shape.places;
    if (this.drawn.length > colours.length || before.length !== places.length) return null;
    const differs = (row) => colours[row] !== this.colours[row] || places.some((place, i) => !Object.is(place[row], before[i][row]));
    const changed = [];
    for (let row = 0; row < colours.length; row++) if (row >= this.drawn.length || differs(row)) changed.push(row);
    return changed;
  }

  #replace(row, shape, drawn) {
    if (row < this.drawn.length) {
      const colour = this.colours[row];
      if (row % this.every === 0) this.shape.mark(row, 1, 0, -1, this.grey);
      if (this.drawn[row]) this.shape.mark(row, markWeight(colour), colour, -1, this.coloured);
    }
    if (row % this.every === 0) shape.mark(row, 1, 0, 1, this.grey);
    drawn[row] = 0;
  }

  /**
   * Bring the coloured marks to a mask.
   * @returns {boolean} false if time ran out (only with very many rows)
   */
  select(mask, selected) {
    const { drawn, coloured, colours, shape } = this;
    let changes = 0;
    for (let row = 0; row < mask.length; row++) changes += mask[row] ^ drawn[row];
    if (changes > selected) {
      coloured.clear();
      drawn.fill(0);
    }
    const deadline = mask.length > SLICED_ABOVE ? performance.now() + FRAME_BUDGET : Infinity;
    for (let row = 0; row < mask.length; row++) {
      if (mask[row] === drawn[row]) continue;
      shape.mark(row, markWeight(colours[row]), colours[row], mask[row] ? 1 : -1, coloured);
      drawn[row] = mask[row];
      if ((row & 255) === 0 && performance.now() > deadline) return false;
    }
    return true;
  }
}
