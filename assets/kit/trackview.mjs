/** What monitor and strips have in common: their x axes, zoom and pan, brushing, and what is said of an evaluation. */
import { budgetWords } from "./bestsofar.mjs";
import { inBox, regionBoxes, regionTarget, spansOf } from "./boxes.mjs";
import { brushBox } from "./draw.mjs";
import { intervalTarget } from "./gestures.mjs";
import { descent } from "./lineage.mjs";
import { dotRadius, mostWeight, nearest } from "./points.mjs";
import { formatNumber } from "./scale.mjs";
import { REGIONS } from "./selection.mjs";
import { alongTarget, spansAlong, trackTarget, trialsBox } from "./trackbrush.mjs";
import { View } from "./view.mjs";
import { attachZoom, panTarget } from "./zoom.mjs";

const NEAR_BRUSH = 5;

export class TrackView extends View {
  constructor(host, model, painter) {
    super(host, model, painter);
    model.on("traces", () => this.invalidate("data"));
    attachZoom(this);
  }

  /** Whether studies stand one above the other. */
  get stacked() {
    return this.panels.length > 1 && this.panels[0].left === this.panels[1].left;
  }

  /** The plot at x, see zoom.mjs. */
  spanAt(x) {
    const panel = this.panels?.find(({ left, right }) => x >= left - 4 && x <= right + 4);
    return panel ? [panel.left, panel.right] : null;
  }

  /** How marks look where `crowd` evaluations share a plot: see TrackMarks. */
  lookOf(crowd, area, links, largest = Infinity) {
    this.area = area;
    this.radius = Math.min(largest, dotRadius(crowd, area));
    this.columnScales = new Map();
    return { radius: this.radius, most: mostWeight(crowd, area, this.radius), links, spans: this.panels.map(({ left, right }) => [left, right]) };
  }

  /** The evaluation nearest to a point among those at heights `ys`, or -1. */
  nearestTo(ys, x, y) {
    return nearest(this.xs, ys, x, y, this.tracks.maskOf(this.model.mask));
  }

  // --- brushes ------------------------------------------------------------------------------------------------------

  /** Draw the brushes over a plot: of its column, of x, and regions. @param {{panel, name, scale, top, bottom}} plot */
  brushesOver(pen, { panel, name, scale, top, bottom }) {
    const wide = panel.right - panel.left;
    for (const { span: [a, b] } of spansAlong(this, panel)) brushBox(pen, a, top, Math.max(1, b - a), bottom - top, this.style);
    for (const [a, b] of spansOf(this.model, name, scale)) brushBox(pen, panel.left, a, wide, Math.max(1, b - a), this.style);
    const drawn = trialsBox(this.model, { panel, name, scale, top, bottom });
    for (const [x0, x1, y0, y1] of [...this.#regions(panel, name, scale), ...(drawn ? [drawn] : [])]) brushBox(pen, x0, y0, Math.max(1, x1 - x0), Math.max(1, y1 - y0), this.style);
  }

  /** Regions over a plot, in pixels. */
  #regions(panel, name, scale) {
    const some = panel.column && this.model.brushes[REGIONS]?.some(({ x, y }) => x === panel.column && y === name);
    return some && !scale.category ? regionBoxes(this.model.brushes, this.#cell(panel, name, scale)).map(({ box }) => box) : [];
  }

  #cell(panel, name, scale) {
    if (!this.columnScales.has(panel.s)) this.columnScales.set(panel.s, new ColumnScale(this, panel));
    const plot = [panel.left, panel.right, Math.min(scale.p0, scale.p1), Math.max(scale.p0, scale.p1)];
    return { x: panel.column, y: name, xScale: this.columnScales.get(panel.s), yScale: scale, plot };
  }

  /**
   * What a press in a plot starts: a pan, an existing brush moved or resized, or a new one.
   * @param {boolean} along whether a stretch along x that is brushed may be taken hold of here
   */
  press({ panel, name, scale }, x, y, event, along) {
    const more = event.shiftKey;
    const pan = panTarget(this, x);
    if (pan) return pan;
    const others = panel.along === "iteration" ? [] : this.panels.filter((one) => one !== panel);
    const fresh = () => trackTarget(this, { panel, name, scale, others }, x, y, more);
    if (more) return fresh();
    const held = along ? alongTarget(this, panel, x) : null;
    if (held) return held;
    if (this.#regions(panel, name, scale).some((box) => inBox(box, x, y, NEAR_BRUSH))) return regionTarget(this, this.#cell(panel, name, scale), x, y, false);
    const onValues = !scale.category && spansOf(this.model, name, scale).some(([a, b]) => y >= a - NEAR_BRUSH && y <= b + NEAR_BRUSH);
    return onValues ? intervalTarget(this, name, scale, y, (_, toY) => toY, false) : fresh();
  }

  /** What was measured at an evaluation, and its descent, a line each; null where nothing is to say. */
  about(e) {
    if (e < 0) return null;
    const { model, tracks } = this;
    const [value, step, row] = [tracks.value[e], tracks.step[e], tracks.row[e]];
    const unit = tracks.traces[model.table.study[row]].unit || "steps";
    const at = step === step ? `, at ${budgetWords(step, unit)}` : "";
    const passed = model.objective && value === value && tracks.of(row).at(-1) !== e;
    return [passed ? `${model.objective.name} ${formatNumber(value, 4)} then${at}` : "", ...descent(model, model.traces.lineage, row)].filter(Boolean).join("\n") || null;
  }
}

/** A panel's column as a scale of its own, for regions: a value stands where its evaluations do. */
class ColumnScale {
  constructor({ model, xs, tracks }, { s, scale, trace, column }) {
    Object.assign(this, { low: scale.low, high: scale.high, p0: scale.p0, p1: scale.p1, integer: true });
    const { values } = model.table.columns.get(column);
    const first = tracks.offsets[s];
    this.known = Array.from(trace.number.keys(), (i) => [values[tracks.row[first + i]], xs[first + i]]).sort((a, b) => a[0] - b[0]);
  }

  toPixel(value) {
    return (this.known.find(([own]) => own >= value) ?? this.known.at(-1))[1];
  }

  toValue(pixel) {
    return this.known.reduce((best, one) => (Math.abs(one[1] - pixel) < Math.abs(best[1] - pixel) ? one : best))[0];
  }

  snap(pixel) {
    return this.toValue(pixel);
  }
}
