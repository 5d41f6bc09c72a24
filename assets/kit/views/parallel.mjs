/**
 * Parallel coordinates (HyperTendril 5.3.2, Fig. 6A): one axis a hyperparameter, the objective last, better at the top.
 *
 * Every axis brushes; its name is dragged to reorder. Under the axes are lanes: for missing or inactive values, and on
 * the objective for pruned, failed and running trials.
 */
import { brushBox, fit, fitNames, line, text, verticalAxis } from "../draw.mjs";
import { intervalTarget, laneTarget, rangePixels } from "../gestures.mjs";
import { Lines } from "../rowmarks.mjs";
import { lowDiscrepancy, scaleOf } from "../scale.mjs";
import { parallelAxes } from "../axes.mjs";
import { mountMenu } from "../menu.mjs";
import { toolsOf } from "../notes.mjs";
import { View } from "../view.mjs";

const NAME_ROW = 15;
const ONE_ROW = 96;
const LANE = 16;
const NEAR = 6;
const HALF_BRUSH = 9;
const STATE_LANES = [
  { label: "pruned", states: ["pruned"] },
  { label: "failed", states: ["failed"] },
  { label: "running", states: ["running", "waiting"] },
];

export class Parallel extends View {
  constructor(host, model, painter) {
    super(host, model, painter);
    const items = () => {
      const { axes } = parallelAxes(model);
      return [...model.params, ...model.metrics]
        .filter((name) => name !== model.objective?.name)
        .map((name) => ({ name, on: axes.includes(name) }));
    };
    mountMenu(toolsOf(host), "axes", items, (name, on) => this.#choose(name, on), { hint: "Choose the axes" });
  }

  /** Show or hide an axis. */
  #choose(name, on) {
    const { settings } = this.model;
    const without = (names) => names.filter((other) => other !== name);
    settings.hidden = on ? without(settings.hidden) : [...without(settings.hidden), name];
    settings.extra = on && !parallelAxes(this.model).axes.includes(name) ? [...settings.extra, name] : without(settings.extra);
    this.model.set("hidden", settings.hidden);
  }

  geometry(width, height) {
    const names = parallelAxes(this.model).axes;
    this.lanes = this.#stateLanes();
    const bottom = height - 22 - LANE * Math.max(1, this.lanes.length);
    const pad = Math.min(90, Math.max(74, width / (names.length + 1) / 2));
    const gap = names.length > 1 ? (width - 2 * pad) / (names.length - 1) : 0;
    this.gap = gap || width;
    this.nameRows = this.gap < ONE_ROW ? 2 : 1;
    this.top = 16 + NAME_ROW * this.nameRows;
    this.axesShown = names.map((name, i) => this.#axis(name, names.length > 1 ? pad + i * gap : width / 2, bottom));
    this.ys = this.axesShown.map((axis) => this.#positions(axis));
  }

  #axis(name, x, bottom) {
    const axis = this.model.axis(name);
    const down = axis.direction === "minimize";
    const scale = scaleOf(axis, down ? this.top : bottom, down ? bottom : this.top);
    const objective = name === this.model.objective?.name;
    const missing = this.model.table.columns.get(name).values.some(Number.isNaN);
    return { name, axis, scale, x, bottom, objective, lanes: this.#lanesOf(name, axis, objective, missing, bottom) };
  }

  #lanesOf(name, axis, objective, missing, bottom) {
    const y = (i) => bottom + 10 + LANE * (i + 0.5);
    if (objective && this.lanes.length) return this.lanes.map((lane, i) => ({ ...lane, y: y(i), column: "state" }));
    if (!missing) return [];
    const label = axis.role === "param" ? "inactive" : "missing";
    return [{ label, y: y(0), column: name, missing: true, hint: `click: brush the trials where ${name} is ${label}` }];
  }

  #stateLanes() {
    const state = this.model.table.columns.get("state");
    if (!state) return [];
    const count = (states) => state.values.reduce((n, code) => n + states.includes(state.levels[code]), 0);
    return STATE_LANES.map((lane) => ({ ...lane, values: lane.states, count: count(lane.states) }))
      .filter((lane) => lane.count)
      .map((lane) => ({ ...lane, hint: `click: brush the ${lane.count} ${lane.label} trials` }));
  }

