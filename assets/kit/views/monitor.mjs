/**
 * Performance monitor (HyperTendril 5.3.1, Fig. 4a): the best value so far against trial order, coloured by performance.
 *
 * Behind it, in grey, the best so far of all rows that compete, and a dot a row. Better is up, also where the objective
 * is minimised. Of several studies each has a line. Its x axis is that of the strips.
 */
import { inBox, spansOf } from "../boxes.mjs";
import { css } from "../colour.mjs";
import { brushBox, fit, ring, text, verticalAxis } from "../draw.mjs";
import { intervalTarget } from "../gestures.mjs";
import { incumbents, trialOrder } from "../incumbents.mjs";
import { comparableText, trials } from "../notes.mjs";
import { GUTTER, orderScale } from "../order.mjs";
import { dotOpacity, dotRadius, Dots, mostWeight, nearest, positions } from "../points.mjs";
import { formatNumber, scaleOf } from "../scale.mjs";
import { dashesOf } from "../studylines.mjs";
import { View } from "../view.mjs";

const TOP = 22;
const BOTTOM = 8;
const AREA = 0.22;
const POOR = 0.25;

export class Monitor extends View {
  geometry(width, height) {
    const { model } = this;
    const { objective, table } = model;
    this.x = objective && model.range ? orderScale(model, width) : null;
    if (!this.x) return;
    this.values = model.performance;
    this.numbers = table.columns.get("number").values;
    this.plot = [this.x.p0, this.x.p1, TOP, Math.max(TOP + 20, height - BOTTOM)];
    this.y = this.#scale(objective);
    this.xs = positions(this.x, this.numbers, 0);
    this.ys = positions(this.y, this.values, 1);
    this.dotYs = this.ys.map((y, row) => (this.#inRange(this.values[row]) ? y : NaN));
    this.area = (this.plot[1] - this.plot[0]) * (this.plot[3] - this.plot[2]);
    this.radius = Math.min(2, dotRadius(table.rows, this.area));
    this.dots = new Dots(this.xs, this.dotYs, model.comparable, { dpr: this.dpr, width, height }, this.radius, mostWeight(table.rows, this.area, this.radius));
    this.orders = table.ids.map((_, s) => trialOrder(this.numbers, (row) => table.study[row] === s && this.values[row] === this.values[row]));
    this.whole = this.#lines(null);
    this.lastMask = null;
    this.competing = this.orders.reduce((sum, order) => sum + order.length, 0);
  }

  /** From the worst but the worst quarter, so that poor trials do not flatten the line, to the best value. */
  #scale(objective) {
    const down = objective.direction === "minimize";
    const sorted = this.values.filter(Number.isFinite).sort();
    const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
    const [low, high] = down ? [sorted[0], at(1 - POOR)] : [at(POOR), at(1)];
    const [, , top, bottom] = this.plot;
    return scaleOf({ ...this.model.axis(objective.name), low, high }, down ? top + 4 : bottom, down ? bottom : top + 4);
  }

  #inRange(value) {
    return value >= this.y.low && value <= this.y.high;
  }

