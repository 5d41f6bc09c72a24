/**
 * The gutter beside the axis of an active hyperparameter: its marginal as bars, longer is better, and the effective range
 * as a bracket, which a click turns into a brush (HyperTendril 7.2, Fig. 6b).
 */
import { colourIndex, css } from "./colour.mjs";
import { drawBracket } from "./curve.mjs";
import { line } from "./draw.mjs";
import { cellsOf, effectiveSpans, effectiveText, expectedRange, isEffective, placeIn, toggleEffective } from "./marginals.mjs";
import { formatNumber } from "./scale.mjs";

/** Pixels that a gutter takes to the right of its axis. */
export const GUTTER = 58;
const BRACKET = 16;
const LANE_HALF = 5;

/** The hyperparameters that have a gutter: active, and not without importance. */
export function gutterNames({ settings, importance }) {
  if (importance.state === "refused") return [];
  const { whole } = importance;
  return whole ? settings.active.filter((name) => whole.marginals?.[name]) : settings.active;
}

/**
 * The gutter of an axis; null where its marginal is not known.
 * @param {Model} model
 * @param {{name: string, scale: object, lanes: object[]}} shown the axis
 */
export function gutterOf(model, { name, scale, lanes }) {
  const { whole, metric, direction } = model.importance;
  const marginal = whole?.marginals?.[name];
  if (!marginal) return null;
  const lane = lanes.find(({ missing }) => missing);
  const cells = cellsOf(marginal, scale, model.table.columns.get(name).levels, lane && [lane.y - LANE_HALF, lane.y + LANE_HALF]);
  const range = expectedRange(Object.values(whole.marginals), direction);
  return { name, scale, marginal, metric, range, cells };
}

/** Colour of an expected value: that of the rows where it is the objective, else neutral. */
export function expectedColour({ model, ramp, style }, metric) {
  const range = model.keeper.current;
  const shared = metric === model.objective?.name && range;
  return (value) => (shared ? css(ramp[colourIndex(value, model.settings.range ?? range)]) : style.muted);
}

/** Draw a gutter whose axis stands at x. */
export function drawGutter(pen, gutter, x, view) {
  const { style } = view;
  line(pen, x + GUTTER, gutter.scale.p0, x + GUTTER, gutter.scale.p1, style.grid);
  const colour = expectedColour(view, gutter.metric);
  for (const cell of gutter.cells) {
    if (!Number.isFinite(cell.mean)) continue;
    const [y0, y1] = [Math.min(cell.from, cell.to), Math.max(cell.from, cell.to)];
    const gap = y1 - y0 > 4 ? 0.5 : 0;
    const length = 2 + (GUTTER - BRACKET - 8) * placeIn(gutter.range, cell.mean);
    pen.globalAlpha = cell.support ? 1 : 0.35;
    pen.fillStyle = colour(cell.mean);
    pen.fillRect(x + 2, y0 + gap, length, Math.max(1, y1 - y0 - 2 * gap));
  }
  pen.globalAlpha = 1;
  for (const [y0, y1] of effectiveSpans(gutter.cells)) drawBracket(pen, y0, y1, x + GUTTER - BRACKET / 2, style.ink, true);
}

/**
 * What a press in a gutter does beyond brushing along its axis: on the bracket a click brushes the effective range.
 * @param {object} base the press that brushes along the axis
 * @param {number} dx pixels right of the axis
 */
export function gutterTarget(model, gutter, base, dx, y) {
  const { name, marginal, metric, cells } = gutter;
  const on = dx >= GUTTER - BRACKET && effectiveSpans(cells).some(([y0, y1]) => y >= y0 - 3 && y <= y1 + 3);
  if (on) {
    const verb = isEffective(name, model.brushes[name], marginal) ? "take its brush away" : "brush it";
    const hint = `effective range of ${name}: ${effectiveText(marginal)}; click to ${verb}`;
    return { ...base, cursor: "pointer", hint, click: () => (toggleEffective(model, name, marginal), true) };
  }
  const cell = cells.find(({ from, to }) => y >= Math.min(from, to) && y <= Math.max(from, to));
  return { ...base, hint: cell ? cellText(cell, name, metric) : null };
}

/** A cell of a marginal in words. */
export function cellText({ words, mean, std, support }, name, metric) {
  const near = support ? `${support} ${support === 1 ? "trial" : "trials"} near` : "no trial near: do not rely on it";
  return `${name} ${words}: ${metric} ${formatNumber(mean)} ± ${formatNumber(std, 2)} expected, ${near}`;
}
