/**
 * Rectangles over two axes: which one is under the pointer, dragging them, and what they are as brushes.
 *
 * A box is [x0, x1, y0, y1] in CSS pixels, ordered; a plot is such a box too, and no rectangle leaves it.
 */
import { pixelRange, rangePixels } from "./gestures.mjs";
import { REGIONS } from "./selection.mjs";

const EDGE = 5;

const ordered = (a, b) => (a <= b ? [a, b] : [b, a]);

/** A box with its sides in order. */
export const boxOf = (x0, x1, y0, y1) => [...ordered(x0, x1), ...ordered(y0, y1)];

/** Whether a point is in a box, or at most `margin` outside. */
export function inBox([x0, x1, y0, y1], x, y, margin = 0) {
  return x >= x0 - margin && x <= x1 + margin && y >= y0 - margin && y <= y1 + margin;
}

/**
 * The part of a box that a press takes hold of.
 * @returns {{index: number, sides: number[]}} index of the topmost box under the point (-1: none), and the sides that it
 * is on, as indices into the box; none of them: inside
 */
export function grab(boxes, x, y) {
  const index = boxes.findLastIndex((box) => inBox(box, x, y, EDGE));
  if (index < 0) return { index, sides: [] };
  const near = (p, i, j) => {
    const [low, high] = [boxes[index][i], boxes[index][j]];
    const inside = Math.min(EDGE, (high - low) / 4); // so that a narrow box can still be moved
    return p >= high - inside ? [j] : p <= low + inside ? [i] : [];
  };
  return { index, sides: [...near(x, 0, 1), ...near(y, 2, 3)] };
}

/** A box after a drag by (dx, dy): moved as a whole within the plot, or its grabbed sides pulled. */
export function pulled(box, sides, dx, dy, plot) {
  const within = (d, i) => Math.min(Math.max(d, plot[i] - box[i]), plot[i + 1] - box[i + 1]);
  if (!sides.length) return box.map((p, i) => p + (i < 2 ? within(dx, 0) : within(dy, 2)));
  return clamped(box.map((p, i) => (sides.includes(i) ? p + (i < 2 ? dx : dy) : p)), plot);
}

/** The part of a box inside the plot, sides in order. */
export function clamped([x0, x1, y0, y1], plot) {
  const inside = (p, i) => Math.min(Math.max(p, plot[i]), plot[i + 1]);
  return boxOf(inside(x0, 0), inside(x1, 0), inside(y0, 2), inside(y1, 2));
}

const CURSORS = { "": "move", 0: "ew-resize", 1: "ew-resize", 2: "ns-resize", 3: "ns-resize" };

function cursorOf(sides) {
  if (sides.length < 2) return CURSORS[sides.join("")];
  return sides[0] + 2 === sides[1] ? "nwse-resize" : "nesw-resize";
}

/**
 * A press in a plot that draws, moves or resizes a rectangle.
 * @param {number[][]} boxes rectangles that are there
 * @param {(box: number[], index: number) => void} set takes the rectangle and the index of what it replaces (-1: a new one)
 */
export function boxTarget(x, y, boxes, plot, set) {
  const { index, sides } = grab(boxes, x, y);
  return {
    cursor: index < 0 ? "crosshair" : cursorOf(sides),
    move(toX, toY) {
      if (index < 0) set(clamped([x, toX, y, toY], plot), -1);
      else set(pulled(boxes[index], sides, toX - x, toY - y, plot), index);
    },
  };
}

// --- regions: rectangles over two numeric columns -------------------------------------------------------------------

/** The rectangles of `$regions` over two columns, either way round, as {at: index in `$regions`, box}. */
export function regionBoxes(brushes, cell) {
  return (brushes[REGIONS] ?? []).flatMap(({ x, y, box: [a, b, c, d] }, at) => {
    const straight = x === cell.x && y === cell.y;
    if (!straight && !(x === cell.y && y === cell.x)) return [];
    const [x0, x1, y0, y1] = straight ? [a, b, c, d] : [c, d, a, b];
    return [{ at, box: boxOf(...[x0, x1].map((v) => cell.xScale.toPixel(v)), ...[y0, y1].map((v) => cell.yScale.toPixel(v))) }];
  });
}

/**
 * A rectangle in pixels as a region; at the border of the plot exactly to the end of the whole axis (`ax`, `ay`), which a
 * trimmed scale does not show, so that it takes in what stands at the border.
 */
export function regionOf({ x, y, xScale, yScale, ax = xScale, ay = yScale }, [x0, x1, y0, y1]) {
  const side = (scale, axis, a, b) => {
    const [low, high] = pixelRange(scale, [a, b]);
    return [low ?? axis.low, high ?? axis.high];
  };
  return { x, y, box: [...side(xScale, ax, x0, x1), ...side(yScale, ay, y0, y1)] };
}

// --- pairs: a rectangle as the brushes of two columns ---------------------------------------------------------------

