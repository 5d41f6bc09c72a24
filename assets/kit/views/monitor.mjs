/**
 * Performance monitor (HyperTendril 5.3.1, Fig. 4a): the best so far as an area over the search's iterations, coloured by
 * performance, at equal budgets.
 *
 * Behind it, in grey, the best so far of all trials, and a dot an evaluation that competes. Better is up, also where the
 * objective is minimised. Each study has an area of its own; its x axis is that of its strips.
 */
import { budgetsOf, budgetText, levelsOf } from "../bestsofar.mjs";
import { css } from "../colour.mjs";
import { fit, line, ring, text, verticalAxis } from "../draw.mjs";
import { drawGroups } from "../groupbands.mjs";
import { toolsOf } from "../notes.mjs";
import { captionOf, drawLabels, drawShades, GUTTER, labelHeight, panelsOf, pixelsAlong } from "../panels.mjs";
import { dotOpacity, positions } from "../points.mjs";
import { formatNumber, scaleOf } from "../scale.mjs";
import { mountTrackControls } from "../trackcontrols.mjs";
import { TrackMarks } from "../trackmarks.mjs";
import { TrackView } from "../trackview.mjs";

const TEXT = 20;
const CAPTION = 15;
const BOTTOM = 8;
const HIGH = 92;
const SMALLER = 56;
const AREA = 0.5;
const POOR = 0.25;
const LARGEST = 2;

export class Monitor extends TrackView {
  constructor(host, model, painter) {
    super(host, model, painter);
    mountTrackControls(toolsOf(host), model);
  }

