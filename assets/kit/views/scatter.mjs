/**
 * Trade-off of two columns (HyperTendril 5.2, Fig. 3): dots by performance, and the Pareto front of the selected trials.
 *
 * Rectangles are regions over both columns; where an axis has categories they are a brush of each column.
 */
import { drawBands, inBox, pairTarget, regionBoxes, regionTarget } from "../boxes.mjs";
import { brushBox, fit, horizontalAxis, line, ring, text, verticalAxis } from "../draw.mjs";
import { mountMenu, mountSelect } from "../menu.mjs";
import { leftOut, leftOutText, noteTarget, toolsOf } from "../notes.mjs";
import { frontOf, frontOrder } from "../pareto.mjs";
import { dotOpacity, dotRadius, Dots, mostWeight, nearest, positions } from "../points.mjs";
import { scaleOf } from "../scale.mjs";
import { beyondText, trimmed } from "../trim.mjs";
import { View } from "../view.mjs";

const TOP = 24;
const RIGHT = 16;
const BOTTOM = 44;
const EDGE = 5;
const INSET = 6;

/**
 * The columns on both axes: what the analyst chose, else the objective over the next metric.
 * @returns {{x: string, y: string} | null} null where there are not two columns to show
 */
export function scatterColumns(model) {
  const offered = [...model.metrics, ...model.params];
  const chosen = model.settings.scatter ?? {};
  const y = offered.includes(chosen.y) ? chosen.y : (model.objective?.name ?? offered[0]);
  const x = offered.includes(chosen.x) ? chosen.x : offered.find((name) => name !== y);
  return x === undefined ? null : { x, y };
}

export class Scatter extends View {
  constructor(host, model, painter) {
    super(host, model, painter);
    const slot = toolsOf(host);
    const names = () => [...model.metrics, ...model.params];
    const select = (axis) =>
      mountSelect(slot, axis, names, () => scatterColumns(model)?.[axis], (name) => this.#choose({ [axis]: name }));
    const selects = [select("x"), select("y")];
    const better = mountMenu(slot, "⇅", () => this.#betterItems(), (item, on) => this.#setBetter(item, on), {
      hint: "Say which way a metric without a direction is better",
    });
    const update = () => {
      for (const one of selects) one.update();
      better.element.hidden = !this.#betterItems().length;
    };
    model.on("data", update);
    update();
  }

