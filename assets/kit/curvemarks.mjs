/** Small marks on learning curves: how they ended, and what was found in them. */
import { lastPoint } from "./curvelines.mjs";
import { line, ring, text } from "./draw.mjs";

const LABEL = 17;
/** With more curves than this only those of pins, focus and pointer are marked. */
const MOST_MARKED = 60;

/** Where the numbers of pins stand, at the right of their first curve's panel, none over another: [x, y] by row. */
export function labelSpots({ model, lines, panels }) {
  const first = panels[0]?.row < 0 ? panels[0].key : null;
  const ends = model.pinnedRows.flatMap(({ row }) => {
    const one = lines.get(row)?.find(({ panel }) => first === null || panel === first);
    const end = one && lastPoint(one);
    return end ? [{ row, x: end[0] + 12, y: end[1], box: one.box }] : [];
  });
  ends.sort((a, b) => a.y - b.y);
  const spots = new Map();
  ends.forEach(({ row, x, y, box }, i) => {
    const above = i && ends[i - 1].box === box ? spots.get(ends[i - 1].row)[1] + LABEL : -Infinity;
    spots.set(row, [x, Math.max(y, above)]);
  });
  return spots;
}

/** A ring where a curve still grows, a cross where it was ended early. */
export function drawEnds(pen, view) {
  const { model, style } = view;
  const state = model.table.columns.get("state");
  if (!state) return;
  for (const [row, lines] of view.lines ?? []) {
    const now = state.levels[state.values[row]];
    if (now === "complete" || !model.mask[row]) continue;
    for (const one of lines) {
      const end = lastPoint(one);
      if (!end) continue;
      pen.lineWidth = 1.5;
      pen.strokeStyle = style.accent;
      if (now === "running") ring(pen, ...end, 3.5);
      else cross(pen, ...end, style.muted);
    }
  }
}

function cross(pen, x, y, colour) {
  line(pen, x - 3, y - 3, x + 3, y + 3, colour, 1.5);
  line(pen, x - 3, y + 3, x + 3, y - 3, colour, 1.5);
}

/** Which line is which metric, where a panel has several: at the end of its first trial's lines. */
export function drawNames(pen, { panels, lines, plan, style }) {
  for (const { key, row, groups, box: [, right, , bottom] } of panels) {
    if (groups.length < 2) continue;
    const first = row >= 0 ? row : plan.having[0];
    let free = bottom + 10;
    const ends = (lines.get(first) ?? []).filter(({ panel }) => panel === key).flatMap((one) => (lastPoint(one) ? [{ one, at: lastPoint(one) }] : []));
    for (const { one, at: [, y] } of ends.sort((a, b) => b.at[1] - a.at[1])) {
      free = Math.min(y - 4, free - 13);
      text(pen, one.metric, right, free, style.muted, "right");
    }
  }
}

/** A triangle where something was found; words where the curve is pinned, focused or under the pointer. */
export function drawFlags(pen, view) {
  const { flags, focusRow, pinnedRows } = view.model;
  if (!flags) return;
  const told = new Set([focusRow, ...pinnedRows.map(({ row }) => row)]);
  const all = view.lines?.size <= MOST_MARKED;
  for (const [row, lines] of view.lines ?? []) {
    if (!told.has(row) && !(all && view.model.mask[row])) continue;
    for (const flag of flags.of(row)) {
      const place = markOf(view, flag, lines);
      if (place) drawFlag(pen, place, told.has(row) ? flag.kind : "", view.style, told.has(row));
    }
  }
}

/** Where a flag stands: on the curve of its metric at its step, or null. */
function markOf(view, { metric, step }, lines) {
  const one = lines.find((each) => each.metric === metric);
  if (!one) return null;
  const i = one.curve.step.findIndex((at) => at >= step);
  const [x, y] = [one.xs[i], one.ys[i]];
  const [left, right, top, bottom] = one.box;
  return i >= 0 && x >= left && x <= right && y >= top && y <= bottom ? [x, y, one.box] : null;
}

/** The triangle points down at the curve, or up at it where there is no room above. */
function drawFlag(pen, [x, y, [, right, top]], words, style, strong) {
  const side = y - top < 14 ? 1 : -1;
  pen.globalAlpha = strong ? 1 : 0.5;
  pen.fillStyle = style.focus;
  pen.beginPath();
  pen.moveTo(x, y + 3 * side);
  pen.lineTo(x - 4, y + 10 * side);
  pen.lineTo(x + 4, y + 10 * side);
  pen.fill();
  pen.globalAlpha = 1;
  const atEnd = x > right - 90;
  if (words) text(pen, words, atEnd ? x - 7 : x + 7, y + 9 * side, style.focus, atEnd ? "right" : "left", "middle");
}
