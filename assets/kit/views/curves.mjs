/**
 * Learning curves (HyperTendril 5.3.3, Fig. 1D, 7c): metrics over steps of the selected trials, a panel a metric, a model, or one
 * for all. Zoom along x is one for all panels.
 *
 * In the drawer it shows pins and focus only. Values rise upwards, as learning curves are read.
 */
import { drawEnds, drawFlags, drawNames, labelSpots } from "../curvemarks.mjs";
import { CurveMarks, DASHES, distanceTo, firstFrom, strokeLine } from "../curvelines.mjs";
import { gridOf, panelAt, rangeOf, scaleOver, spanOf } from "../curvepanels.mjs";
import { defaultMetrics, groupsOf, lookOf, panelsOf, rowsToDraw, wantedRows } from "../curveset.mjs";
import { missingText, noteText, panelTitle, toldOf, xTitle } from "../curvewords.mjs";
import { zoomTarget, attachZoom } from "../curvezoom.mjs";
import { fit, horizontalAxis, line, paragraph, text, verticalAxis } from "../draw.mjs";
import { drawGroupCurves } from "../groupbands.mjs";
import { formatNumber } from "../scale.mjs";
import { smoothed } from "../smoothing.mjs";
import { View } from "../view.mjs";

const EMPTY = 64;
const NEAR = 10;

export class Curves extends View {
  constructor(host, model, painter) {
    super(host, model, painter);
    this.compact = JSON.parse(host.dataset.options ?? "{}").rows === "pinned";
    this.client = this.compact ? "pinned" : "selected";
    this.zoomY = new Map();
    this.panels = [];
    attachZoom(this);
    for (const event of ["curves", "commit", "pins", "flags"]) model.on(event, () => this.invalidate("data"));
    model.on("rungs", () => this.invalidate("focus"));
    let focus = null;
    model.on("focus", () => {
      if (model.focus !== focus) this.invalidate("data");
      focus = model.focus;
    });
  }

  // --- layout -------------------------------------------------------------------------------------------------------

  needs() {
    this.#plan();
    const { height, boxes } = gridOf(this.host.clientWidth, this.plan.panels.length, this.compact ? "compact" : this.look.layout);
    this.boxes = boxes;
    return boxes.length ? height : this.compact && !this.plan.rows.length ? 0 : EMPTY;
  }

  /** Which rows and metrics are drawn, and in which panels; what is lacking of them is fetched. */
  #plan() {
    const { model, compact } = this;
    const { curves } = model;
    const look = lookOf(model);
    const picked = compact ? { rows: wantedRows(model), selected: 0, sampled: false } : rowsToDraw(model);
    const names = curves.logged;
    const chosen = look.metrics?.filter((name) => names.includes(name)) ?? [];
    const objectives = [model.objective?.name, ...model.entries.flatMap(({ metrics }) => metrics.filter((m) => m.objective).map((m) => m.name))];
    const metrics = chosen.length ? chosen : defaultMetrics(curves.curved, objectives.filter(Boolean));
    const span = look.from === null ? null : [look.from, look.to];
    curves.want(this.client, { rows: picked.rows, metrics, x: look.x, span });
    const rows = picked.rows.filter((row) => !this.#isHidden(row, look.hidden));
    const groups = groupsOf(metrics, look.apart).map(({ title, series }) => ({ title, series: series.filter(({ part }) => !look.hidden.includes(part)) }));
    const having = rows.filter((row) => metrics.some((metric) => curves.curve(row, metric, look.x)));
    const layout = compact && look.layout === "model" ? "metric" : look.layout;
    const panels = having.length ? panelsOf(groups.filter(({ series }) => series.length), layout, having) : [];
    model.flags?.want(this.client, having);
    this.look = look;
    this.plan = { ...picked, rows, having, metrics, span, panels };
  }

  #isHidden(row, hidden) {
    if (!hidden.length) return false;
    const pin = this.model.pinnedRows.find((one) => one.row === row);
    return hidden.includes(pin ? `pin ${pin.label}` : row === this.#focused ? "focus" : "selection");
  }

