/**
 * How the trials spread over each metric (HyperTendril 5.2, Fig. 3): small multiples, every one brushable.
 *
 * Only rows that compete count. Grey bars are all of them, the bars in front the selected, coloured by their mean
 * performance. Of several studies bars are shares of all trials, and an outline is the share within one study.
 */
import { binning, binsOf, NO_BIN, tally } from "../bins.mjs";
import { inBox, spansOf } from "../boxes.mjs";
import { css } from "../colour.mjs";
import { brushBox, fit, fitNames, horizontalAxis, line, text } from "../draw.mjs";
import { intervalTarget } from "../gestures.mjs";
import { mountMenu } from "../menu.mjs";
import { comparableText, leftOut, leftOutText, noteTarget, toolsOf, trials } from "../notes.mjs";
import { formatNumber, scaleOf } from "../scale.mjs";
import { fitting, noMetricText } from "../histogramtext.mjs";
import { dashesOf, studyLegend } from "../studylines.mjs";
import { beyondText, trimmed } from "../trim.mjs";
import { View } from "../view.mjs";

const CELL_WIDTH = 190;
const CELL_HEIGHT = 114;
const LOWEST = 250;
const EMPTY = 64;
const NOTE = 20;
const PAD = { left: 48, right: 12, top: 38, bottom: 22 };
const BAR = 5;

/** The metrics that get a histogram: the objective first, without those that the analyst hid or that have no value. */
export function histogramMetrics(model) {
  const hidden = model.settings.histograms ?? [];
  const first = model.objective?.name;
  const names = model.metrics.filter((name) => !hidden.includes(name) && model.table.columns.get(name).values.some(Number.isFinite));
  return names.sort((a, b) => (b === first) - (a === first));
}

export class Histograms extends View {
  constructor(host, model, painter) {
    super(host, model, painter);
    const items = () => model.metrics.map((name) => ({ name, on: !(model.settings.histograms ?? []).includes(name) }));
    mountMenu(toolsOf(host), "metrics", items, (name, on) => {
      const others = (model.settings.histograms ?? []).filter((hidden) => hidden !== name);
      model.set("histograms", on ? others : [...others, name]);
    });
  }

  get perRow() {
    return false;
  }

  needs() {
    const { length } = histogramMetrics(this.model);
    if (!length) return EMPTY;
    const rows = Math.ceil(length / this.#columns(this.host.clientWidth));
    return Math.max(LOWEST, rows * CELL_HEIGHT + NOTE);
  }

  #columns(width) {
    const fitting = Math.max(1, Math.floor(width / CELL_WIDTH));
    const count = Math.max(1, histogramMetrics(this.model).length);
    return Math.ceil(count / Math.ceil(count / fitting));
  }

  // --- layout -------------------------------------------------------------------------------------------------------

  geometry(width, height) {
    const { model } = this;
    const names = histogramMetrics(model);
    const columns = this.#columns(width);
    const [w, h] = [width / columns, (height - NOTE) / Math.ceil(names.length / columns)];
    this.all = model.comparable;
    this.competing = this.all.reduce((sum, bit) => sum + bit, 0);
    this.sizes = model.table.ids.map((_, s) => this.all.reduce((sum, bit, row) => sum + (bit && model.table.study[row] === s), 0));
    this.cells = names.map((name, i) => this.#cell(name, (i % columns) * w, Math.floor(i / columns) * h, w, h));
    this.note = this.#note();
    this.tallied = null;
  }

  #cell(name, x, y, w, h) {
    const { model } = this;
    const { values } = model.table.columns.get(name);
    const plot = [x + PAD.left, x + w - PAD.right, y + PAD.top, y + h - PAD.bottom];
    const short = trimmed(model.axis(name), values);
    const { axis, count } = binning(short.axis, (plot[1] - plot[0]) / BAR);
    const scale = scaleOf(axis, plot[0], plot[1]);
    const bins = binsOf(scale, values, count, this.all);
    const whole = tally(bins, this.all, model.colours, values, count);
    const studies = this.sizes.length > 1 ? this.#studyShares(bins, count) : [];
    const total = studies.length ? Math.max(1, whole.total) : 1;
    const top = Math.max(...Array.from(whole.counts, (n) => n / total), ...studies.flat(), 1e-9);
    return { name, axis, short, scale, bins, values, count, whole, studies, total, top, plot, box: [x, x + w, y, y + h] };
  }

