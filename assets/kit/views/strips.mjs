/**
 * Exploration history (HyperTendril 5.3.1, Fig. 4b): a strip a hyperparameter, the search's iteration across, the value up.
 *
 * A dot is an evaluation, in the colour of the value that was measured then; dashes lead to the next evaluation of a survivor,
 * curves from a parent to a child. Several studies have strips one above the other, or side by side, on the same scale.
 */
import { parallelAxes, roomy, studiesWith } from "../axes.mjs";
import { slotOffsets } from "../bands.mjs";
import { brushBox, fit, fitTails, line, ring, text, verticalAxis } from "../draw.mjs";
import { intervalTarget, laneTarget } from "../gestures.mjs";
import { captionOf, drawAlong, drawLabels, drawShades, GUTTER, labelHeight, panelsOf, pixelsAlong, sameBoundaries } from "../panels.mjs";
import { dotOpacity, jitter, positions } from "../points.mjs";
import { formatNumber, scaleOf } from "../scale.mjs";
import { GAP, LANE, stripLayout, stripNames } from "../striplayout.mjs";
import { linkPoints, TrackMarks } from "../trackmarks.mjs";
import { TrackView } from "../trackview.mjs";

const BOTTOM = 62;
const NAME = 112;
const CAPTION = 18;
const FAINT = 0.45;
const MOST_WHOLE = 12;

