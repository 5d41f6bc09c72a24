/**
 * Exploration history (HyperTendril 5.3.1, Fig. 4b): a strip a hyperparameter, trial order across, the value up, better
 * trials with more contrast.
 *
 * Of several studies each has a strip of its own, one above the other, on the same scale. A small dot is a trial that
 * does not compete: pruned, failed, running, or at a lower budget. Missing values have a lane under their strip.
 */
import { parallelAxes, studiesWith } from "../axes.mjs";
import { spansOf } from "../boxes.mjs";
import { brushBox, fit, fitNames, horizontalAxis, line, ring, text, verticalAxis } from "../draw.mjs";
import { intervalTarget, laneTarget } from "../gestures.mjs";
import { GUTTER, orderScale } from "../order.mjs";
import { dotOpacity, dotRadius, Dots, jitter, mostWeight, nearest, positions } from "../points.mjs";
import { scaleOf } from "../scale.mjs";
import { View } from "../view.mjs";

const LOWEST = 56;
const HIGHEST = 96;
const WISHED = 460;
const CATEGORY = 15;
const MOST = 160;
const LANE = 12;
const GAP = 14;
const CLOSE = 6;
const TOP = 4;
const BOTTOM = 42;
const NAME = 112;

/** The hyperparameters that vary, in the order of the space, or in the analyst's own. */
export function stripNames(model) {
  const { axes, folded } = parallelAxes(model, null);
  return [...axes, ...folded].filter((name) => model.params.includes(name));
}

/**
 * Where strips stand: {name, s (study), first (of its name), top, bottom, lane (its middle) or null} in order, and the height
 * of all.
 * @param {{name: string, categories: number, studies: {s: number, missing: boolean}[]}[]} wanted
 */
export function stripLayout(wanted) {
  const count = wanted.reduce((sum, { studies }) => sum + studies.length, 0);
  const base = Math.min(HIGHEST, Math.max(LOWEST, WISHED / Math.max(1, count)));
  let y = TOP;
  const strips = wanted.flatMap(({ name, categories, studies }) =>
    studies.map(({ s, missing }, i) => {
      const top = y;
      const bottom = top + Math.max(base, Math.min(MOST, CATEGORY * categories));
      y = bottom + (missing ? LANE : 0) + (i + 1 < studies.length ? CLOSE : GAP);
      return { name, s, first: i === 0, top, bottom, lane: missing ? bottom + LANE / 2 + 2 : null };
    }),
  );
  return { strips, height: y };
}

