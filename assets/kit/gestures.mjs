/**
 * Pointer grammar, the same in every view: drag on empty = new brush; inside a brush = move it; on its edge = resize;
 * Shift + drag = one more; click = focus (a drag begins after 4 px); Esc cancels the drag.
 *
 * `view.target(x, y, event)` answers a press with an object {cursor, move(x, y), end?(), cancel?(), click?(), hint?, aside?} or
 * null; `hint` is what the tooltip says where no row is near, `aside` what it says after a row's values.
 */
import { hideTooltip, showTooltip } from "./tooltip.mjs";

const DRAG_FROM = 4;
const EDGE = 5;

/** Listen to the pointer on a view. */
export function attachGestures(view) {
  const canvas = view.canvas.overlay;
  let press = null;

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !view.ready) return;
    const [x, y] = at(event);
    press = { x, y, target: view.target(x, y, event), dragging: false, before: view.model.brushes };
    canvas.setPointerCapture(event.pointerId);
  });

  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = at(event);
    if (!press) return hover(view, x, y, event);
    if (!press.dragging && Math.hypot(x - press.x, y - press.y) < DRAG_FROM) return;
    if (!press.dragging) {
      press.dragging = true;
      view.model.setHover(-1);
      hideTooltip();
    }
    press.target?.move(x, y);
    view.painter.flush();
  });

  canvas.addEventListener("pointerup", (event) => {
    if (!press) return;
    const { target, dragging } = press;
    press = null;
    if (dragging) return target?.end ? target.end() : view.model.rest();
    if (target?.click?.()) return;
    view.model.setFocus(view.rowAt(...at(event)));
  });

  const cancel = () => {
    if (press?.dragging) {
      press.target?.cancel?.();
      view.model.setBrushes(press.before, false);
    }
    press = null;
  };
  canvas.addEventListener("pointercancel", cancel);
  window.addEventListener("keydown", (event) => event.key === "Escape" && cancel());
  canvas.addEventListener("pointerleave", () => {
    if (press) return;
    view.model.setHover(-1);
    hideTooltip();
  });
}

function hover(view, x, y, event) {
  if (!view.ready) return;
  const target = view.target(x, y, event);
  view.canvas.overlay.style.cursor = target?.cursor ?? "default";
  const row = view.rowAt(x, y);
  view.model.setHover(row);
  const hint = (row >= 0 ? target?.aside : target?.hint) ?? null;
  if (row >= 0 || hint) showTooltip(view.model, row, event.clientX, event.clientY, hint);
  else hideTooltip();
}

// --- brushes along one axis -----------------------------------------------------------------------------------------

/**
 * A press on an axis that brushes one column.
 * @param {View} view
 * @param {string} name column
 * @param {NumberScale | CategoryScale} scale
 * @param {number} p pixel of the press along the axis
 * @param {(x: number, y: number) => number} along picks the pixel along the axis from a point
 * @param {boolean} more Shift is held
 */
export function intervalTarget(view, name, scale, p, along, more) {
  if (scale.category) return categoryTarget(view, name, scale, p, along, more);
  const brush = view.model.brushes[name] ?? { ranges: [], values: [], missing: false };
  const spans = brush.ranges.map((range) => rangePixels(scale, range));
  const { index, part } = hit(spans, p);
  const keep = part === "new" && !more ? { ranges: [], values: [], missing: false } : brush;
  const others = part === "new" ? keep.ranges : brush.ranges.filter((_, i) => i !== index);
  const cursors = { new: "crosshair", move: "move", low: "ns-resize", high: "ns-resize" };
  return {
    cursor: cursors[part],
    move(x, y) {
      const span = dragged(part, spans[index], p, along(x, y), scale);
      const ranges = [...others, pixelRange(scale, span)].sort((a, b) => (a[0] ?? -Infinity) - (b[0] ?? -Infinity));
      view.model.brush(name, { ...keep, ranges }, false);
    },
  };
}

/** Pixels of a range's ends; an open end is the end of the axis. */
export function rangePixels(scale, [low, high]) {
  return [low === null ? scale.p0 : scale.toPixel(low), high === null ? scale.p1 : scale.toPixel(high)];
}