/** Where a column's brush lies along a scale: pixel spans [low, high] in order; of categories one span each. */
export function spansOf(model, name, scale) {
  const brush = model.brushes[name];
  if (!brush) return [];
  if (!scale.category) return brush.ranges.map((range) => ordered(...rangePixels(scale, range)));
  const { levels } = model.table.columns.get(name);
  const half = Math.abs(scale.band) / 2;
  return scale.order
    .filter((code) => brush.values.includes(levels[code]))
    .map((code) => [scale.toPixel(code) - half, scale.toPixel(code) + half]);
}

/**
 * The rectangles that the ranges of two columns make, as {box, i, j}: indices of the ranges; -1: that column has none,
 * the rectangle spans the plot.
 */
export function pairBoxes(model, { x, y, xScale, yScale, plot }) {
  const spans = (name, scale, whole) => {
    const own = scale.category ? [] : spansOf(model, name, scale);
    return own.length ? own.map((span, at) => ({ span, at })) : [{ span: whole, at: -1 }];
  };
  const rows = spans(y, yScale, plot.slice(2));
  return spans(x, xScale, plot.slice(0, 2)).flatMap((a) =>
    rows.filter((b) => a.at >= 0 || b.at >= 0).map((b) => ({ box: [...a.span, ...b.span], i: a.at, j: b.at })),
  );
}

/**
 * The brushes of both columns after a rectangle was drawn, or one that they made became `box`.
 * @param {object} brushes as they were at the press
 * @param {{i: number, j: number} | null} pair of `pairBoxes`; null: a new rectangle
 * @param {boolean} more keep the other ranges of both columns
 */
export function pairBrushes(table, brushes, cell, box, pair, more) {
  const sides = [[cell.x, cell.xScale, box.slice(0, 2), pair?.i ?? -1], [cell.y, cell.yScale, box.slice(2), pair?.j ?? -1]];
  const changed = sides.filter(([, , , at]) => !pair || at >= 0);
  return Object.fromEntries(
    changed.map(([name, scale, span, at]) => {
      const side = scale.category ? categories(table, name, scale, span) : ranges(brushes[name], scale, span, at);
      return [name, more ? joined(brushes[name], side) : side];
    }),
  );
}

function ranges(brush, scale, span, at) {
  const range = pixelRange(scale, span);
  if (at < 0) return { ranges: [range], values: [], missing: false };
  return { ...brush, ranges: brush.ranges.map((old, i) => (i === at ? range : old)) };
}

/** All categories that a span touches. */
function categories(table, name, scale, span) {
  const { levels } = table.columns.get(name);
  const [first, last] = span.map((p) => scale.order.indexOf(scale.codeAt(p))).sort((p, q) => p - q);
  return { ranges: [], values: scale.order.slice(first, last + 1).map((code) => levels[code]), missing: false };
}

function joined(brush, side) {
  if (!brush) return side;
  return {
    ranges: [...brush.ranges, ...side.ranges],
    values: [...new Set([...brush.values, ...side.values])],
    missing: brush.missing || side.missing,
  };
}

// --- presses and pictures -------------------------------------------------------------------------------------------

/** A press in a plot of two numeric columns: rectangles are regions; a new one replaces all unless `more`. */
export function regionTarget(view, cell, x, y, more) {
  const { model } = view;
  const own = regionBoxes(model.brushes, cell);
  const before = model.brushes[REGIONS] ?? [];
  return boxTarget(x, y, own.map(({ box }) => box), cell.plot, (box, index) => {
    const region = regionOf(cell, box);
    const replaced = before.map((old, at) => (index >= 0 && at === own[index].at ? region : old));
    model.brush(REGIONS, index >= 0 ? replaced : [...(more ? before : []), region], false);
  });
}

/** A press in a plot of two columns: rectangles are what the brushes of both columns have in common. */
export function pairTarget(view, cell, x, y, more) {
  const { model } = view;
  const { brushes } = model;
  const pairs = pairBoxes(model, cell);
  return boxTarget(x, y, pairs.map(({ box }) => box), cell.plot, (box, index) => {
    const changed = pairBrushes(model.table, brushes, cell, box, pairs[index] ?? null, more && index < 0);
    model.setBrushes({ ...brushes, ...changed }, false);
  });
}

/** Draw the brushes of both columns as faint bands over a plot. */
export function drawBands(pen, model, { x, y, xScale, yScale, plot }, style) {
  const [left, right, top, bottom] = plot;
  for (const [a, b] of spansOf(model, x, xScale)) band(pen, [a, top, Math.max(1, b - a), bottom - top], style);
  for (const [a, b] of spansOf(model, y, yScale)) band(pen, [left, a, right - left, Math.max(1, b - a)], style);
}

function band(pen, box, style) {
  pen.globalAlpha = 0.1;
  pen.fillStyle = style.accent;
  pen.fillRect(...box);
  pen.globalAlpha = 0.5;
  pen.strokeStyle = style.accent;
  pen.lineWidth = 1;
  pen.strokeRect(...box);
  pen.globalAlpha = 1;
}