export class Strips extends View {
  #layout() {
    const { table } = this.model;
    const wanted = stripNames(this.model).map((name) => {
      const { values } = table.columns.get(name);
      const lacking = new Set();
      values.forEach((value, row) => value !== value && lacking.add(table.study[row]));
      const studies = [...studiesWith(table, name)].sort((a, b) => a - b).map((s) => ({ s, missing: lacking.has(s) }));
      return { name, categories: this.model.axis(name).order?.length ?? 0, studies };
    });
    return stripLayout(wanted);
  }

  needs() {
    return this.#layout().height + BOTTOM;
  }

  geometry(width, height) {
    const { model } = this;
    const { strips, height: end } = this.#layout();
    this.end = end;
    this.x = strips.length ? orderScale(model, width) : null;
    this.strips = [];
    if (!this.x) return;
    this.xs = positions(this.x, model.table.columns.get("number").values, 0);
    const studies = model.table.ids.length;
    this.area = studies * (this.x.p1 - this.x.p0) * (strips[0].bottom - strips[0].top);
    this.radius = dotRadius(model.table.rows, this.area);
    this.most = mostWeight(model.table.rows, this.area, this.radius);
    this.strips = strips.map((strip) => this.#strip(strip, { dpr: this.dpr, width, height }));
    this.byStudy = model.table.ids.map((_, s) => this.strips.filter((strip) => strip.s === s));
    this.small = model.comparable.some((bit) => !bit);
  }

  #strip(strip, canvas) {
    const { table, comparable } = this.model;
    const axis = this.model.axis(strip.name);
    const scale = scaleOf(axis, strip.bottom - 4, strip.top + 4);
    const { values } = table.columns.get(strip.name);
    const ys = positions(scale, values, 1);
    for (let row = 0; row < ys.length; row++) {
      if (table.study[row] !== strip.s) ys[row] = NaN;
      else if (values[row] !== values[row]) ys[row] = strip.lane + (jitter(row, 1) - 0.5) * (LANE - 6);
    }
    return { ...strip, axis, scale, ys, dots: new Dots(this.xs, ys, comparable, canvas, this.radius, this.most) };
  }

  opacity(count) {
    return this.x ? dotOpacity(count, this.area, this.radius) : 1;
  }

  shapes() {
    return this.strips.map(({ dots }) => dots);
  }

  // --- pictures -----------------------------------------------------------------------------------------------------

  axes(pen) {
    const { style, model } = this;
    if (!this.x) {
      text(pen, "No hyperparameter varies in the shown studies.", 8, 20, style.muted);
      return;
    }
    const names = [...new Set(this.strips.map(({ name }) => name))];
    const labels = new Map(fitNames(pen, names, NAME).map((label, i) => [names[i], label]));
    for (const { name, s, first, scale, top, bottom, lane } of this.strips) {
      line(pen, this.x.p0, bottom, this.x.p1, bottom, style.grid);
      verticalAxis(pen, scale, GUTTER, style, { room: GUTTER - NAME - 16, gap: 16 });
      if (first) text(pen, labels.get(name), 8, top + 12, style.ink);
      if (model.table.ids.length > 1) text(pen, fit(pen, model.entries[s].name, NAME), 8, top + (first ? 28 : 12), style.muted);
      if (lane !== null) text(pen, "inactive", GUTTER - 6, lane, style.muted, "right", "middle");
    }
    const axis = this.end - GAP + 6;
    horizontalAxis(pen, this.x, axis, style);
    text(pen, "trial", this.x.p1, this.height - 4, style.ink, "right");
    text(pen, fit(pen, this.#note(), this.x.p1 - 60), 8, this.height - 4, style.muted);
  }

  #note() {
    const { constant } = parallelAxes(this.model);
    return [
      this.small ? "small dots: pruned, failed, running or at a lower budget" : "",
      constant.length ? `without a strip, since constant: ${constant.join(", ")}` : "",
    ].filter(Boolean).join(" · ");
  }

  brushes(pen) {
    const { x, style, model } = this;
    if (!x) return;
    const last = this.strips[this.strips.length - 1];
    for (const [a, b] of spansOf(model, "number", x)) brushBox(pen, a, TOP, Math.max(1, b - a), last.bottom - TOP, style);
    for (const { name, scale, lane } of this.strips) {
      for (const [a, b] of spansOf(model, name, scale)) brushBox(pen, x.p0, a, x.p1 - x.p0, Math.max(1, b - a), style);
      if (lane !== null && model.brushes[name]?.missing) brushBox(pen, x.p0, lane - LANE / 2, x.p1 - x.p0, LANE, style);
    }
  }

  trace(pen, row) {
    const strips = this.x ? this.byStudy[this.model.table.study[row]].filter(({ ys }) => !Number.isNaN(ys[row])) : [];
    return strips.map(({ ys }) => {
      ring(pen, this.xs[row], ys[row]);
      return [this.xs[row] + 14, ys[row]];
    });
  }

  // --- pointer ------------------------------------------------------------------------------------------------------

  #stripAt(y) {
    return this.strips.find(({ top, bottom, lane }) => y >= top - 4 && y <= (lane === null ? bottom : lane + LANE / 2) + 4);
  }

  rowAt(x, y) {
    const strip = x >= GUTTER - 4 ? this.#stripAt(y) : null;
    return strip ? nearest(this.xs, strip.ys, x, y, this.model.mask) : -1;
  }

  target(x, y, event) {
    const strip = this.#stripAt(y);
    if (!strip) return null;
    const { name, scale, bottom, lane } = strip;
    const inGutter = x < GUTTER - 4;
    if (lane !== null && y > bottom + 2) {
      const words = this.model.brushes[name]?.missing ? "take that brush away" : `brush the trials where ${name} is inactive or missing`;
      return inGutter || this.rowAt(x, y) < 0 ? laneTarget(this, { column: name, missing: true, hint: `click: ${words}` }) : null;
    }
    const target = intervalTarget(this, name, scale, y, (_, toY) => toY, event.shiftKey);
    if (inGutter) return { ...target, hint: this.#hint(strip, y) };
    return { ...target, click: undefined };
  }

  #hint({ name, axis, scale }, y) {
    return axis.order ? `${name} = ${axis.labels[scale.codeAt(y)]}: click to toggle` : `${name}: drag up or down to brush`;
  }

  describe() {
    return `Exploration history of ${[...new Set(this.strips.map(({ name }) => name))].join(", ")} by trial order. ${super.describe()}`;
  }
}
