/**
 * Parallel coordinates (HyperTendril 5.3.2, Fig. 6A): one axis a hyperparameter, the objective last, better at the top.
 *
 * Every axis brushes; its name is dragged to reorder. Over the axes are boxes with the importance, beside the axis of an
 * active hyperparameter a gutter with its marginal, under the axes lanes: for missing or inactive values, and on the
 * objective for pruned, failed and running trials.
 */
import { AxisBoxes, BOX_ROW, FOLD } from "../axisboxes.mjs";
import { AxisOrder } from "../axisorder.mjs";
import { brushBox, fit, fitNames, text, verticalAxis } from "../draw.mjs";
import { intervalTarget, laneTarget, rangePixels } from "../gestures.mjs";
import { drawGutter, GUTTER, gutterNames, gutterOf, gutterTarget } from "../gutter.mjs";
import { axisPositions, drawLane, LANE, lanesOf, stateLanes } from "../lanes.mjs";
import { effectiveText } from "../marginals.mjs";
import { Lines } from "../rowmarks.mjs";
import { toggleActive } from "../importance.mjs";
import { scaleOf } from "../scale.mjs";
import { foldable, parallelAxes } from "../axes.mjs";
import { make, mountMenu } from "../menu.mjs";
import { toolsOf } from "../notes.mjs";
import { View } from "../view.mjs";

const NAME_ROW = 15;
const ONE_ROW = 96;
const NEAR = 6;
const HALF_BRUSH = 9;

export class Parallel extends View {
  constructor(host, model, painter) {
    super(host, model, painter);
    host.setAttribute("role", "group");
    this.boxes = new AxisBoxes(this);
    this.order = new AxisOrder(this);
    this.#mountTools(toolsOf(host));
    model.on("active", () => this.invalidate("data"));
    model.on("importance", () => this.invalidate(String(this.gutters) === String(gutterNames(model)) ? "axes" : "data"));
  }

  #mountTools(slot) {
    const { model } = this;
    const sort = make("button", { type: "button", className: "tr-btn", textContent: "order by importance" });
    sort.addEventListener("click", () => this.order.ask());
    const update = () => {
      sort.disabled = !this.order.askable;
    };
    for (const event of ["data", "importance"]) model.on(event, update);
    update();
    slot.append(sort);
    const items = () => {
      const { axes } = parallelAxes(model);
      return [...model.params, ...model.metrics]
        .filter((name) => name !== model.objective?.name)
        .map((name) => ({ name, on: axes.includes(name) }));
    };
    mountMenu(slot, "axes", items, (name, on) => this.#choose(name, on), { hint: "Choose the axes" });
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
    const { model } = this;
    const { axes: names, note } = parallelAxes(model);
    const over = names.filter((name) => model.params.includes(name));
    const fold = foldable(model);
    const head = over.length ? BOX_ROW : 0;
    this.gutters = gutterNames(model);
    const states = stateLanes(model);
    const lacking = new Set(names.filter((name) => model.table.columns.get(name).values.some(Number.isNaN)));
    const bottom = height - (note ? 22 : 10) - LANE * Math.max(states.length, Math.min(1, lacking.size));
    const right = Math.min(90, Math.max(74, width / (names.length + 1) / 2));
    const left = right + (fold ? FOLD - 24 : 0);
    const taken = GUTTER * names.filter((name) => this.gutters.includes(name)).length;
    const gap = names.length > 1 ? (width - left - right - taken) / (names.length - 1) : 0;
    this.gap = gap || width;
    this.nameRows = this.gap < ONE_ROW ? 2 : 1;
    this.top = head + 16 + NAME_ROW * this.nameRows;
    let x = names.length > 1 ? left : width / 2;
    this.axesShown = names.map((name) => {
      const shown = this.#axis(name, x, bottom, lacking.has(name), states);
      x = shown.out + gap;
      return shown;
    });
    this.ys = this.axesShown.map((shown) => axisPositions(model.table, shown, this.dpr));
    this.boxes.place(this.axesShown.filter(({ name }) => over.includes(name)), this.gap, fold);
    this.order.run();
  }