  #lines(mask) {
    return this.orders.map((order) => incumbents(order, this.values, this.model.objective.direction, mask));
  }

  /** Best so far of the selected rows, a study each, computed once a selection. */
  #selectedLines() {
    if (this.lastMask !== this.model.mask) {
      this.lastMask = this.model.mask;
      this.lines = this.#lines(this.model.mask);
    }
    return this.lines;
  }

  opacity(count) {
    return this.x ? 0.8 * dotOpacity(count, this.area, this.radius) : 1;
  }

  shapes() {
    return this.x ? [this.dots] : [];
  }

  /** x of the last trial of a study, where its line ends. */
  #end(s) {
    const order = this.orders[s];
    return this.xs[order[order.length - 1]];
  }

  /** Call `draw(x0, x1, row)` for each level of a line: from the trial that set it to the next better one. */
  #levels(line, s, draw) {
    line.forEach((row, i) => draw(this.xs[row], i + 1 < line.length ? this.xs[line[i + 1]] : this.#end(s), row));
  }

  fills(pen) {
    if (!this.x || this.orders.length > 1) return;
    const bottom = this.plot[3];
    pen.globalAlpha = AREA;
    this.#levels(this.#selectedLines()[0] ?? [], 0, (x0, x1, row) => {
      pen.fillStyle = this.colourOf(row);
      pen.fillRect(x0, this.ys[row], Math.max(1, x1 - x0), bottom - this.ys[row]);
    });
    pen.globalAlpha = 1;
  }

  backdrop(pen) {
    if (!this.x) return;
    this.whole.forEach((line, s) => this.#step(pen, line, s, css(this.style.contextPixel), 3));
  }

  #step(pen, line, s, colour, width, dashes = []) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.setLineDash(dashes);
    pen.beginPath();
    this.#levels(line, s, (x0, x1, row) => {
      pen.lineTo(x0, this.ys[row]);
      pen.lineTo(x1, this.ys[row]);
    });
    pen.stroke();
    pen.setLineDash([]);
  }

  axes(pen) {
    const { style, model } = this;
    if (!this.x) {
      text(pen, "No completed trial has a value of an objective with a direction yet.", 8, 20, style.muted);
      return;
    }
    verticalAxis(pen, this.y, GUTTER, style, { room: 56, gap: 24 });
    const [left, right] = this.plot;
    const name = fit(pen, model.objective.name, left - 8);
    text(pen, `${name} ↑ better`, 8, 12, style.ink);
    const who = `${comparableText(model)}: ${formatNumber(this.competing)} of ${trials(model.table.rows)}`;
    text(pen, fit(pen, `${who}, the worst quarter without a dot`, (right - left) / 2), right, 12, style.muted, "right");
  }

  brushes(pen) {
    if (!this.x) return;
    const [, , top, bottom] = this.plot;
    for (const [a, b] of spansOf(this.model, "number", this.x)) brushBox(pen, a, top, Math.max(1, b - a), bottom - top, this.style);
    const lines = this.#selectedLines();
    lines.forEach((line, s) => this.#step(pen, line, s, this.style.ink, 1.5, dashesOf(s)));
    if (lines.length > 1) this.#names(pen, lines);
    else this.#best(pen, lines[0] ?? []);
  }

  /** What the best selected trial reached, beside the name of the objective. */
  #best(pen, line) {
    const row = line[line.length - 1];
    const { objective } = this.model;
    const words = row === undefined ? "no selected trial competes" : `best ${this.model.axis(objective.name).format(this.values[row], 4)} · trial ${this.numbers[row]}`;
    text(pen, words, Math.max(GUTTER, 16 + pen.measureText(`${objective.name} ↑ better`).width), 12, this.style.ink);
    if (row !== undefined) this.#dot(pen, row);
  }

  #dot(pen, row) {
    pen.fillStyle = this.style.ink;
    pen.beginPath();
    pen.arc(this.xs[row], this.ys[row], 3, 0, 2 * Math.PI);
    pen.fill();
  }

  /** The name and best of each study at the end of its line, never one over another. */
  #names(pen, lines) {
    const named = lines.flatMap((line, s) => (line.length ? [{ s, row: line[line.length - 1] }] : []));
    named.sort((a, b) => this.ys[a.row] - this.ys[b.row]);
    let free = this.plot[2] + 2;
    for (const { s, row } of named) {
      this.#dot(pen, row);
      const y = Math.max(free, this.ys[row] + 3);
      free = y + 14;
      const best = this.model.axis(this.model.objective.name).format(this.values[row], 4);
      const words = `${fit(pen, this.model.entries[s].name, 160)} ${best}`;
      const right = Math.max(this.#end(s) - 4, this.plot[0] + 4 + pen.measureText(words).width);
      text(pen, words, right, y, this.style.ink, "right", "top");
    }
  }

  trace(pen, row) {
    if (!this.x) return null;
    const x = this.xs[row];
    const y = this.dotYs[row];
    const shown = y === y;
    if (!pen.dots) this.#stem(pen, x, shown ? y + 5 : this.plot[2]);
    if (shown) ring(pen, x, y);
    return shown ? [x + 12, Math.max(this.plot[2], y - 8)] : [x, this.plot[2] + 8];
  }

  /** From the x axis up to a trial; not where marks are drawn as dots (export.mjs). */
  #stem(pen, x, y) {
    pen.beginPath();
    pen.moveTo(x, this.plot[3]);
    pen.lineTo(x, y);
    pen.stroke();
  }

  rowAt(x, y) {
    return this.x ? nearest(this.xs, this.dotYs, x, y, this.model.mask) : -1;
  }

  target(x, y, event) {
    if (!this.x || !inBox(this.plot, x, y, 6)) return null;
    const target = intervalTarget(this, "number", this.x, x, (toX) => toX, event.shiftKey);
    return { ...target, cursor: target.cursor === "ns-resize" ? "ew-resize" : target.cursor };
  }

  describe() {
    if (!this.x) return "Performance monitor: no trial competes yet";
    const rows = this.#selectedLines().flatMap((line) => line.slice(-1));
    const best = rows.map((row) => formatNumber(this.values[row], 4)).join(", ");
    return `Best ${this.model.objective.name} so far by trial order, ${best ? `best selected ${best}` : "none selected"}. ${super.describe()}`;
  }
}