  /** y of every row on an axis, in device pixels. */
  #positions({ name, axis, scale, objective, lanes }) {
    const { values } = this.model.table.columns.get(name);
    const state = objective ? this.model.table.columns.get("state") : null;
    const ys = new Float32Array(values.length);
    for (let row = 0; row < values.length; row++) {
      const lane = state && lanes.find((l) => l.values?.includes(state.levels[state.values[row]]));
      if (lane || Number.isNaN(values[row])) ys[row] = (lane ?? lanes[0])?.y + (lowDiscrepancy(row) - 0.5) * 8 || scale.p0;
      else ys[row] = axis.order ? scale.spread(values[row], row) : scale.toPixel(values[row]);
      ys[row] *= this.dpr;
    }
    return ys;
  }

  opacity(count) {
    return Math.min(0.8, Math.max(0.04, this.height / (count + 1)));
  }

  shapes() {
    return [new Lines(this.axesShown.map(({ x }) => x * this.dpr), this.ys, 2 * this.dpr)];
  }

  axes(pen) {
    const labels = fitNames(pen, this.axesShown.map(({ name }) => name), Math.max(48, this.nameRows * this.gap - 10));
    this.axesShown.forEach((shown, i) => {
      const room = i ? Math.min(64, this.gap * 0.55) : shown.x - 12;
      shown.labels = verticalAxis(pen, shown.scale, shown.x, this.style, { room });
      this.#name(pen, shown, labels[i], i);
      for (const lane of shown.lanes) this.#lane(pen, shown, lane);
    });
    const { note } = parallelAxes(this.model);
    text(pen, fit(pen, note, this.width - 16), 8, this.height - 4, this.style.muted);
  }

  /** An axis' name over it; neighbours take turns in two rows where it is tight, the outer ones stay inside. */
  #name(pen, { x, axis, objective }, label, i) {
    const y = 14 + NAME_ROW * (i % this.nameRows);
    const wide = fit(pen, label + (objective && axis.direction ? " ↑" : ""), Math.max(48, this.nameRows * this.gap - 10));
    const half = pen.measureText(wide).width / 2;
    const middle = Math.min(Math.max(x, half + 4), this.width - half - 4);
    text(pen, wide, middle, y, objective ? this.style.ink : this.style.muted, "center");
  }

  #lane(pen, { x, objective }, lane) {
    line(pen, x - 5, lane.y, x + 5, lane.y, this.style.grid);
    const caption = fit(pen, lane.count ? `${lane.label} ${lane.count}` : lane.label, objective ? this.width - x - 10 : 70);
    text(pen, caption, x + (objective ? 8 : -8), lane.y, this.style.muted, objective ? "left" : "right", "middle");
    const width = pen.measureText(caption).width + 8;
    lane.reach = objective ? [0, width] : [-width, 0];
  }

  brushes(pen) {
    for (const shown of this.axesShown) {
      const brush = this.model.brushes[shown.name];
      if (brush) this.#brushOf(pen, shown, brush);
      for (const lane of shown.lanes) {
        const on = lane.missing ? brush?.missing : this.model.brushes.state?.values.some((v) => lane.values.includes(v));
        if (on) brushBox(pen, shown.x - HALF_BRUSH, lane.y - 6, 2 * HALF_BRUSH, 12, this.style);
      }
    }
  }

  #brushOf(pen, { name, axis, scale, x }, brush) {
    const box = (a, b) => brushBox(pen, x - HALF_BRUSH, Math.min(a, b), 2 * HALF_BRUSH, Math.max(1, Math.abs(b - a)), this.style);
    if (!axis.order) return brush.ranges.forEach((range) => box(...rangePixels(scale, range)));
    const { levels } = this.model.table.columns.get(name);
    for (const code of axis.order) {
      const half = 0.4 * Math.abs(scale.band);
      if (brush.values.includes(levels[code])) box(scale.toPixel(code) - half, scale.toPixel(code) + half);
    }
  }

  trace(pen, row) {
    pen.beginPath();
    this.axesShown.forEach(({ x }, i) => pen.lineTo(x, this.ys[i][row] / this.dpr));
    pen.stroke();
    const last = this.axesShown.length - 1;
    return last < 0 ? null : [this.axesShown[last].x, this.ys[last][row] / this.dpr];
  }

  /** The nearest selected line at a point. */
  rowAt(x, y) {
    const right = this.axesShown.findIndex((shown) => shown.x >= x);
    if (right < 1 || y < this.top || this.#labelAt(x, y)) return -1;
    const [a, b] = [this.axesShown[right - 1], this.axesShown[right]];
    if (Math.min(x - a.x, b.x - x) < HALF_BRUSH) return -1;
    const t = (x - a.x) / (b.x - a.x);
    const [ya, yb] = [this.ys[right - 1], this.ys[right]];
    const { mask } = this.model;
    let [best, distance] = [-1, NEAR * this.dpr];
    for (let row = 0; row < mask.length; row++) {
      const d = Math.abs(ya[row] + t * (yb[row] - ya[row]) - y * this.dpr);
      if (mask[row] && d < distance) [best, distance] = [row, d];
    }
    return best;
  }

  target(x, y, event) {
    const labelled = this.#labelAt(x, y);
    const shown = labelled ?? this.#axisAt(x);
    if (!shown) return null;
    if (y < this.top - 8) return this.#reorder(shown);
    const lane = shown.lanes.find((l) => Math.abs(l.y - y) <= LANE / 2);
    if (lane) return laneTarget(this, lane);
    const { name, axis, scale } = shown;
    const target = intervalTarget(this, name, scale, y, (_, toY) => toY, event.shiftKey);
    if (labelled || (axis.order && Math.abs(shown.x - x) < HALF_BRUSH)) {
      const hint = axis.order && `${name} = ${axis.labels[scale.codeAt(y)]}: click to toggle`;
      return { ...target, cursor: "pointer", hint };
    }
    return this.rowAt(x, y) < 0 ? target : { ...target, click: undefined };
  }

  /** The axis that a press at x brushes. */
  #axisAt(x) {
    const shown = this.axesShown.reduce((a, b) => (Math.abs(b.x - x) < Math.abs((a?.x ?? Infinity) - x) ? b : a), null);
    return shown && Math.abs(shown.x - x) <= Math.max(2 * HALF_BRUSH, this.gap * 0.12) ? shown : null;
  }

  /** The axis one of whose words is at a point: a category, or the caption of a lane. */
  #labelAt(x, y) {
    return this.axesShown.find(({ x: at, axis, lanes, labels = [] }) => {
      const category = ({ y: middle, width }) => Math.abs(y - middle) <= 8 && x > at - 8 - width && x <= at;
      const caption = ({ y: middle, reach: [from, to] }) => Math.abs(y - middle) <= LANE / 2 && x >= at + from && x <= at + to;
      return (axis.order && labels.some(category)) || lanes.some(caption);
    });
  }

  /** Dragging an axis' name moves the axis. */
  #reorder(shown) {
    const { order } = this.model.settings;
    return {
      cursor: "grab",
      hint: `${shown.name}: drag to reorder`,
      move: (x) => {
        const names = this.axesShown.map(({ name }) => name).filter((name) => name !== shown.name);
        const before = this.axesShown.filter(({ name, x: at }) => name !== shown.name && at < x).length;
        names.splice(before, 0, shown.name);
        if (names.some((name, i) => name !== this.axesShown[i].name)) this.model.set("order", names);
      },
      end() {},
      cancel: () => this.model.set("order", order),
    };
  }

  /** Where the axes are in the window, for tests and benchmarks: [{name, x, y0, y1}], y0 at the top. */
  clientAxes() {
    const box = this.host.getBoundingClientRect();
    return this.axesShown.map(({ name, x, bottom }) => ({ name, x: box.left + x, y0: box.top + this.top, y1: box.top + bottom }));
  }

  describe() {
    return `Parallel coordinates over ${this.axesShown.map(({ name }) => name).join(", ")}. ${super.describe()}`;
  }
}
