/** The Pareto fronts in a plot of two metrics: of all trials that compete and, within it, of the selected ones. */
import { directionOf } from "./directions.mjs";
import { line, ring, text } from "./draw.mjs";
import { frontOf, frontOrder } from "./pareto.mjs";
import { css } from "./colour.mjs";

const DOT = 4;
const MOST_DOTS = 1000;

export class Fronts {
  constructor(model) {
    this.model = model;
    this.key = [];
    this.order = null;
  }

  /** Follow a layout over two columns; rows are sorted anew only where values, directions or who competes changed. */
  follow(x, y) {
    const { model } = this;
    const [xs, ys] = [x, y].map((name) => model.table.columns.get(name).values);
    this.directions = [x, y].map((name) => directionOf(model, name));
    const key = [xs, ys, ...this.directions, model.comparable];
    if (key.some((part, i) => part !== this.key[i])) {
      this.order = this.directions.every(Boolean) ? frontOrder(xs, ys, this.directions, model.comparable) : null;
      Object.assign(this, { key, xs, ys, mask: null });
      this.whole = this.#front(model.comparable);
    }
  }

  #front(mask) {
    return this.order ? frontOf(this.order, this.xs, this.ys, this.directions[1], mask) : [];
  }

  /** The front of the selected rows, best x first; computed once a selection. */
  get selected() {
    if (this.mask !== this.model.mask) {
      this.mask = this.model.mask;
      this.found = this.model.selected === this.model.table.rows ? this.whole : this.#front(this.mask);
    }
    return this.found;
  }

  /** Draw both over the dots at pixels xs, ys: that of all dashed, that of the selected solid, its trials in full colour. */
  draw(pen, xs, ys, style, ramp) {
    const { selected, whole } = this;
    if (selected !== whole) {
      steps(pen, xs, ys, whole, style.muted, [3, 3]);
      pen.lineWidth = 1;
      if (whole.length <= MOST_DOTS) for (const row of whole) ring(pen, xs[row], ys[row], 2);
    }
    steps(pen, xs, ys, selected, style.ink, []);
    if (selected.length > MOST_DOTS) return; // they lie so close that they are the line
    for (const row of selected) {
      pen.fillStyle = css(ramp[this.model.colours[row]]);
      pen.strokeStyle = style.ink;
      pen.lineWidth = 1;
      pen.beginPath();
      pen.arc(xs[row], ys[row], DOT, 0, 2 * Math.PI);
      pen.fill();
      pen.stroke();
    }
  }

  /** Which line is which, in one line of text that ends at `right`. */
  legend(pen, right, y, style) {
    if (!this.order) return;
    const parts = [[`front of all: ${this.whole.length}`, style.muted, [3, 3]], [`front of the selected: ${this.selected.length}`, style.ink, []]];
    let x = right;
    for (const [words, colour, dashes] of this.selected === this.whole ? [[`front: ${this.whole.length}`, style.ink, []]] : parts) {
      text(pen, words, x, y, style.muted, "right");
      x -= pen.measureText(words).width + 26;
      pen.setLineDash(dashes);
      line(pen, x, y - 4, x + 20, y - 4, colour, 1.2);
      pen.setLineDash([]);
      x -= 14;
    }
  }
}

/** The border of what a front beats, as a step line. */
function steps(pen, xs, ys, front, colour, dashes) {
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  pen.setLineDash(dashes);
  pen.beginPath();
  front.forEach((row, i) => {
    if (i) pen.lineTo(xs[row], ys[front[i - 1]]);
    pen.lineTo(xs[row], ys[row]);
  });
  pen.stroke();
  pen.setLineDash([]);
}
