/**
 * The marginal of the active hyperparameter (HyperTendril 5.3.2, Fig. 6B): what the metric is expected to be over its
 * values, all others averaged, with its uncertainty; behind it the trials that tell so.
 *
 * Along x it brushes as an axis does. The bracket is the effective range; a click on it, or the button, brushes it.
 */
import { roomy } from "../axes.mjs";
import { inBox, spansOf } from "../boxes.mjs";
import { curveRuns, drawBands, drawBracket, drawRuns } from "../curve.mjs";
import { brushBox, fit, horizontalAxis, line, paragraph, ring, text, verticalAxis } from "../draw.mjs";
import { intervalTarget, laneTarget } from "../gestures.mjs";
import { cellText } from "../gutter.mjs";
import { MarginalControls } from "../marginalcontrols.mjs";
import { cellsOf, effectiveSpans, effectiveText, isEffective, toggleEffective } from "../marginals.mjs";
import { dotRadius, Dots, lanePositions, mostWeight, nearest, positions } from "../points.mjs";
import { evidenceRows } from "../evidence.mjs";
import { formatNumber, scaleOf } from "../scale.mjs";
import { trimmed } from "../trim.mjs";
import { View } from "../view.mjs";

const TOP = 50;
const RIGHT = 16;
const BOTTOM = 44;
const INSET = 6;
const LANE = 44;
const BRACKET = 12;
const ROOMY = 360;

/** The hyperparameter whose marginal is shown: the only active one. */
export function marginalName({ settings, params }) {
  const active = settings.active.filter((name) => params.includes(name));
  return active.length === 1 ? active[0] : null;
}

export class Marginal extends View {
  constructor(host, model, painter) {
    super(host, model, painter);
    host.setAttribute("role", "group");
    this.controls = new MarginalControls(this);
    const show = () => {
      host.hidden = model.settings.active.length > 1;
      this.invalidate("data");
    };
    model.on("active", show);
    model.on("importance", () => this.invalidate(this.whole === model.importance.whole ? "axes" : "data"));
    show();
  }

  // --- layout -------------------------------------------------------------------------------------------------------

  geometry(width, height) {
    const { model } = this;
    const { importance, table } = model;
    this.whole = importance.whole;
    this.name = marginalName(model);
    this.metric = importance.metric;
    this.marginal = (this.name && this.whole?.marginals?.[this.name]) || null;
    this.plot = null;
    this.controls.update();
    if (!this.marginal) return;
    const lane = this.marginal.inactive ? LANE : 0;
    const plot = [64, Math.max(120, width - RIGHT - lane), TOP, Math.max(TOP + 40, height - BOTTOM)];
    const [left, right, top, bottom] = plot;
    this.lane = lane ? [right + 8, right + lane] : null;
    this.scale = scaleOf(roomy(model.axis(this.name)), left + INSET, right - INSET);
    this.cells = cellsOf(this.marginal, this.scale, table.columns.get(this.name).levels, this.lane);
    this.yScale = this.#yScale(top, bottom - BRACKET);
    this.plot = plot;
    this.#rows(width, height);
  }

