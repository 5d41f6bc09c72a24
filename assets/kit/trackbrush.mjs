/**
 * Brushing evaluations: up or down a strip brushes values, along x the search's own time, across both a region. A stretch of
 * trials or generations is a brush of that column; where x is no column of rows, the trials whose evaluations lie there are.
 */
import { pixelRange } from "./gestures.mjs";
import { REGIONS, TRIALS } from "./selection.mjs";

const STRAIGHT = 10;
const EDGE = 5;
const NONE = { ranges: [], values: [], missing: false };

/** Which way a drag goes: "values", "along" or "region". */
export function directionOf(dx, dy) {
  if (Math.abs(dx) < STRAIGHT) return "values";
  return Math.abs(dy) < STRAIGHT ? "along" : "region";
}

/** Evaluations of a panel's study between two pixels. */
function between(view, panel, a, b, test = () => true) {
  const { tracks } = view.model.traces;
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  const found = [];
  const start = tracks.offsets[panel.s];
  for (let e = start; e < start + (panel.trace?.number.length ?? 0); e++) {
    if (tracks.row[e] >= 0 && view.xs[e] >= low && view.xs[e] <= high && test(e)) found.push(e);
  }
  return found;
}

/** The range of a panel's column between two pixels, open at the ends of the search; null where nothing is. */
function rangeBetween(view, panel, a, b) {
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  const { values } = view.model.table.columns.get(panel.column);
  const inside = between(view, panel, low, high).map((e) => values[view.model.traces.tracks.row[e]]).filter((value) => value === value);
  if (!inside.length) return null;
  const { p0, p1 } = panel.scale;
  const ends = inside.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity]);
  return [low <= p0 + 0.5 ? null : ends[0], high >= p1 - 0.5 ? null : ends[1]];
}

/** Where the brush of a panel's column lies on it: {index of the range, span in pixels}. */
export function spansAlong(view, panel) {
  const { model } = view;
  const brush = panel.column && model.brushes[panel.column];
  if (!brush || !panel.trace) return [];
  const { values } = model.table.columns.get(panel.column);
  const half = Math.max(1, (panel.scale.toPixel(0.5) - panel.scale.toPixel(-0.5)) / 2);
  return brush.ranges.flatMap(([low, high], index) => {
    const within = between(view, panel, -Infinity, Infinity, (e) => {
      const value = values[model.traces.tracks.row[e]];
      return value >= (low ?? -Infinity) && value <= (high ?? Infinity);
    });
    const [from, to] = within.reduce(([a, b], e) => [Math.min(a, view.xs[e]), Math.max(b, view.xs[e])], [Infinity, -Infinity]);
    const span = from <= to ? panel.scale.clip(from - half, to + half) : null;
    return span ? [{ index, span }] : [];
  });
}

/** A press on a stretch along x that is brushed: moves or resizes it; null where none is. */
export function alongTarget(view, panel, x) {
  const found = spansAlong(view, panel).find(({ span: [a, b] }) => x >= a - EDGE && x <= b + EDGE);
  if (!found) return null;
  const { index, span: [a, b] } = found;
  const inside = Math.min(EDGE, (b - a) / 4);
  const part = x <= a + inside ? "low" : x >= b - inside ? "high" : "move";
  const brush = view.model.brushes[panel.column];
  return {
    cursor: part === "move" ? "move" : "ew-resize",
    move(toX) {
      const [from, to] = { low: [toX, b], high: [a, toX], move: [a + toX - x, b + toX - x] }[part];
      const range = rangeBetween(view, panel, from, to);
      if (range) view.model.brush(panel.column, { ...brush, ranges: brush.ranges.map((old, i) => (i === index ? range : old)) }, false);
    },
  };
}

/**
 * A press on empty in a plot.
 * @param {View} view with `xs`, pixels of evaluations
 * @param {{panel: object, name: string, scale: object, others: object[]}} plot name: the column that goes up; others: panels of
 *   other studies with the same x axis
 * @param {boolean} more Shift: one more range or region
 */
export function trackTarget(view, plot, x, y, more) {
  const { brushes } = view.model;
  return {
    cursor: "crosshair",
    move(toX, toY) {
      const way = directionOf(toX - x, toY - y);
      const change = { values: () => valuesBrush(view, plot, y, toY, more), along: () => alongBrush(view, plot, x, toX, more), region: () => regionBrush(view, plot, [x, toX, y, toY], more) }[way]();
      if (!change) return;
      view.model.setBrushes({ ...brushes, ...change }, false);
      if (change[TRIALS]) keepBox(view, plot, [x, toX], way === "region" ? [y, toY] : null);
    },
  };
}

