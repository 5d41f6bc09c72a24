/**
 * The interaction of the two active hyperparameters (HyperTendril 5.3.2, Fig. 6B): the metric expected over both, all others
 * averaged, with the trials on top. Pale and hatched where no trial is near.
 *
 * Rectangles brush as in a trade-off; brushes of the two axes are drawn too.
 */
import { roomy } from "../axes.mjs";
import { inBox, pairTarget, regionBoxes, regionTarget, spansOf } from "../boxes.mjs";
import { fit, horizontalAxis, paragraph, ring, text, verticalAxis } from "../draw.mjs";
import { evidenceRows } from "../evidence.mjs";
import { laneTarget } from "../gestures.mjs";
import { cellAt, drawCells, drawRamp, surfaceRange } from "../heat.mjs";
import { chooseImportance } from "../importance.mjs";
import { placesOf } from "../marginals.mjs";
import { make, mountSelect } from "../menu.mjs";
import { dotOpacity, dotRadius, HaloDots, lanePositions, nearest } from "../points.mjs";
import { formatNumber, scaleOf } from "../scale.mjs";
import { View } from "../view.mjs";

const TOP = 50;
const LEFT = 64;
const RIGHT = 16;
const BOTTOM = 44;
const LANE = 22;
const RAMP = 96;
const RADIUS = 2.5;

export class Heatmap extends View {
  constructor(host, model, painter) {
    super(host, model, painter);
    host.setAttribute("role", "group");
    const row = host.appendChild(make("div", { className: "tr-view-controls" }));
    const shown = () => [{ value: "whole", label: "whole study" }, { value: "within", label: "within the brush" }];
    const set = (value) => chooseImportance(model, { surface: value === "whole" ? null : value });
    this.choice = mountSelect(row, "expected over", shown, () => model.settings.importance.surface ?? "whole", set);
    const show = () => {
      host.hidden = model.settings.active.length < 2;
      this.invalidate("data");
    };
    model.on("active", show);
    model.on("asked", show);
    model.on("importance", () => this.#told());
    show();
  }

  /** What there is to draw: the surface of the two active hyperparameters, or why there is none. */
  #take() {
    const { importance, settings } = this.model;
    const within = settings.importance.surface === "within" && Object.keys(this.model.brushes).length > 0;
    const told = within ? importance.surfaceWithin : importance.surface;
    const mine = told?.mean && [told.a.name, told.b.name].every((name, i) => name === settings.active[i] && this.model.params.includes(name));
    this.surface = mine ? told : null;
    this.message = this.#message(told);
  }