  /** The axis of the metric: where the rows are without their outliers, and all of the curve; better at the top. */
  #yScale(top, bottom) {
    const { model, metric } = this;
    const axis = model.axis(metric);
    const counts = evidenceRows(model);
    const short = trimmed(axis, model.table.columns.get(metric).values.filter((_, row) => counts[row]));
    const ends = this.cells.flatMap(({ mean, std }) => [mean - (std || 0), mean + (std || 0)]).filter((value) => Number.isFinite(value) && !(axis.log && value <= 0));
    const spanned = { ...short.axis, low: Math.min(short.axis.low, ...ends), high: Math.max(short.axis.high, ...ends) };
    const down = model.importance.direction === "minimize";
    return scaleOf(spanned, down ? top : bottom, down ? bottom : top);
  }

  #rows(width, height) {
    const { model, name, metric } = this;
    const { columns, rows } = model.table;
    const counts = evidenceRows(model);
    this.xs = lanePositions(this.scale, columns.get(name).values, 0, this.lane, counts);
    this.ys = positions(this.yScale, columns.get(metric).values, 1);
    this.area = (this.plot[1] - this.plot[0]) * (this.plot[3] - this.plot[2]);
    this.radius = dotRadius(rows, this.area);
    const canvas = { dpr: this.dpr, width, height };
    this.dots = new Dots(this.xs, this.ys, model.comparable, canvas, this.radius, mostWeight(rows, this.area, this.radius));
  }

  shapes() {
    return this.plot ? [this.dots] : [];
  }

  opacity(count) {
    return Math.min(0.6, 14 / Math.sqrt(count + 1));
  }

  // --- pictures -----------------------------------------------------------------------------------------------------

  /** Why there is no curve, or what to do to get one. */
  get message() {
    const { state, refused, whole } = this.model.importance;
    if (state === "refused") return refused.refused;
    if (!this.name) return "Press a bar, or the box over an axis, to see how the metric depends on that hyperparameter; press a square, or two boxes, for both at once.";
    if (state === "loading") return "Importance is being computed …";
    return whole.marginals ? `${this.name} is not in the study that importance speaks of.` : "This method tells shares, but no expected values.";
  }

  axes(pen) {
    const { style } = this;
    if (!this.plot) {
      paragraph(pen, this.message, 8, 22, this.width - 16, style.muted);
      return;
    }
    const [left, right, top, bottom] = this.plot;
    verticalAxis(pen, this.yScale, left, style, { room: left - 10 });
    horizontalAxis(pen, this.scale, bottom, style);
    line(pen, left, top, left, bottom, style.grid);
    text(pen, fit(pen, this.name, right - 16), right - (this.lane ? 12 : 0), this.height - 8, style.ink, "right");
    if (this.lane) this.#lane(pen, bottom);
    this.#effective(pen);
    const runs = curveRuns(this.cells, this.scale.category);
    const toY = (value) => this.yScale.toPixel(value);
    drawBands(pen, runs, toY, style.ink);
    drawRuns(pen, runs, toY, style.ink);
    this.#title(pen, this.#within(pen));
  }

  /** What the curve tells, in `room` pixels. */
  #title(pen, room) {
    const words = `expected ${this.metric}`;
    const better = this.model.importance.direction ? " ↑ better" : "";
    const whole = pen.measureText(words + better).width <= room ? words + better : fit(pen, words, room);
    text(pen, whole, 8, this.plot[2] - 12, this.style.ink);
  }

  #lane(pen, bottom) {
    line(pen, this.lane[0], bottom, this.lane[1], bottom, this.style.grid);
    text(pen, "inactive", this.lane[1] + 6, this.height - 8, this.style.muted, "right");
  }

  /** The effective range as brackets under the curve, and the value that it reaches. */
  #effective(pen) {
    const { effective } = this.marginal;
    if (!effective) return;
    const [left, right, , bottom] = this.plot;
    const y = this.yScale.toPixel(effective.threshold);
    pen.setLineDash([2, 3]);
    line(pen, left, y, right, y, this.style.muted);
    pen.setLineDash([]);
    const words = `effective from ${this.model.axis(this.metric).format(effective.threshold)}`;
    if (right - left > ROOMY) text(pen, words, right, y - 4, this.style.muted, "right");
    for (const [x0, x1] of effectiveSpans(this.cells)) drawBracket(pen, x0, x1, bottom - 4, this.style.ink, false);
  }

  /** The curve within the brush, or why there is none; returns the room that is left beside the words on it. */
  #within(pen) {
    const { within } = this.model.importance;
    const [, right, top] = this.plot;
    if (!within) return right - 8;
    const marginal = within.marginals?.[this.name];
    const { levels } = this.model.table.columns.get(this.name);
    const runs = marginal ? curveRuns(cellsOf(marginal, this.scale, levels, this.lane), this.scale.category) : [];
    drawRuns(pen, runs, (value) => this.yScale.toPixel(value), this.style.accent);
    const words = marginal ? "— within the brush" : `within the brush: ${within.refused ?? "the same"}`;
    const fitting = fit(pen, words, marginal ? right : 0.6 * right);
    text(pen, fitting, right, top - 12, this.style.accent, "right");
    return right - 24 - pen.measureText(fitting).width;
  }

  brushes(pen) {
    if (!this.plot) return;
    const [left, right, top, bottom] = this.plot;
    for (const [a, b] of spansOf(this.model, this.name, this.scale)) brushBox(pen, a, top, Math.max(1, b - a), bottom - top, this.style);
    if (this.lane && this.model.brushes[this.name]?.missing) brushBox(pen, this.lane[0], top, this.lane[1] - this.lane[0], bottom - top, this.style);
    pen.globalAlpha = 0.1;
    pen.fillStyle = this.style.accent;
    for (const [a, b] of spansOf(this.model, this.metric, this.yScale)) pen.fillRect(left, a, right - left, Math.max(1, b - a));
    pen.globalAlpha = 1;
  }

  trace(pen, row) {
    if (!this.plot || Number.isNaN(this.xs[row] + this.ys[row])) return null;
    ring(pen, this.xs[row], this.ys[row], 6);
    return [this.xs[row] + 12, this.ys[row] - 10];
  }

  rowAt(x, y) {
    return this.plot ? nearest(this.xs, this.ys, x, y, this.model.mask) : -1;
  }

  target(x, y, event) {
    if (!this.plot) return null;
    const [, , top, bottom] = this.plot;
    const cell = this.cells.find(({ from, to }) => x >= from && x <= to);
    const hint = cell ? cellText(cell, this.name, this.metric) : null;
    if (this.lane && x >= this.lane[0] && y >= top) return laneTarget(this, { column: this.name, missing: true, hint: hint ?? "click: brush the trials where it is inactive" });
    if (!inBox(this.plot, x, y, 4)) return null;
    const target = intervalTarget(this, this.name, this.scale, x, (toX) => toX, event.shiftKey);
    const along = { ...target, hint, aside: hint, cursor: target.cursor === "ns-resize" ? "ew-resize" : target.cursor };
    return y >= bottom - BRACKET && this.#onEffective(x) ? { ...along, ...this.#press() } : along;
  }

  #onEffective(x) {
    return effectiveSpans(this.cells).some(([from, to]) => x >= from - 3 && x <= to + 3);
  }

  #press() {
    const { model, name, marginal } = this;
    const verb = isEffective(name, model.brushes[name], marginal) ? "take its brush away" : "brush it";
    const hint = `effective range ${effectiveText(marginal)}; click to ${verb}`;
    return { cursor: "pointer", hint, click: () => (toggleEffective(model, name, marginal), true) };
  }

  describe() {
    if (!this.plot) return `Marginal. ${this.message}`;
    const means = this.cells.map(({ mean }) => mean).filter(Number.isFinite);
    const range = `expected ${formatNumber(Math.min(...means))} to ${formatNumber(Math.max(...means))}`;
    const good = this.marginal.effective ? `; effective range ${effectiveText(this.marginal)}` : "";
    return `Marginal of ${this.metric} over ${this.name}: ${range}${good}. ${super.describe()}`;
  }
}