/** Remember where a brush of trials was drawn, since the trials do not tell: as long as it stays as it is. */
function keepBox({ model }, { panel, name, scale, others }, xs, ys) {
  const studies = [panel, ...others].map(({ s }) => s);
  const unit = (pixel) => (pixel - scale.p0) / (scale.p1 - scale.p0);
  model.trialsBox = { brush: model.brushes[TRIALS], along: panel.along, studies, name, xs: xs.map((x) => panel.scale.toValue(x)), ys: ys?.map(unit) ?? null };
}

/** The rectangle in pixels that a brush of trials was drawn as over a plot: [x0, x1, y0, y1]; null where none was. */
export function trialsBox(model, { panel, name, scale, top, bottom }) {
  const box = model.trialsBox;
  const same = box && box.brush === model.brushes[TRIALS] && box.along === panel.along && box.studies.includes(panel.s);
  if (!same || (box.ys && box.name !== name)) return null;
  const xs = panel.scale.clip(...box.xs.map((x) => panel.scale.toPixel(x)));
  const inside = (y) => Math.min(Math.max(scale.p0 + y * (scale.p1 - scale.p0), top), bottom);
  return xs && [...xs, ...(box.ys ? box.ys.map(inside).sort((a, b) => a - b) : [top, bottom])];
}

function valuesBrush({ model }, { name, scale }, y, toY, more) {
  const before = (more && model.brushes[name]) || NONE;
  if (!scale.category) return { [name]: { ...before, ranges: [...before.ranges, pixelRange(scale, [y, toY])] } };
  const { levels } = model.table.columns.get(name);
  const inside = scale.codesIn(y, toY).map((code) => levels[code]);
  const values = [...new Set([...before.values, ...inside])];
  return { [name]: values.length ? { ...before, values } : null };
}

function alongBrush(view, plot, x, toX, more) {
  const { panel } = plot;
  const before = (more && view.model.brushes[panel.column]) || NONE;
  if (!panel.column) return trialsBrush(view, plot, x, toX, () => true, more);
  const range = rangeBetween(view, panel, x, toX);
  return range && { [panel.column]: { ...before, ranges: [...before.ranges, range] } };
}

function regionBrush(view, plot, [x, toX, y, toY], more) {
  const { panel, name, scale } = plot;
  const { model } = view;
  if (!panel.column || scale.category) {
    const inside = insideOf(view, plot, y, toY);
    return trialsBrush(view, plot, x, toX, inside, more);
  }
  const range = rangeBetween(view, panel, x, toX);
  if (!range) return null;
  const [axis, values] = [model.axis(panel.column), pixelRange(scale, [y, toY])];
  const box = [range[0] ?? axis.low, range[1] ?? axis.high, values[0] ?? scale.low, values[1] ?? scale.high];
  return { [REGIONS]: [...((more && model.brushes[REGIONS]) || []), { x: panel.column, y: name, box }] };
}

/** Whether the value of an evaluation's row lies between two heights. */
function insideOf({ model }, { name, scale }, y, toY) {
  const { values } = model.table.columns.get(name);
  const { row } = model.traces.tracks;
  if (scale.category) {
    const codes = scale.codesIn(y, toY);
    return (e) => codes.includes(values[row[e]]);
  }
  const [low, high] = pixelRange(scale, [y, toY]);
  return (e) => values[row[e]] >= (low ?? -Infinity) && values[row[e]] <= (high ?? Infinity);
}

/** The trials with an evaluation between two pixels. */
function trialsBrush(view, { panel, others }, x, toX, test, more) {
  const { model } = view;
  const before = (more && model.brushes[TRIALS]) || {};
  const sets = [panel, ...others].map((one) => {
    const { study } = model.table.keyOf(model.table.offsets[one.s]);
    const numbers = between(view, one, x, toX, test).map((e) => model.table.keyOf(model.traces.tracks.row[e]).number);
    return [study, [...new Set([...(before[study] ?? []), ...numbers])].sort((a, b) => a - b)];
  });
  return { [TRIALS]: { ...before, ...Object.fromEntries(sets.filter(([, numbers]) => numbers.length)) } };
}