  get #focused() {
    const { focus, table } = this.model;
    return focus ? table.rowOf(focus.study, focus.number) : -1;
  }

  geometry() {
    const { plan, look } = this;
    const series = plan.panels.flatMap(({ groups }) => groups).flatMap((group) => group.series.map(({ metric }) => metric));
    const drawn = plan.having.flatMap((row) => series.map((metric) => this.#curve(row, metric)).filter(Boolean));
    this.whole = spanOf(drawn, look.logx);
    this.longest = this.model.curves.longest;
    const x = plan.span ?? this.whole;
    this.lines = new Map();
    this.panels = x ? plan.panels.map((panel, i) => this.#panel(panel, this.boxes[i], x)) : [];
  }

  #curve(row, metric) {
    return this.model.curves.curve(row, metric, this.look.x, this.plan.span);
  }

  #panel(panel, box, x) {
    const { look } = this;
    const [left, right, top, bottom] = box;
    const xScale = scaleOver(x, look.logx, left, right);
    const rows = panel.row >= 0 ? [panel.row] : this.plan.having;
    const shown = { ...panel, box, xScale, groups: [] };
    panel.groups.forEach((group, g) => {
      const own = group.series.flatMap(({ metric, part }) => rows.map((row) => ({ row, metric, part, curve: this.#curve(row, metric) })).filter(({ curve }) => curve));
      for (const one of own) one.values = this.#smoothed(one.curve);
      const within = own.map(({ curve, values }) => values.subarray(Math.max(firstFrom(curve.x, x[0]), 0), firstFrom(curve.x, x[1]) + 1));
      const found = rangeOf(within, look.logy);
      const range = this.zoomY.get(`${panel.key} ${g}`) ?? found?.range ?? [0, 1];
      const scale = scaleOver(range, look.logy, bottom, top);
      shown.groups.push({ ...group, scale, beyond: found && !this.zoomY.has(`${panel.key} ${g}`) ? found : null });
      for (const one of own) this.#line(one, shown, scale);
    });
    return shown;
  }

  #smoothed({ x, value, of }) {
    const { smooth: kind, strength } = this.look;
    const gap = (x[x.length - 1] - x[0]) / Math.max(1, of - 1);
    return smoothed(x, value, { kind, strength, points: this.longest, gap });
  }

  #line({ row, metric, part, curve, values }, { box, xScale, key }, scale) {
    const [xs, ys] = [xScale.all(curve.x), scale.all(values)];
    const raw = values === curve.value ? null : scale.all(curve.value);
    if (!this.lines.has(row)) this.lines.set(row, []);
    this.lines.get(row).push({ panel: key, metric, curve, box, xs, ys, raw, dash: DASHES[part] ?? null });
  }

  shapes() {
    const { dpr, model } = this;
    const versions = new Float64Array(model.table.rows);
    const scaled = new Map();
    const pixels = (list) => list && (dpr === 1 ? list : list.map((value) => value * dpr));
    for (const [row, lines] of this.lines ?? []) {
      versions[row] = lines.reduce((sum, { curve }) => sum + curve.id, 0);
      scaled.set(row, lines.map(({ box, xs, ys, raw, dash }) => ({ box: pixels(box), xs: pixels(xs), ys: pixels(ys), raw: pixels(raw), dash: dash && pixels(dash) })));
    }
    const scales = this.panels.map(({ key, box, xScale, groups }) => [key, box, xScale.low, xScale.high, groups.map(({ scale, series }) => [scale.low, scale.high, series])]);
    return [new CurveMarks(JSON.stringify([dpr, scales, this.look]), versions, scaled)];
  }

  opacity() {
    const thinner = this.look?.smooth === "none" ? 1 : 2;
    return Math.min(0.85, Math.max(0.04, 6 / ((this.lines?.size ?? 0) + 1))) / thinner;
  }

  // --- pictures -----------------------------------------------------------------------------------------------------

  axes(pen) {
    const { style } = this;
    if (!this.panels.length) return this.height ? paragraph(pen, missingText(this), 8, 20, this.width - 16, style.muted) : undefined;
    for (const panel of this.panels) this.#frame(pen, panel);
  }

  #frame(pen, panel) {
    const { style } = this;
    const { box: [left, right, top, bottom], xScale, groups } = panel;
    verticalAxis(pen, groups[0].scale, left, style, { room: 44, gap: 36 });
    line(pen, left, top, left, bottom, style.grid);
    horizontalAxis(pen, xScale, bottom, style);
    text(pen, fit(pen, panelTitle(this, panel), right - left + 40), left - 42, top - 9, style.ink);
    text(pen, xTitle(this), right, bottom + 31, style.muted, "right");
    const { beyond } = groups[0];
    if (beyond?.above) text(pen, "▴ some go beyond", right, top + 12, style.muted, "right");
    if (beyond?.below) text(pen, "▾ some go beyond", right, bottom - 6, style.muted, "right");
  }

  brushes(pen) {
    this.spots = labelSpots(this);
    drawEnds(pen, this);
    drawFlags(pen, this);
    drawNames(pen, this);
    if (this.plan && !this.compact) drawGroupCurves(pen, this);
    this.model.rungs?.draw(pen, this);
    if (!this.dragged) return;
    const [x0, y0, x1, y1] = this.dragged;
    pen.globalAlpha = 0.15;
    pen.fillStyle = this.style.accent;
    pen.fillRect(Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0));
    pen.globalAlpha = 1;
  }

  trace(pen, row) {
    const lines = this.lines?.get(row) ?? [];
    const over = pen.lineWidth < 3;
    for (const one of lines) {
      if (over && one.raw) this.#behind(pen, one);
      strokeLine(pen, one);
    }
    return this.spots?.get(row) ?? null;
  }

  /** The curve as it was logged, behind the smoothed one. */
  #behind(pen, one) {
    const { lineWidth, globalAlpha } = pen;
    Object.assign(pen, { lineWidth: 1, globalAlpha: 0.4 });
    strokeLine(pen, one, one.raw);
    Object.assign(pen, { lineWidth, globalAlpha });
  }

  // --- pointer ------------------------------------------------------------------------------------------------------

  rowAt(x, y) {
    const panel = this.panels[panelAt(this.panels, x, y)];
    if (!panel) return -1;
    let [best, at] = [NEAR, -1];
    const first = new Set(wantedRows(this.model));
    for (const [row, lines] of this.lines) {
      if (!this.model.mask[row] && !first.has(row)) continue;
      for (const one of lines) {
        const distance = one.panel === panel.key ? distanceTo(one, x, y, NEAR) - (first.has(row) ? 2 : 0) : Infinity;
        if (distance < best) [best, at] = [distance, row];
      }
    }
    return at;
  }

  target(x, y, event) {
    const rung = this.model.rungs?.target(this, x, y);
    if (rung) return rung;
    const panel = this.panels[panelAt(this.panels, x, y)];
    return panel ? zoomTarget(this, panel, x, y, event.shiftKey) : null;
  }

  /** The values of a row at a point, in words. */
  valuesAt(row, x) {
    const panel = this.panels.find(({ box }) => x >= box[0] - NEAR && x <= box[1] + NEAR);
    const lines = (this.lines.get(row) ?? []).filter(({ panel: key }) => key === panel?.key);
    const told = lines.map(({ metric, curve, xs }) => {
      const i = Math.min(firstFrom(xs, x), xs.length - 1);
      const near = i > 0 && x - xs[i - 1] < xs[i] - x ? i - 1 : i;
      return `${metric} ${formatNumber(curve.value[near], 4)} at ${this.look.x} ${formatNumber(curve.x[near], 4)}`;
    });
    return told.join(", ");
  }

  /** What the automation hook tells of the view (docs/automation.md). */
  told() {
    return toldOf(this);
  }

  get sampleNote() {
    return this.compact ? "" : noteText(this);
  }

  describe() {
    if (!this.panels.length) return `Learning curves. ${missingText(this)}`;
    return `Learning curves of ${this.plan.having.length} trials over ${this.look.x}: ${this.plan.metrics.join(", ")}. ${super.describe()}`;
  }
}