  #message(told) {
    const { state, refused, whole } = this.model.importance;
    if (state === "refused") return refused.refused;
    if (told?.refused ?? told?.error) return told.refused ?? told.error;
    if (state === "ready" && !whole.marginals) return "This method tells shares, but no expected values.";
    return "Importance is being computed …";
  }

  /** An answer came: another surface of the same axes is a new background, another pair a new layout. */
  #told() {
    const before = this.surface;
    this.#take();
    if (this.surface === before && before) return;
    const alike = before && this.surface && ["a", "b"].every((axis) => before[axis].name === this.surface[axis].name && before[axis].inactive === this.surface[axis].inactive);
    if (alike && this.cell) this.#place();
    this.invalidate(alike && this.cell ? "context" : "data");
  }

  // --- layout -------------------------------------------------------------------------------------------------------

  geometry(width, height) {
    this.cell = null;
    this.choice.update();
    this.#take();
    if (!this.surface) return;
    const { a: { name: x, inactive: besideX }, b: { name: y, inactive: besideY } } = this.surface;
    const { model } = this;
    const plot = [LEFT, Math.max(LEFT + 60, width - RIGHT - (besideX ? LANE + 6 : 0)), TOP, Math.max(TOP + 40, height - BOTTOM - (besideY ? LANE : 0))];
    const [left, right, top, bottom] = plot;
    const [ax, ay] = [model.axis(x), model.axis(y)];
    this.laneX = besideX ? [right + 6, right + 6 + LANE] : null;
    this.laneY = besideY ? [bottom + 4, bottom + LANE] : null;
    this.cell = { x, y, ax, ay, xScale: scaleOf(roomy(ax), left, right), yScale: scaleOf(roomy(ay), bottom, top), plot };
    this.#place();
    this.#rows(width, height);
  }

  /** Where the cells of the surface stand, and the range of their colours. */
  #place() {
    const { x, y, xScale, yScale } = this.cell;
    const { columns } = this.model.table;
    this.across = placesOf(this.surface.a, xScale, columns.get(x).levels, this.laneX);
    this.up = placesOf(this.surface.b, yScale, columns.get(y).levels, this.laneY);
    this.range = surfaceRange(this.surface, this.model.importance.direction);
  }

  #rows(width, height) {
    const { model } = this;
    const { x, y, xScale, yScale, plot } = this.cell;
    const counts = evidenceRows(model);
    this.xs = lanePositions(xScale, model.table.columns.get(x).values, 0, this.laneX, counts);
    this.ys = lanePositions(yScale, model.table.columns.get(y).values, 1, this.laneY, counts);
    this.area = (plot[1] - plot[0]) * (plot[3] - plot[2]);
    this.count = counts.reduce((sum, bit) => sum + bit, 0);
    this.radius = Math.min(RADIUS, Math.max(1, 0.7 * dotRadius(this.count, this.area)));
    this.dots = new HaloDots(this.xs, this.ys, model.comparable, { dpr: this.dpr, width, height }, this.radius, () => this.marks.grey);
    this.style.contextPixel = this.style.surfacePixel;
  }

  shapes() {
    return this.cell ? [this.dots] : [];
  }

  opacity(count) {
    return this.cell ? dotOpacity(count, this.area, this.radius) : 1;
  }

  // --- pictures -----------------------------------------------------------------------------------------------------

  backdrop(pen) {
    if (this.cell && this.range) drawCells(pen, this.surface, this.across, this.up, this.range, this);
  }

  axes(pen) {
    const { style } = this;
    if (!this.cell) {
      paragraph(pen, this.message, 8, TOP + 8, this.width - 16, style.muted);
      return;
    }
    const { x, y, xScale, yScale, plot: [left, right, top, bottom] } = this.cell;
    verticalAxis(pen, yScale, left, style, { room: left - 10 });
    horizontalAxis(pen, xScale, this.laneY ? this.laneY[1] : bottom, style);
    const end = this.laneX ? this.laneX[1] - pen.measureText("inactive").width - 12 : right;
    if (this.laneX) text(pen, "inactive", this.laneX[1], this.height - 8, style.muted, "right");
    if (this.laneY) text(pen, fit(pen, "inactive", left - 10), left - 6, (this.laneY[0] + this.laneY[1]) / 2, style.muted, "right", "middle");
    text(pen, fit(pen, y, (right - left) / 2), 8, top - 12, style.ink);
    text(pen, fit(pen, x, end - 8), end, this.height - 8, style.ink, "right");
    this.#legend(pen, right, top - 12);
  }

  /** The colours with their own range: expected values differ less than the trials do. */
  #legend(pen, right, y) {
    if (!this.range) return;
    const [worst, best] = this.range.map((value) => formatNumber(value));
    const { ink, muted } = this.style;
    text(pen, best, right, y, muted, "right");
    const end = right - pen.measureText(best).width - 6;
    drawRamp(pen, end - RAMP, end, y - 9, 9, this.ramp);
    text(pen, worst, end - RAMP - 6, y, muted, "right");
    const start = end - RAMP - 12 - pen.measureText(worst).width;
    const room = start - LEFT - pen.measureText(this.cell.y).width;
    if (room > 60) text(pen, fit(pen, `expected ${this.model.importance.metric}`, room), start, y, ink, "right");
  }

  brushes(pen) {
    if (!this.cell) return;
    const { model: { brushes }, cell: { x, y, xScale, yScale, plot: [left, right, top, bottom] } } = this;
    for (const [a, b] of spansOf(this.model, x, xScale)) this.#outline(pen, a, b, top, bottom);
    for (const [a, b] of spansOf(this.model, y, yScale)) this.#outline(pen, left, right, a, b);
    if (this.laneX && brushes[x]?.missing) this.#outline(pen, ...this.laneX, top, bottom);
    if (this.laneY && brushes[y]?.missing) this.#outline(pen, left, right, ...this.laneY);
    for (const { box } of regionBoxes(brushes, this.cell)) this.#outline(pen, ...box);
  }

  /** A brush as a line with a border of its own, which shows on any colour. */
  #outline(pen, x0, x1, y0, y1) {
    for (const [colour, width] of [[this.style.surface, 4], [this.style.accent, 2]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.strokeRect(x0, y0, Math.max(1, x1 - x0), Math.max(1, y1 - y0));
    }
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
    const hint = this.#hint(x, y);
    const lane = (column) => laneTarget(this, { column, missing: true, hint: hint ?? `click: brush the trials where ${column} is inactive` });
    if (this.laneX && x >= this.laneX[0] && hint) return { ...lane(this.cell.x), aside: hint };
    if (this.laneY && y >= this.laneY[0] && hint) return { ...lane(this.cell.y), aside: hint };
    if (!inBox(this.cell.plot, x, y, 4)) return null;
    const pair = this.cell.xScale.category || this.cell.yScale.category;
    return { ...(pair ? pairTarget : regionTarget)(this, this.cell, x, y, event.shiftKey), hint, aside: hint };
  }

  /** What is expected in the cell at a point, in words; null where there is none. */
  #hint(x, y) {
    const at = cellAt(this.across, this.up, x, y);
    if (!at) return null;
    const [i, j] = at;
    const { mean, std, support, resamples } = this.surface;
    const where = `${this.cell.x} ${this.across[i].words}, ${this.cell.y} ${this.up[j].words}`;
    if (mean[i][j] === null) return `${where}: cannot be at once`;
    const near = support[i][j] ? `${support[i][j]} ${support[i][j] === 1 ? "trial" : "trials"} near` : "no trial near: do not rely on it";
    return `${where}: ${this.model.importance.metric} ${formatNumber(mean[i][j])} expected, ± ${formatNumber(std[i][j] ?? NaN, 2)} between ${resamples ? "resamples of the trials" : "trees"}, ${near}`;
  }

  describe() {
    if (!this.cell) return `Heatmap. ${this.message}`;
    const range = this.range ? `: ${formatNumber(this.range[0])} at worst, ${formatNumber(this.range[1])} at best` : "";
    return `Heatmap of the expected ${this.model.importance.metric} over ${this.cell.x} and ${this.cell.y}${range}. ${super.describe()}`;
  }
}