  /** Of each study the share of its competing rows in every bin. */
  #studyShares(bins, count) {
    const shares = this.sizes.map(() => new Float64Array(count));
    const { study } = this.model.table;
    for (let row = 0; row < bins.length; row++) if (bins[row] !== NO_BIN) shares[study[row]][bins[row]]++;
    return shares.map((counts, s) => Array.from(counts, (n) => n / Math.max(1, this.sizes[s])));
  }

  #note() {
    const { rows } = this.model.table;
    const out = this.cells.map(({ name, scale, values }) => [name, leftOutText(leftOut(scale, values, (row) => this.all[row]))]);
    const left = out.filter(([, words]) => words).map(([name, words]) => `${name}: ${words}`);
    const who = this.competing < rows ? `${comparableText(this.model)}: ${formatNumber(this.competing)} of ${trials(rows)}` : comparableText(this.model);
    const far = this.cells.map(({ name, short }) => [name, beyondText(short)]).filter(([, words]) => words).map(([name, words]) => `${name} ${words}`);
    return [
      who,
      left.length ? `not in a bar: ${left.join("; ")}` : "",
      far.length ? `in the bar at the end: ${far.join("; ")}` : "",
    ].filter(Boolean).join(" · ");
  }

  // --- pictures -----------------------------------------------------------------------------------------------------

  /** Call `draw(x, y, width, height, bin)` for each bar of counts. */
  #bars({ plot: [left, right, top, bottom], count, top: most, total }, counts, draw) {
    const width = (right - left) / count;
    const gap = width > 4 ? 1 : 0;
    for (let bin = 0; bin < count; bin++) {
      if (!counts[bin]) continue;
      const height = Math.max(1, ((bottom - top) * counts[bin]) / total / most);
      draw(left + bin * width, bottom - height, Math.max(1, width - gap), height, bin);
    }
  }

  backdrop(pen) {
    pen.fillStyle = css(this.style.contextPixel);
    for (const cell of this.cells) this.#bars(cell, cell.whole.counts, (x, y, w, h) => pen.fillRect(x, y, w, h));
  }

  fills(pen) {
    const { model } = this;
    this.tallied = this.cells.map(({ bins, values, count }) => tally(bins, model.mask, model.colours, values, count));
    this.cells.forEach((cell, i) => {
      const { counts, colours } = this.tallied[i];
      this.#bars(cell, counts, (x, y, w, h, bin) => {
        pen.fillStyle = model.range ? css(this.ramp[Math.round(colours[bin] / counts[bin])]) : this.style.accent;
        pen.fillRect(x, y, w, h);
      });
    });
  }

  axes(pen) {
    const { style } = this;
    if (!this.cells.length) text(pen, noMetricText(this.model), 8, 20, style.muted);
    const arrowOf = ({ axis }) => ({ minimize: " ← better", maximize: " → better" })[axis.direction] ?? "";
    const names = this.cells.map(({ name }) => name);
    const titles = fitNames(pen, names, (this.cells[0]?.box[1] ?? 0) - 12 - pen.measureText(" ← better").width);
    this.cells.forEach((cell, i) => {
      const { name, scale, plot: [left, right, top, bottom], box } = cell;
      horizontalAxis(pen, scale, bottom, style, { gap: 48 });
      text(pen, titles[i] + arrowOf(cell), box[0] + 8, box[2] + 12, name === this.model.objective?.name ? style.ink : style.muted);
      const most = cell.studies.length ? `${formatNumber(100 * cell.top, 2)} %` : formatNumber(cell.top);
      line(pen, left - 4, top, left, top, style.grid);
      text(pen, most, left - 6, top, style.muted, "right", "middle");
      cell.studies.forEach((shares, s) => this.#outline(pen, cell, shares, dashesOf(s)));
      line(pen, left, bottom, right, bottom, style.grid);
    });
    const studies = this.model.entries.map(({ name }) => name);
    const used = studies.length > 1 ? studyLegend(pen, studies, this.width - 8, this.height - 5, style) : 0;
    text(pen, fit(pen, this.note, this.width - 24 - used), 8, this.height - 5, style.muted);
  }

  #outline(pen, { plot: [left, right, top, bottom], count, top: most }, shares, dashes) {
    const width = (right - left) / count;
    pen.strokeStyle = this.style.ink;
    pen.lineWidth = 1.2;
    pen.setLineDash(dashes);
    pen.beginPath();
    pen.moveTo(left, bottom);
    shares.forEach((share, bin) => {
      const y = bottom - ((bottom - top) * share) / most;
      pen.lineTo(left + bin * width, y);
      pen.lineTo(left + (bin + 1) * width, y);
    });
    pen.lineTo(right, bottom);
    pen.stroke();
    pen.setLineDash([]);
  }

  brushes(pen) {
    const best = this.model.best(this.model.mask);
    this.cells.forEach((cell, i) => {
      const { name, scale, plot: [left, right, top, bottom], values, bins } = cell;
      for (const [a, b] of spansOf(this.model, name, scale)) brushBox(pen, a, top, Math.max(1, b - a), bottom - top, this.style);
      const { mean, spread, total } = this.tallied[i];
      if (!total) return;
      const shown = best >= 0 && bins[best] !== NO_BIN;
      if (!cell.axis.order) this.#flag(pen, scale.toPixel(mean), top, bottom, [2, 2]);
      if (shown) this.#flag(pen, scale.toPixel(values[best]), top, bottom, []);
      const which = name === this.model.objective?.name ? "best" : "best trial";
      const words = [shown ? `${which} ${axisText(cell, values[best], 4)}` : ""];
      if (!cell.axis.order) words.unshift(`mean ${axisText(cell, mean)}`, ` ± ${axisText(cell, spread)}`);
      text(pen, fitting(pen, words, right - left + PAD.left), left - PAD.left + 8, top - 12, this.style.muted);
    });
  }

  /** A line at a value: dashed at the mean; at the best trial solid, with a point above. */
  #flag(pen, x, top, bottom, dashes) {
    pen.setLineDash(dashes);
    line(pen, x, top, x, bottom, this.style.ink, 1.5);
    pen.setLineDash([]);
    if (dashes.length) return;
    pen.fillStyle = this.style.ink;
    pen.beginPath();
    pen.arc(x, top, 3, 0, 2 * Math.PI);
    pen.fill();
  }

  trace(pen, row) {
    const shown = this.cells.filter(({ scale, values }) => Number.isFinite(values[row]) && !(scale.log && values[row] <= 0));
    return shown.map(({ scale, values, plot: [, , top, bottom] }) => {
      const x = scale.toPixel(values[row]);
      pen.beginPath();
      pen.moveTo(x, top);
      pen.lineTo(x, bottom);
      pen.stroke();
      return [x, top + 8];
    });
  }

  target(x, y, event) {
    const cell = this.cells.find(({ plot }) => inBox(plot, x, y, 4));
    if (!cell) return noteTarget(this, this.note, y);
    const target = intervalTarget(this, cell.name, cell.scale, x, (toX) => toX, event.shiftKey);
    const cursor = target.cursor === "ns-resize" ? "ew-resize" : target.cursor;
    return { click: () => true, ...target, cursor, hint: this.#hint(cell, x) };
  }

  /** What stands in the bin at a pixel. */
  #hint({ name, axis, scale, plot: [left, right], count, whole }, x) {
    const bin = Math.min(count - 1, Math.max(0, Math.floor(((x - left) / (right - left)) * count)));
    const edge = (i) => axis.format(scale.toValue(left + ((right - left) * i) / count));
    const where = axis.order ? axis.labels[axis.order[bin]] : `${edge(bin)} … ${edge(bin + 1)}`;
    const at = this.cells.findIndex((cell) => cell.name === name);
    return `${name} ${where}: ${trials(whole.counts[bin])}, ${formatNumber(this.tallied?.[at]?.counts[bin] ?? 0)} selected`;
  }

  describe() {
    return `Histograms of ${this.cells.map(({ name }) => name).join(", ")}. ${super.describe()}`;
  }
}

const axisText = ({ axis }, value, digits = 3) => (axis.order ? axis.labels[value] : axis.format(value, digits));