  #axis(name, x, bottom, missing, states) {
    const axis = this.model.axis(name);
    const down = axis.direction === "minimize";
    const scale = scaleOf(axis, down ? this.top : bottom, down ? bottom : this.top);
    const objective = name === this.model.objective?.name;
    const lanes = lanesOf(axis, missing, objective ? states : [], bottom);
    const out = x + (this.gutters.includes(name) ? GUTTER : 0);
    return { name, axis, scale, x, out, bottom, objective, lanes };
  }

  opacity(count) {
    return Math.min(0.8, Math.max(0.04, this.height / (count + 1)));
  }

  shapes() {
    const [xs, outs] = ["x", "out"].map((end) => this.axesShown.map((shown) => shown[end] * this.dpr));
    return [new Lines(xs, this.ys, 2 * this.dpr, outs)];
  }

  axes(pen) {
    const at = (shown) => this.order.at(shown);
    const labels = fitNames(pen, this.axesShown.map(({ name }) => name), Math.max(48, this.nameRows * this.gap - 10));
    this.axesShown.forEach((shown, i) => {
      const x = at(shown);
      const room = i ? Math.min(64, this.gap * 0.7) : shown.x - 12;
      shown.labels = verticalAxis(pen, shown.scale, x, this.style, { room });
      shown.gutter = this.gutters.includes(shown.name) ? gutterOf(this.model, shown) : null;
      if (shown.gutter) drawGutter(pen, shown.gutter, x, this);
      this.#name(pen, shown, x, labels[i], i);
      for (const lane of shown.lanes) drawLane(pen, lane, x, shown.objective, this);
    });
    this.boxes.draw(pen, at);
    const { note } = parallelAxes(this.model);
    text(pen, fit(pen, note, this.width - 16), 8, this.height - 4, this.style.muted);
  }

  /** An axis' name over it; neighbours take turns in two rows where it is tight, the outer ones stay inside. */
  #name(pen, { axis, objective }, x, label, i) {
    const y = this.top - 2 - NAME_ROW * (this.nameRows - (i % this.nameRows));
    const wide = fit(pen, label + (objective && axis.direction ? " ↑" : ""), Math.max(48, this.nameRows * this.gap - 10));
    const half = pen.measureText(wide).width / 2;
    const middle = Math.min(Math.max(x, half + 4), this.width - half - 4);
    text(pen, wide, middle, y, objective ? this.style.ink : this.style.muted, "center");
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

  /** A brush on its axis, and over the gutter where there is one. */
  #brushOf(pen, { name, axis, scale, x, out }, brush) {
    const wide = out > x ? out - x + HALF_BRUSH : 2 * HALF_BRUSH;
    const box = (a, b) => brushBox(pen, x - HALF_BRUSH, Math.min(a, b), wide, Math.max(1, Math.abs(b - a)), this.style);
    if (!axis.order) return brush.ranges.forEach((range) => box(...rangePixels(scale, range)));
    const { levels } = this.model.table.columns.get(name);
    for (const code of axis.order) {
      const half = 0.4 * Math.abs(scale.band);
      if (brush.values.includes(levels[code])) box(scale.toPixel(code) - half, scale.toPixel(code) + half);
    }
  }

  trace(pen, row) {
    pen.beginPath();
    this.axesShown.forEach(({ x, out }, i) => {
      const y = this.ys[i][row] / this.dpr;
      pen.lineTo(x, y);
      if (out > x) pen.moveTo(out, y);
    });
    pen.stroke();
    const last = this.axesShown.length - 1;
    return last < 0 ? null : [this.axesShown[last].x, this.ys[last][row] / this.dpr];
  }

  /** The nearest selected line at a point. */
  rowAt(x, y) {
    const right = this.axesShown.findIndex((shown) => shown.x >= x);
    if (right < 1 || y < this.top || this.#labelAt(x, y)) return -1;
    const [a, b] = [this.axesShown[right - 1], this.axesShown[right]];
    if (Math.min(x - a.out, b.x - x) < HALF_BRUSH) return -1;
    const t = (x - a.out) / (b.x - a.out);
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
    if (y < BOX_ROW && this.boxes.boxes.length) return null;
    if (y < this.top - 8) return this.#reorder(shown);
    const lane = shown.lanes.find((l) => Math.abs(l.y - y) <= LANE / 2);
    if (lane) return laneTarget(this, lane);
    const { name, axis, scale } = shown;
    const target = intervalTarget(this, name, scale, y, (_, toY) => toY, event.shiftKey);
    if (shown.gutter && x > shown.x + HALF_BRUSH) return gutterTarget(this.model, shown.gutter, target, x - shown.x, y);
    if (labelled || (axis.order && Math.abs(shown.x - x) < HALF_BRUSH)) {
      const hint = axis.order && `${name} = ${axis.labels[scale.codeAt(y)]}: click to toggle`;
      return { ...target, cursor: "pointer", hint };
    }
    return this.rowAt(x, y) < 0 ? target : { ...target, click: undefined };
  }

  /** The axis that a press at x brushes. */
  #axisAt(x) {
    const inside = this.axesShown.find((one) => x >= one.x && x <= one.out);
    if (inside) return inside;
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

  /** Dragging an axis' name moves the axis; a click does what its box does. */
  #reorder(shown) {
    const { order } = this.model.settings;
    const importable = this.model.params.includes(shown.name);
    return {
      cursor: "grab",
      hint: `${shown.name}: drag to reorder${importable ? ", click to make it active" : ""}`,
      click: () => importable && (toggleActive(this.model, shown.name), true),
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

  /** Where the axes are in the window, for tests and benchmarks: [{name, x, y0, y1}], y0 at the top. Who asks relies on it: they stay. */
  clientAxes() {
    this.order.hold();
    const box = this.host.getBoundingClientRect();
    return this.axesShown.map(({ name, x, bottom }) => ({ name, x: box.left + x, y0: box.top + this.top, y1: box.top + bottom }));
  }

  describe() {
    const ranges = this.axesShown.filter(({ gutter }) => gutter?.marginal.effective).map(({ name, gutter }) => ` Effective range of ${name}: ${effectiveText(gutter.marginal)}.`);
    return `Parallel coordinates over ${this.axesShown.map(({ name }) => name).join(", ")}.${ranges.join("")} ${super.describe()}`;
  }
}
