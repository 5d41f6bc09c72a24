/** A group of runs, averaged: the mean of a line of each run, with a band of one standard deviation. */
import { fit, text } from "./draw.mjs";
import { averagedGroups, meanOf } from "./groups.mjs";
import { captionOf } from "./panels.mjs";

const BAND = 0.18;

/** Draw the averaged groups into the panels of the performance monitor whose trials all compete at one budget. */
export function drawGroups(pen, { model, panels, tracks, xs, style }) {
  for (const group of averagedGroups(model)) {
    const own = panels.filter(({ s, y, levels }) => group.studies.includes(s) && y && levels.length && new Set(levels.map(({ budget }) => budget)).size === 1);
    const mean = meanOf(own.map((panel) => lineOf(panel, tracks.value, xs)));
    if (!mean.length) continue;
    for (const panel of own) drawBand(pen, panel, mean, style);
    const { mean: last, high } = mean.at(-1);
    const format = (value) => model.axis(model.objective.name).format(value, 3);
    const x = own[0].left + pen.measureText(captionOf(model, own[0].s)).width + 24;
    text(pen, `- - mean of ${own.length} runs: ${format(last)} ± ${format(high - last)}`, x, own[0].top - own[0].head + 13, style.ink);
  }
}

/** The best so far of a panel as points: pixels from its left edge, value. */
function lineOf({ order, levels, left }, values, xs) {
  const known = levels.filter(({ e }) => e >= 0).map(({ from, e }) => [xs[order[from]] - left, values[e]]);
  return known.length ? [...known, [xs[order.at(-1)] - left, known.at(-1)[1]]] : [];
}

function drawBand(pen, { left, right, top, bottom, y }, mean, style) {
  const seen = mean.map((point) => ({ ...point, x: left + point.x })).filter(({ x }) => x >= left && x <= right);
  const edge = (key) => seen.flatMap((point, i) => (i ? [[point.x, seen[i - 1][key]], [point.x, point[key]]] : [[point.x, point[key]]]));
  const path = (key) => edge(key).map(([x, value]) => [x, Math.min(bottom, Math.max(top, y.toPixel(value)))]);
  strokeBand(pen, path("low"), path("high"), path("mean"), style);
}

function strokeBand(pen, low, high, mean, style) {
  pen.fillStyle = style.ink;
  pen.globalAlpha = BAND;
  pen.beginPath();
  for (const point of [...high, ...low.reverse()]) pen.lineTo(...point);
  pen.fill();
  pen.globalAlpha = 1;
  pen.strokeStyle = style.ink;
  pen.lineWidth = 2;
  pen.setLineDash([6, 3]);
  pen.beginPath();
  for (const point of mean) pen.lineTo(...point);
  pen.stroke();
  pen.setLineDash([]);
}

/** Draw the averaged groups into the panels of learning curves: of each run counts its best trial among those drawn. */
export function drawGroupCurves(pen, view) {
  const { model, plan, panels } = view;
  for (const group of averagedGroups(model)) {
    const rows = bestOfRuns(model, group.studies, plan.having);
    for (const panel of panels.filter(({ row }) => row < 0)) {
      const metrics = panel.groups.flatMap(({ series }) => series.map(({ metric }) => metric));
      for (const metric of metrics) drawCurveBand(pen, view, panel, rows.map((row) => view.lines.get(row)?.find((one) => one.panel === panel.key && one.metric === metric)));
    }
  }
}

/** The best selected row of each of some studies, among those given; studies without one are left out. */
export function bestOfRuns({ table, mask, performance, objective }, studies, rows) {
  const sign = objective?.direction === "minimize" ? -1 : 1;
  const own = (s) => rows.filter((row) => table.study[row] === s && mask[row] && performance[row] === performance[row]);
  return studies.map((s) => own(s).reduce((best, row) => (best < 0 || sign * (performance[row] - performance[best]) > 0 ? row : best), -1)).filter((row) => row >= 0);
}

/** On the axes as they are: the mean on a logarithmic one is that of the logarithms. */
function drawCurveBand(pen, { style }, { box: [left, right, top, bottom] }, lines) {
  const known = lines.filter(Boolean).map(({ xs, ys }) => Array.from(xs, (x, i) => [x, ys[i]]).filter(([, y]) => Number.isFinite(y)));
  const mean = meanOf(known, false);
  if (!mean.length) return;
  pen.save();
  pen.beginPath();
  pen.rect(left, top, right - left, bottom - top);
  pen.clip();
  const path = (key) => mean.map((point) => [point.x, point[key]]);
  strokeBand(pen, path("low"), path("high"), path("mean"), style);
  pen.restore();
  text(pen, fit(pen, `- - mean of the best of ${known.length} runs, ± one standard deviation`, right - left - 8), left + 6, bottom - 6, style.ink);
}