  #rows() {
    this.panels = panelsOf(this.model, this.host.clientWidth);
    const { stacked } = this;
    const side = this.panels.length > 1 && !stacked;
    const high = stacked ? Math.max(SMALLER, HIGH - 12 * (this.panels.length - 1)) : HIGH;
    let y = 0;
    for (const panel of this.panels) {
      panel.head = TEXT + labelHeight([panel]) + (side ? CAPTION : 0);
      panel.top = (stacked ? y : 0) + panel.head;
      panel.bottom = panel.top + high;
      y = panel.bottom + BOTTOM;
    }
    return Math.max(y, HIGH);
  }

  needs() {
    return this.#rows();
  }

  geometry(width, height) {
    const { model } = this;
    const { objective, table } = model;
    this.#rows();
    const { tracks } = model.traces;
    Object.assign(this, { tracks, shown: Boolean(objective && model.range && tracks.count) });
    if (!this.shown) return;
    this.xs = pixelsAlong(model, this.panels);
    this.budgets = new Float32Array(tracks.count).fill(NaN);
    for (const panel of this.panels) this.budgets.set(budgetsOf(model, panel), tracks.offsets[panel.s]);
    this.ys = new Float32Array(tracks.count).fill(NaN);
    this.dotYs = this.ys.slice();
    for (const panel of this.panels) this.#order(panel);
    for (const panel of this.panels) this.#place(panel, objective);
    const crowd = Math.max(...this.panels.map(({ order }) => order.length));
    const look = this.lookOf(crowd, (this.panels[0].right - this.panels[0].left) * (this.panels[0].bottom - this.panels[0].top), false, LARGEST);
    this.dots = new TrackMarks(tracks, this.xs, this.dotYs, model.traces.colours, { dpr: this.dpr, width, height }, look);
    this.crowd = crowd / Math.max(1, table.rows);
    this.lastMask = null;
  }

  /** Evaluations of a panel that compete, in order. */
  #order(panel) {
    const { tracks } = this;
    const start = tracks.offsets[panel.s];
    const count = panel.trace?.number.length ?? 0;
    panel.order = Array.from({ length: count }, (_, i) => start + i).filter((e) => this.budgets[e] === this.budgets[e] && this.xs[e] === this.xs[e]);
    panel.order.sort((a, b) => this.xs[a] - this.xs[b] || a - b);
    panel.whole = this.#levels(panel, null);
  }

  #place(panel, objective) {
    const { tracks } = this;
    panel.y = this.#scale(panel, objective);
    if (!panel.y) return;
    const placed = positions(panel.y, Float64Array.from(panel.order, (e) => tracks.value[e]), 1);
    panel.order.forEach((e, i) => {
      this.ys[e] = placed[i];
      const value = tracks.value[e];
      if (value >= panel.y.low && value <= panel.y.high) this.dotYs[e] = placed[i];
    });
  }

  #levels(panel, mask) {
    const { tracks } = this;
    return levelsOf(tracks.value, panel.order, (e) => this.budgets[e], this.model.objective.direction, mask ? (e) => mask[tracks.row[e]] === 1 : undefined);
  }

  /** One scale for all studies: from the worst but the worst quarter, so that poor trials do not flatten it, to the best. */
  #scale(panel, objective) {
    const down = objective.direction === "minimize";
    const sorted = Float64Array.from(this.#competing(), (e) => this.tracks.value[e]).filter(Number.isFinite).sort();
    if (!sorted.length) return null;
    const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
    const [low, high] = down ? [sorted[0], at(1 - POOR)] : [at(POOR), at(1)];
    return scaleOf({ ...this.model.axis(objective.name), low, high }, down ? panel.top + 4 : panel.bottom, down ? panel.bottom : panel.top + 4);
  }

  #competing() {
    return this.panels.flatMap(({ order }) => order);
  }

  /** Best so far of the selected trials, computed once a selection. */
  #selected() {
    if (this.lastMask !== this.model.mask) {
      this.lastMask = this.model.mask;
      for (const panel of this.panels) panel.levels = this.#levels(panel, this.model.mask);
    }
  }

  opacity(count) {
    return this.shown ? 0.8 * dotOpacity(count * this.crowd, this.area, this.radius) : 1;
  }

  shapes() {
    return this.shown ? [this.dots] : [];
  }

  // --- pictures -----------------------------------------------------------------------------------------------------

  /** Call `draw(x0, x1, e)` for the part of each level that is in sight. */
  #each(panel, levels, draw) {
    const end = panel.order.length ? this.xs[panel.order.at(-1)] : panel.left;
    levels.forEach(({ from, e }, i) => {
      const next = i + 1 < levels.length ? this.xs[panel.order[levels[i + 1].from]] : end;
      const span = e < 0 ? null : panel.scale.clip(this.xs[panel.order[from]], Math.max(next, this.xs[panel.order[from]] + 1));
      if (span) draw(span[0], span[1], e);
    });
  }

  fills(pen) {
    if (!this.shown) return;
    this.#selected();
    const { colours } = this.model.traces;
    pen.globalAlpha = AREA;
    for (const panel of this.panels) {
      this.#each(panel, panel.levels, (x0, x1, e) => {
        pen.fillStyle = css(this.ramp[colours[e]]);
        pen.fillRect(x0, this.ys[e], x1 - x0, panel.bottom - this.ys[e]);
      });
    }
    pen.globalAlpha = 1;
  }

  backdrop(pen) {
    if (!this.shown) return;
    for (const panel of this.panels) {
      this.#line(pen, panel, panel.whole, css(this.style.contextPixel), 3);
      drawShades(pen, panel, panel.top, panel.bottom, this.style);
    }
  }

  #line(pen, panel, levels, colour, width) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    let budget = NaN;
    this.#each(panel, levels, (x0, x1, e) => {
      if (this.budgets[e] === budget) pen.lineTo(x0, this.ys[e]);
      else pen.moveTo(x0, this.ys[e]);
      pen.lineTo(x1, this.ys[e]);
      budget = this.budgets[e];
    });
    pen.stroke();
  }

  axes(pen) {
    const { style, model } = this;
    if (!this.shown) {
      const words = model.traces.loading ? "Reading how the search went …" : "No completed trial has a value of an objective with a direction yet.";
      text(pen, words, 8, 20, style.muted);
      return;
    }
    for (const panel of this.panels) {
      const first = panel.left <= GUTTER;
      if (panel.y && first) verticalAxis(pen, panel.y, panel.left, style, { room: 56, gap: 24 });
      line(pen, panel.left, panel.bottom, panel.right, panel.bottom, style.grid);
      drawLabels(pen, panel, panel.top - labelHeight([panel]) - 2, style);
    }
    text(pen, `${fit(pen, model.objective.name, GUTTER - 60)} ↑ better`, 8, 13, style.ink);
  }

  brushes(pen) {
    if (!this.shown) return;
    this.#selected();
    for (const panel of this.panels) {
      if (panel.y) this.brushesOver(pen, this.#plot(panel));
      this.#line(pen, panel, panel.levels, this.style.ink, 1.5);
      this.#head(pen, panel);
    }
    drawGroups(pen, this);
  }

  /** What the study is, at which budget its trials compete, and the best of the selected ones. */
  #head(pen, panel) {
    const { model, style } = this;
    const several = this.panels.length > 1;
    const side = several && !this.stacked;
    const best = this.#best(panel);
    const value = best < 0 ? "no selected trial competes" : `best ${model.axis(model.objective.name).format(this.tracks.value[best], 4)} · trial ${model.table.keyOf(this.tracks.row[best]).number}`;
    const y = panel.top - panel.head + 13;
    const words = `${value} · ${budgetText(model, panel)}`;
    const room = panel.right - panel.left;
    const shown = fit(pen, words, several && !side ? 0.55 * room : room);
    text(pen, shown, side ? panel.left : panel.right, side ? y + CAPTION : y, style.ink, side ? "left" : "right");
    if (several) text(pen, fit(pen, captionOf(model, panel.s), side ? room : room - pen.measureText(shown).width - 16), panel.left, y, style.muted);
    if (best >= 0 && this.xs[best] >= panel.left && this.xs[best] <= panel.right) this.#dot(pen, best);
  }

  /** The best selected evaluation: over rungs that of the highest budget. */
  #best(panel) {
    const known = panel.levels.filter(({ e }) => e >= 0);
    if (!known.length) return -1;
    const most = Math.max(...known.map(({ budget }) => budget));
    return known.findLast(({ budget }) => budget === most).e;
  }

  #dot(pen, e) {
    pen.fillStyle = this.style.ink;
    pen.beginPath();
    pen.arc(this.xs[e], this.ys[e], 3, 0, 2 * Math.PI);
    pen.fill();
  }

  trace(pen, row) {
    if (!this.shown) return null;
    const panel = this.panels[this.model.table.study[row]];
    const seen = [...this.tracks.of(row)].filter((e) => this.xs[e] >= panel.left && this.xs[e] <= panel.right);
    for (const e of seen) if (this.dotYs[e] === this.dotYs[e]) ring(pen, this.xs[e], this.dotYs[e], this.tracks.isLast(e) ? 5 : 3);
    const last = seen.at(-1);
    if (last === undefined) return null;
    const shown = this.dotYs[last] === this.dotYs[last];
    if (!pen.dots && !shown) line(pen, this.xs[last], panel.bottom, this.xs[last], panel.bottom - 8, pen.strokeStyle, pen.lineWidth);
    return [this.xs[last] + 12, shown ? Math.max(panel.top, this.dotYs[last] - 8) : panel.bottom - 12];
  }

  // --- pointer ------------------------------------------------------------------------------------------------------

  #panelAt(x, y) {
    return this.panels.find(({ left, right, top, bottom }) => x >= left - 6 && x <= right + 6 && y >= top - 6 && y <= bottom + 6);
  }

  rowAt(x, y) {
    const e = this.shown ? this.nearestTo(this.dotYs, x, y) : -1;
    return e < 0 ? -1 : this.tracks.row[e];
  }

  target(x, y, event) {
    const panel = this.shown ? this.#panelAt(x, y) : null;
    if (!panel?.y) return null;
    return { ...this.press(this.#plot(panel), x, y, event, true), aside: this.about(this.nearestTo(this.dotYs, x, y)) };
  }

  #plot(panel) {
    return { panel, name: this.model.objective.name, scale: panel.y, top: panel.top, bottom: panel.bottom };
  }

  describe() {
    if (!this.shown) return "Performance monitor: no trial competes yet";
    this.#selected();
    const best = this.panels.map((panel) => this.#best(panel)).filter((e) => e >= 0).map((e) => formatNumber(this.tracks.value[e], 4)).join(", ");
    return `Best ${this.model.objective.name} so far, ${best ? `best selected ${best}` : "none selected"}. ${super.describe()}`;
  }
}
