/**
 * Trade-off of two columns (HyperTendril 5.2, Fig. 3): dots by performance, and the Pareto fronts of all and of the selected.
 *
 * A rectangle is a region over both columns; where an axis has categories it is a brush of each column. A drag along an axis
 * brushes that column alone: a constraint.
 */
import { drawBands, inBox, pairTarget, regionBoxes, regionTarget } from "../boxes.mjs";
import { partOf } from "../curveset.mjs";
import { directionItems, directionOf, takeDirection } from "../directions.mjs";
import { brushBox, fit, horizontalAxis, line, paragraph, ring, text, verticalAxis } from "../draw.mjs";
import { Fronts } from "../fronts.mjs";
import { intervalTarget } from "../gestures.mjs";
import { make, mountMenu, mountSelect } from "../menu.mjs";
import { comparableText, leftOut, leftOutText, noteTarget, toolsOf } from "../notes.mjs";
import { dotOpacity, dotRadius, Dots, mostWeight, nearest, positions } from "../points.mjs";
import { trialsOf } from "../quick.mjs";
import { scaleOf } from "../scale.mjs";
import { TRIALS } from "../selection.mjs";
import { beyondText, trimmed } from "../trim.mjs";
import { View } from "../view.mjs";

const QUALITY = /^(loss|acc|accuracy|err|error|score|auc|f1)$/i;
const TOP = 24;
const RIGHT = 16;
const BOTTOM = 44;
const AXIS = 22;
const EDGE = 5;
const INSET = 6;
const BEHIND = 0.75;

/**
 * The columns on both axes: what the analyst chose, else the objective over the next objective, or the first metric that does not
 * measure the quality of the model once more.
 * @returns {{x: string, y: string} | null} null where there are not two columns to show
 */
export function scatterColumns(model) {
  const offered = [...model.metrics, ...model.params];
  const chosen = model.settings.scatter ?? {};
  const y = offered.includes(chosen.y) ? chosen.y : (model.objective?.name ?? offered[0]);
  const x = offered.includes(chosen.x) ? chosen.x : (otherSide(model, y) ?? offered.find((name) => name !== y));
  return x === undefined ? null : { x, y };
}

/** What the objective is traded for, where that can be told. */
function otherSide({ metrics, entries }, y) {
  const objectives = new Set(entries.flatMap((entry) => entry.metrics.filter((m) => m.objective).map((m) => m.name)));
  return metrics.find((name) => name !== y && (objectives.has(name) || !QUALITY.test(partOf(name).group)));
}

export class Scatter extends View {
  constructor(host, model, painter) {
    super(host, model, painter);
    this.fronts = new Fronts(model);
    const slot = toolsOf(host);
    const names = () => [...model.metrics, ...model.params];
    const select = (axis) =>
      mountSelect(slot, axis, names, () => scatterColumns(model)?.[axis], (name) => this.#choose({ [axis]: name }));
    const selects = [select("x"), select("y")];
    const items = () => directionItems(model, Object.values(scatterColumns(model) ?? {}));
    const better = mountMenu(slot, "⇅", items, (item, on) => takeDirection(model, item, on), {
      hint: "Say which way a column without a direction is better",
    });
    const brush = slot.appendChild(make("button", { type: "button", className: "tr-btn", textContent: "Brush the front" }));
    brush.addEventListener("click", () => model.brush(TRIALS, trialsOf(model, this.fronts.selected)));
    const update = () => {
      for (const one of selects) one.update();
      better.element.hidden = !items().length;
      brush.hidden = !Object.values(scatterColumns(model) ?? { none: null }).every((name) => name && directionOf(model, name));
    };
    model.on("data", update);
    update();
  }

  #choose(change) {
    this.model.set("scatter", { ...this.model.settings.scatter, ...scatterColumns(this.model), ...change });
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
    const down = directionOf(this.model, names.y) === "minimize";
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
    this.fronts.follow(names.x, names.y);
    this.note = this.#note();
  }

  #note() {
    const { x, y, xScale, yScale, ax, ay, shortX, shortY } = this.cell;
    const far = [[x, beyondText(shortX)], [y, beyondText(shortY)]].filter(([, words]) => words).map((pair) => pair.join(" "));
    const out = [[x, leftOutText(leftOut(xScale, this.xv), ax.role)], [y, leftOutText(leftOut(yScale, this.yv), ay.role)]];
    const missing = out.filter(([, words]) => words).map(([name, words]) => `${name}: ${words}`);
    const open = [x, y].filter((name) => this.model.axis(name).role === "metric" && !directionOf(this.model, name));
    return [
      this.fronts.order ? comparableText(this.model) : "",
      open.length ? `no Pareto front: ${open.join(" and ")} has no direction` : "",
      far.length ? `at the end of the axis: ${far.join("; ")}` : "",
      missing.length ? `not shown: ${missing.join("; ")}` : "",
    ].filter(Boolean).join(" · ");
  }

  opacity(count) {
    return this.cell ? dotOpacity(count, this.area, this.radius) * (this.fronts.order ? BEHIND : 1) : 1;
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
    if (this.xs.every((at, row) => Number.isNaN(at + this.ys[row]))) {
      paragraph(pen, `No trial has a value of both ${x} and ${y}.`, left + 16, top + 32, right - left - 32, this.style.muted);
    }
    verticalAxis(pen, yScale, left, this.style, { room: left - 10 });
    horizontalAxis(pen, xScale, bottom, this.style);
    line(pen, left, bottom, right, bottom, this.style.grid);
    line(pen, left, top, left, bottom, this.style.grid);
    const better = directionOf(this.model, y) ? " ↑ better" : "";
    text(pen, fit(pen, y + better, right - 8), 8, top - 12, this.style.ink);
    const arrow = { minimize: "← better  ", maximize: "better →  " }[directionOf(this.model, x)] ?? "";
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
    this.fronts.draw(pen, this.xs, this.ys, this.style, this.ramp);
    this.fronts.legend(pen, this.width - 8, TOP - 12, this.style);
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
    if (!this.cell) return null;
    if (!inBox(this.cell.plot, x, y, EDGE)) return this.#axisTarget(x, y, event.shiftKey) ?? noteTarget(this, this.note, y);
    const pair = this.cell.xScale.category || this.cell.yScale.category;
    return (pair ? pairTarget : regionTarget)(this, this.cell, x, y, event.shiftKey);
  }

  /** A press on an axis, outside the plot, brushes its column alone. */
  #axisTarget(x, y, more) {
    const { x: across, y: up, xScale, yScale, plot: [left, right, top, bottom] } = this.cell;
    const brush = (name, scale, at, along, cursor) => {
      const target = intervalTarget(this, name, scale, at, along, more);
      const shape = target.cursor === "ns-resize" ? cursor : target.cursor;
      return { click: () => true, ...target, cursor: shape, hint: `drag along the axis: a brush on ${name} alone` };
    };
    if (y > bottom && y < bottom + AXIS && x >= left - EDGE && x <= right + EDGE) return brush(across, xScale, x, (toX) => toX, "ew-resize");
    if (x < left && y >= top - EDGE && y <= bottom + EDGE) return brush(up, yScale, y, (_, toY) => toY, "ns-resize");
    return null;
  }

  describe() {
    if (!this.cell) return "Trade-off: no two columns to show";
    const { order, selected, whole } = this.fronts;
    const front = order ? `, Pareto front of ${selected.length} of the selected, ${whole.length} of all` : "";
    return `Trade-off of ${this.cell.y} over ${this.cell.x}${front}. ${super.describe()}`;
  }
}