  #choose(change) {
    this.model.set("scatter", { ...this.model.settings.scatter, ...scatterColumns(this.model), ...change });
  }

  // --- directions ---------------------------------------------------------------------------------------------------

  /** Which way a column is better: declared, or what the analyst says; null of hyperparameters. */
  #direction(name) {
    const axis = this.model.axis(name);
    if (axis.role !== "metric" || axis.order) return null;
    return axis.direction ?? this.model.settings.scatter?.better?.[name] ?? null;
  }

  #betterItems() {
    const { model } = this;
    const names = [...new Set(Object.values(scatterColumns(model) ?? {}))];
    const open = names.filter((name) => {
      const axis = model.axis(name);
      return axis.role === "metric" && !axis.order && !axis.direction;
    });
    return open.flatMap((name) =>
      [["minimize", "smaller"], ["maximize", "larger"]].map(([direction, word]) => ({
        name: JSON.stringify([name, direction]),
        label: `${word} ${name}`,
        on: this.#direction(name) === direction,
      })),
    );
  }

  #setBetter(item, on) {
    const [name, direction] = JSON.parse(item);
    const better = { ...this.model.settings.scatter?.better, [name]: on ? direction : null };
    this.#choose({ better });
  }

  // --- layout -------------------------------------------------------------------------------------------------------

  geometry(width, height) {
    const { model } = this;
    const names = scatterColumns(model);
    this.cell = null;
    if (!names || !model.table.rows) return;
    const [ax, ay] = [model.axis(names.x), model.axis(names.y)];
    const [left, right] = [ay.order ? 96 : 56, width - RIGHT];
    const [top, bottom] = [TOP, Math.max(TOP + 40, height - BOTTOM)];
    const down = this.#direction(names.y) === "minimize";
    const [shortX, shortY] = [names.x, names.y].map((name) => trimmed(model.axis(name), model.table.columns.get(name).values));
    const xScale = scaleOf(shortX.axis, left + INSET, right - INSET);
    const yScale = scaleOf(shortY.axis, down ? top + INSET : bottom - INSET, down ? bottom - INSET : top + INSET);
    this.cell = { ...names, ax, ay, xScale, yScale, shortX, shortY, plot: [left, right, top, bottom] };
    [this.xv, this.yv] = [names.x, names.y].map((name) => model.table.columns.get(name).values);
    this.xs = positions(xScale, this.xv, 0);
    this.ys = positions(yScale, this.yv, 1);
    this.area = (right - left) * (bottom - top);
    this.radius = dotRadius(model.table.rows, this.area);
    this.dots = new Dots(this.xs, this.ys, model.comparable, { dpr: this.dpr, width, height }, this.radius, mostWeight(model.table.rows, this.area, this.radius));
    this.#findFront();
    this.note = this.#note();
  }

  #findFront() {
    const directions = [this.cell.x, this.cell.y].map((name) => this.#direction(name));
    this.order = directions.every(Boolean) ? frontOrder(this.xv, this.yv, directions, this.model.comparable) : null;
    this.upward = directions[1];
    this.wholeFront = this.#front(this.model.comparable);
    this.frontMask = null;
  }

  #front(mask) {
    return this.order ? frontOf(this.order, this.yv, this.upward, mask) : [];
  }

  /** The front of the selected rows, computed once a selection. */
  #selectedFront() {
    if (this.frontMask !== this.model.mask) {
      this.frontMask = this.model.mask;
      this.front = this.#front(this.model.mask);
    }
    return this.front;
  }

  #note() {
    const { x, y, xScale, yScale, ax, ay, shortX, shortY } = this.cell;
    const far = [[x, beyondText(shortX)], [y, beyondText(shortY)]].filter(([, words]) => words).map((pair) => pair.join(" "));
    const out = [[x, leftOutText(leftOut(xScale, this.xv), ax.role)], [y, leftOutText(leftOut(yScale, this.yv), ay.role)]];
    const missing = out.filter(([, words]) => words).map(([name, words]) => `${name}: ${words}`);
    const open = [x, y].filter((name) => this.model.axis(name).role === "metric" && !this.#direction(name));
    return [
      open.length ? `no Pareto front: ${open.join(" and ")} has no direction` : "",
      far.length ? `at the end of the axis: ${far.join("; ")}` : "",
      missing.length ? `not shown: ${missing.join("; ")}` : "",
    ].filter(Boolean).join(" · ");
  }

  opacity(count) {
    return this.cell ? dotOpacity(count, this.area, this.radius) : 1;
  }

  shapes() {
    return this.cell ? [this.dots] : [];
  }

  // --- pictures -----------------------------------------------------------------------------------------------------

  axes(pen) {
    if (!this.cell) {
      text(pen, "A trade-off needs two columns; the shown studies have none.", 8, 20, this.style.muted);
      return;
    }
    const { x, y, xScale, yScale, plot: [left, right, top, bottom] } = this.cell;
    verticalAxis(pen, yScale, left, this.style, { room: left - 10 });
    horizontalAxis(pen, xScale, bottom, this.style);
    line(pen, left, bottom, right, bottom, this.style.grid);
    line(pen, left, top, left, bottom, this.style.grid);
    const better = this.#direction(y) ? " ↑ better" : "";
    text(pen, fit(pen, y + better, right - 8), 8, top - 12, this.style.ink);
    const arrow = { minimize: "← better  ", maximize: "better →  " }[this.#direction(x)] ?? "";
    const title = fit(pen, arrow + x, (right - left) * (this.note ? 0.45 : 1));
    text(pen, title, right, this.height - 8, this.style.ink, "right");
    text(pen, fit(pen, this.note, right - 24 - pen.measureText(title).width), 8, this.height - 8, this.style.muted);
  }

  brushes(pen) {
    if (!this.cell) return;
    drawBands(pen, this.model, this.cell, this.style);
    for (const { box: [x0, x1, y0, y1] } of regionBoxes(this.model.brushes, this.cell)) {
      brushBox(pen, x0, y0, Math.max(1, x1 - x0), Math.max(1, y1 - y0), this.style);
    }
    const front = this.#selectedFront();
    if (this.model.selected < this.model.table.rows) this.#steps(pen, this.wholeFront, this.style.muted, [3, 3]);
    this.#steps(pen, front, this.style.ink, []);
    pen.lineWidth = 1;
    for (const row of front) ring(pen, this.xs[row], this.ys[row], 3.5);
  }

  /** The border of what a front beats, as a step line. */
  #steps(pen, front, colour, dashes) {
    pen.strokeStyle = colour;
    pen.lineWidth = 1;
    pen.setLineDash(dashes);
    pen.beginPath();
    front.forEach((row, i) => {
      if (i) pen.lineTo(this.xs[row], this.ys[front[i - 1]]);
      pen.lineTo(this.xs[row], this.ys[row]);
    });
    pen.stroke();
    pen.setLineDash([]);
  }

  trace(pen, row) {
    if (!this.cell || Number.isNaN(this.xs[row] + this.ys[row])) return null;
    ring(pen, this.xs[row], this.ys[row], 6);
    return [this.xs[row] + 12, this.ys[row] - 10];
  }

  rowAt(x, y) {
    return this.cell ? nearest(this.xs, this.ys, x, y, this.model.mask) : -1;
  }

  target(x, y, event) {
    if (!this.cell || !inBox(this.cell.plot, x, y, EDGE)) return noteTarget(this, this.cell && this.note, y);
    const pair = this.cell.xScale.category || this.cell.yScale.category;
    return (pair ? pairTarget : regionTarget)(this, this.cell, x, y, event.shiftKey);
  }

  describe() {
    if (!this.cell) return "Trade-off: no two columns to show";
    const front = this.order ? `, Pareto front of ${this.#selectedFront().length} of the selected` : "";
    return `Trade-off of ${this.cell.y} over ${this.cell.x}${front}. ${super.describe()}`;
  }
}
