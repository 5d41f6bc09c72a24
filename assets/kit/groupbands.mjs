/** The best so far of a group of runs, averaged: its mean with a band of one standard deviation, over the lines of each run. */
import { text } from "./draw.mjs";
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
  const edge = (key, points) => points.flatMap((point, i) => (i ? [[point.x, points[i - 1][key]], [point.x, point[key]]] : [[point.x, point[key]]]));
  const path = (points) => points.forEach(([x, value]) => pen.lineTo(x, Math.min(bottom, Math.max(top, y.toPixel(value)))));
  pen.fillStyle = style.ink;
  pen.globalAlpha = BAND;
  pen.beginPath();
  path(edge("high", seen));
  path(edge("low", seen).reverse());
  pen.fill();
  pen.globalAlpha = 1;
  pen.strokeStyle = style.ink;
  pen.lineWidth = 2;
  pen.setLineDash([6, 3]);
  pen.beginPath();
  path(edge("mean", seen));
  pen.stroke();
  pen.setLineDash([]);
}