export class Strips extends TrackView {
  #layout() {
    const { table } = this.model;
    const wanted = stripNames(this.model).map((name) => {
      const { values } = table.columns.get(name);
      const lacking = new Set();
      values.forEach((value, row) => value !== value && lacking.add(table.study[row]));
      const studies = [...studiesWith(table, name)].sort((a, b) => a - b).map((s) => ({ s, missing: lacking.has(s) }));
      return { name, categories: this.model.axis(name).order?.length ?? 0, studies };
    });
    const side = this.panels.length > 1 && !this.stacked;
    const known = (panel, i) => i > 0 && this.stacked && sameBoundaries(panel, this.panels[0]);
    this.heads = this.panels.map((panel, i) => (known(panel, i) ? 0 : labelHeight([panel]) + (side ? CAPTION : 0)));
    return stripLayout(wanted, { side, heads: this.heads });
  }

  needs() {
    this.panels = panelsOf(this.model, this.host.clientWidth);
    return this.#layout().height + BOTTOM;
  }

  geometry(width, height) {
    const { model } = this;
    this.panels = panelsOf(model, width);
    const { strips, height: end } = this.#layout();
    const { tracks } = model.traces;
    Object.assign(this, { tracks, end, strips: [] });
    this.shown = strips.length > 0 && tracks.count > 0;
    if (!this.shown) return;
    this.xs = pixelsAlong(model, this.panels);
    const most = Math.max(...this.panels.map(({ trace }) => trace?.number.length ?? 0));
    const zoom = 1 / (model.window[1] - model.window[0]);
    this.links = tracks.linked;
    this.look = this.lookOf(most, (this.panels[0].right - this.panels[0].left) * zoom * (strips[0].bottom - strips[0].top), this.links);
    this.crowd = most;
    this.strips = strips.map((strip) => this.#strip(strip, { dpr: this.dpr, width, height }));
    this.byStudy = model.table.ids.map((_, s) => this.strips.filter((strip) => strip.s === s));
  }

  #strip(strip, canvas) {
    const { model, tracks, xs } = this;
    const axis = model.axis(strip.name);
    const few = axis.integer && !axis.log && axis.high - axis.low < MOST_WHOLE;
    const scale = scaleOf(few ? roomy(axis) : axis, strip.bottom - 4, strip.top + 4);
    const { values } = model.table.columns.get(strip.name);
    const own = Float64Array.from(tracks.row, (row) => (row >= 0 && model.table.study[row] === strip.s ? values[row] : NaN));
    const band = axis.order ? scale.band : few ? scale.toPixel(1) - scale.toPixel(0) : 0;
    const ys = band ? this.#inBands(own, scale, band) : positions(scale, own, 1);
    for (let e = 0; e < ys.length; e++) {
      const row = tracks.row[e];
      if (row >= 0 && model.table.study[row] === strip.s && values[row] !== values[row]) ys[e] = strip.lane + (jitter(row, 1) - 0.5) * (LANE - 6);
    }
    return { ...strip, axis, scale, ys, panel: this.panels[strip.s], marks: new TrackMarks(tracks, xs, ys, model.traces.colours, canvas, this.look) };
  }

  /** Evaluations in the bands of their categories or whole numbers, so that those beside each other do not overlap. */
  #inBands(values, scale, band) {
    const { tracks: { chain }, xs } = this;
    const chains = new Map();
    for (let e = 0; e < values.length; e++) {
      if (values[e] !== values[e] || xs[e] !== xs[e]) continue;
      const known = chains.get(chain[e]) ?? { key: chain[e], category: values[e], from: xs[e], to: xs[e] };
      chains.set(chain[e], Object.assign(known, { from: Math.min(known.from, xs[e]), to: Math.max(known.to, xs[e]) }));
    }
    const offsets = slotOffsets([...chains.values()], band, 2 * this.radius);
    return Float32Array.from(values, (value, e) => (value === value ? scale.toPixel(value) + (offsets.get(chain[e]) ?? 0) : NaN));
  }

  opacity(count) {
    if (!this.shown) return 1;
    const share = dotOpacity((count / Math.max(1, this.model.table.rows)) * this.crowd, this.area, this.radius);
    return this.links ? FAINT * share : share;
  }

  shapes() {
    return this.strips.map(({ marks }) => marks);
  }

  // --- pictures -----------------------------------------------------------------------------------------------------

  backdrop(pen) {
    for (const { panel, top, bottom, lane } of this.strips) drawShades(pen, panel, top, lane === null ? bottom : lane + LANE / 2, this.style);
  }

  axes(pen) {
    const { style, model } = this;
    if (!this.shown) {
      text(pen, model.traces.loading ? "Reading how the search went …" : "No hyperparameter varies in the shown studies.", 8, 20, style.muted);
      return;
    }
    const names = [...new Set(this.strips.map(({ name }) => name))];
    const labels = new Map(fitTails(pen, names, NAME).map((label, i) => [names[i], label]));
    const studies = fitTails(pen, model.entries.map(({ name }) => name), NAME);
    for (const { name, first, scale, top, bottom, lane, panel } of this.strips) {
      const side = panel.left > GUTTER;
      line(pen, panel.left, bottom, panel.right, bottom, style.grid);
      if (side) line(pen, panel.left, top, panel.left, bottom, style.grid);
      else verticalAxis(pen, scale, GUTTER, style, { room: GUTTER - NAME - 16, gap: 16 });
      if (first) text(pen, labels.get(name), 8, top + 12, style.ink);
      if (this.stacked) text(pen, studies[panel.s], 8, top + (first ? 28 : 12), style.muted);
      if (lane !== null && !side) text(pen, "inactive", GUTTER - 6, lane, style.muted, "right", "middle");
    }
    this.#heads(pen);
    text(pen, fit(pen, this.#note(), this.panels[0].right - 8), 8, this.height - 4, style.muted);
  }

  /** Names of rungs and generations over the first strips, the x axis under the last. */
  #heads(pen) {
    for (const panel of this.panels) {
      const own = this.byStudy[panel.s];
      if (!own.length) continue;
      const side = !this.stacked && this.panels.length > 1;
      if (side) text(pen, fit(pen, captionOf(this.model, panel.s), panel.right - panel.left), panel.left, 13, this.style.ink);
      if (this.heads[panel.s]) drawLabels(pen, panel, own[0].top - labelHeight([panel]) - 2, this.style);
    }
    for (const panel of this.stacked ? this.panels.slice(-1) : this.panels) drawAlong(pen, panel, this.end - GAP + 6, this.style);
  }

  #note() {
    const { constant } = parallelAxes(this.model);
    const { flags } = this.tracks;
    return [
      this.links ? "small: an evaluation, large: the last" : "",
      flags.some((_, e) => this.tracks.isStopped(e)) ? "hollow: stopped there" : "",
      this.links ? `dashed: survived${flags.some((_, e) => this.tracks.mutated(e)) ? ", curve: parent to child" : ""}` : "",
      constant.length ? `without a strip, since constant: ${constant.join(", ")}` : "",
    ].filter(Boolean).join(" · ");
  }

  brushes(pen) {
    if (!this.shown) return;
    for (const strip of this.strips) {
      this.brushesOver(pen, strip);
      const { name, lane, panel } = strip;
      if (lane !== null && this.model.brushes[name]?.missing) brushBox(pen, panel.left, lane - LANE / 2, panel.right - panel.left, LANE, this.style);
    }
  }

  trace(pen, row) {
    if (!this.shown) return [];
    const own = this.byStudy[this.model.table.study[row]];
    return own.map((strip) => this.#draw(pen, strip, row)).filter(Boolean);
  }

  /** A row's links and evaluations in a strip; returns where its label may stand. */
  #draw(pen, { ys, panel }, row) {
    const { xs, tracks } = this;
    let at = null;
    for (const e of tracks.of(row)) {
      if (ys[e] !== ys[e] || xs[e] < panel.left - 1 || xs[e] > panel.right + 1) continue;
      if (tracks.source[e] >= 0) this.#link(pen, tracks.source[e], e, ys, panel);
      ring(pen, xs[e], ys[e], tracks.isLast(e) ? 5 : 3);
      at = [xs[e] + 14, ys[e]];
    }
    return at;
  }

  #link(pen, from, to, ys, panel) {
    const { xs, tracks } = this;
    if (!(xs[to] > xs[from])) return;
    if (!tracks.mutated(to)) pen.setLineDash([4, 3]);
    pen.beginPath();
    for (const [x, y] of linkPoints(xs[from], ys[from], xs[to], ys[to], tracks.mutated(to))) pen.lineTo(Math.max(x, panel.left), y);
    pen.stroke();
    pen.setLineDash([]);
  }

  // --- pointer ------------------------------------------------------------------------------------------------------

  #stripAt(x, y) {
    const inX = ({ panel }) => panel.left <= GUTTER || (x >= panel.left - 8 && x <= panel.right + 8);
    const found = this.strips.filter(({ top, bottom, lane }) => y >= top - 4 && y <= (lane === null ? bottom : lane + LANE / 2) + 4);
    return found.findLast(inX);
  }

  /** The evaluation at a point, or -1. */
  #evaluationAt(x, y) {
    const strip = this.shown && x >= GUTTER - 4 ? this.#stripAt(x, y) : null;
    return strip ? this.nearestTo(strip.ys, x, y) : -1;
  }

  rowAt(x, y) {
    const e = this.#evaluationAt(x, y);
    return e < 0 ? -1 : this.tracks.row[e];
  }

  target(x, y, event) {
    const strip = this.shown ? this.#stripAt(x, y) : null;
    if (!strip) return null;
    const { name, scale, bottom, lane } = strip;
    const inGutter = x < GUTTER - 4;
    if (lane !== null && y > bottom + 2) {
      const words = this.model.brushes[name]?.missing ? "take that brush away" : `brush the trials where ${name} is inactive or missing`;
      return inGutter || this.rowAt(x, y) < 0 ? laneTarget(this, { column: name, missing: true, hint: `click: ${words}` }) : null;
    }
    if (inGutter) return { ...intervalTarget(this, name, scale, y, (_, toY) => toY, event.shiftKey), hint: this.#hint(strip, y) };
    return { ...this.press(strip, x, y, event, false), aside: this.about(this.#evaluationAt(x, y)) };
  }

  #hint({ name, axis, scale }, y) {
    return axis.order ? `${name} = ${axis.labels[scale.codeAt(y)]}: click to toggle` : `${name}: drag up or down to brush`;
  }

  /** Where strips stand in the window, and of one hyperparameter where its evaluations do; see docs/automation.md. */
  clientStrips(wanted = null) {
    const box = this.host.getBoundingClientRect();
    const place = (e, ys) => ({ number: this.model.table.keyOf(this.tracks.row[e]).number, x: box.left + this.xs[e], y: box.top + ys[e] });
    return this.strips.filter(({ name }) => !wanted || name === wanted).map(({ name, s, top, bottom, panel, ys }) => {
      const study = this.model.table.ids[s];
      const inSight = [...(wanted ? ys.keys() : [])].filter((e) => ys[e] === ys[e] && this.xs[e] >= panel.left && this.xs[e] <= panel.right);
      return { name, study, x0: box.left + panel.left, x1: box.left + panel.right, y0: box.top + top, y1: box.top + bottom, evaluations: inSight.map((e) => place(e, ys)) };
    });
  }

  describe() {
    const names = [...new Set(this.strips.map(({ name }) => name))].join(", ");
    return `Exploration history of ${names}: ${formatNumber(this.tracks?.count ?? 0)} evaluations. ${super.describe()}`;
  }
}