/** The range between two pixels; beyond the axis' end it is open, so that infinities and better trials to come are in. */
export function pixelRange(scale, [q0, q1]) {
  const along = Math.sign(scale.p1 - scale.p0);
  const [start, end] = along * (q1 - q0) >= 0 ? [q0, q1] : [q1, q0];
  let [low, high] = [scale.snap(start), scale.snap(end)];
  if (scale.integer) [low, high] = wholeRange(low, high);
  return [along * (start - scale.p0) < 0.5 ? null : low, along * (end - scale.p1) > -0.5 ? null : high];
}

function wholeRange(low, high) {
  return Math.ceil(low) <= Math.floor(high) ? [Math.ceil(low), Math.floor(high)] : [Math.round(low), Math.round(low)];
}

function hit(spans, p) {
  for (const [index, [a, b]] of spans.entries()) {
    const inside = Math.min(EDGE, Math.abs(b - a) / 4); // so that a narrow brush can still be moved
    const near = (edge, other) => (edge - p) * (edge - other) > 0 ? Math.abs(p - edge) <= inside : Math.abs(p - edge) <= EDGE;
    if (near(a, b)) return { index, part: "low" };
    if (near(b, a)) return { index, part: "high" };
    if ((p - a) * (p - b) < 0) return { index, part: "move" };
  }
  return { index: -1, part: "new" };
}

function dragged(part, span, from, to, scale) {
  if (part === "new") return [from, to];
  if (part === "low") return [to, span[1]];
  if (part === "high") return [span[0], to];
  const [low, high] = [Math.min(scale.p0, scale.p1), Math.max(scale.p0, scale.p1)];
  const shift = Math.min(Math.max(to - from, low - Math.min(...span)), high - Math.max(...span));
  return [span[0] + shift, span[1] + shift];
}

function categoryTarget(view, name, scale, p, along, more) {
  const { model } = view;
  const { levels } = model.table.columns.get(name);
  const brush = model.brushes[name];
  const before = more && brush ? brush.values : [];
  const missing = brush?.missing ?? false;
  const set = (values, rest) => model.brush(name, values.length || missing ? { values, missing } : null, rest);
  return {
    cursor: "crosshair",
    move(x, y) {
      const inside = scale.codesIn(p, along(x, y)).map((code) => levels[code]);
      set([...before, ...inside.filter((level) => !before.includes(level))], false);
    },
    click() {
      const level = levels[scale.codeAt(p)];
      const values = brush?.values ?? [];
      set(values.includes(level) ? values.filter((value) => value !== level) : [...values, level], true);
      return true;
    },
  };
}

/** A press on a lane: toggles missing values, or a state. */
export function laneTarget(view, lane) {
  return {
    cursor: "pointer",
    hint: lane.hint,
    move() {},
    click() {
      const brush = view.model.brushes[lane.column] ?? { ranges: [], values: [], missing: false };
      const next = lane.missing ? { ...brush, missing: !brush.missing } : { ...brush, values: toggled(brush.values, lane.values) };
      const empty = !next.missing && !next.values.length && !next.ranges.length;
      view.model.brush(lane.column, empty ? null : next);
      return true;
    },
  };
}

const toggled = (values, some) =>
  some.every((value) => values.includes(value)) ? values.filter((value) => !some.includes(value)) : [...new Set([...values, ...some])];

// --- rectangles -----------------------------------------------------------------------------------------------------

/**
 * A press in a plot of two columns that brushes a rectangle.
 * @param {[number, number, number, number] | null} box pixels [x0, x1, y0, y1] of the rectangle under the press, if any
 * @param {(box: [number, number, number, number]) => void} set takes the new rectangle in pixels
 */
export function boxTarget(x, y, box, set) {
  const part = box ? sides(box, x, y) : null;
  const cursor = !part ? "crosshair" : part.some((side) => side !== null) ? "nwse-resize" : "move";
  return {
    cursor,
    move(toX, toY) {
      if (!part) return set([x, toX, y, toY]);
      const [dx, dy] = [toX - x, toY - y];
      const moved = part.every((side) => side === null);
      set(box.map((pixel, i) => (moved || part.includes(i) ? pixel + (i < 2 ? dx : dy) : pixel)));
    },
  };
}

/** Which sides of a box a point is on, as indices into it: [x side or null, y side or null]. */
function sides(box, x, y) {
  const near = (p, i, j) => (Math.abs(p - box[i]) <= EDGE ? i : Math.abs(p - box[j]) <= EDGE ? j : null);
  return [near(x, 0, 1), near(y, 2, 3)];
}
