/** Zoom of learning curves: along x for all panels at once, up and down for one; a double click shows the whole range again. */
import { crosses } from "./curvelines.mjs";
import { setLook } from "./curveset.mjs";
import { TRIALS } from "./selection.mjs";

const TALL = 24;
const STEP = 1.25;

/** Listen to what is no drag: double click, and the wheel with Ctrl. */
export function attachZoom(view) {
  const canvas = view.canvas.overlay;
  canvas.addEventListener("dblclick", () => reset(view));
  canvas.addEventListener("wheel", (event) => {
    const panel = event.ctrlKey && view.panels.find(({ box }) => event.offsetX >= box[0] && event.offsetX <= box[1]);
    if (!panel) return;
    event.preventDefault();
    wheel(view, panel, event.offsetX, event.deltaY > 0 ? STEP : 1 / STEP);
  }, { passive: false });
}

/** Show all there is. */
export function reset(view) {
  view.zoomY.clear();
  setLook(view.model, { from: null, to: null });
}

function wheel(view, { box: [left, right], xScale }, x, factor) {
  const [from, to] = [x - (x - left) * factor, x + (right - x) * factor];
  const value = (pixel) => {
    const at = xScale.a + ((pixel - left) / (right - left)) * (xScale.b - xScale.a);
    return xScale.log ? Math.exp(at) : at;
  };
  const [low, high] = [Math.max(value(from), view.whole[0]), Math.min(value(to), view.whole[1])];
  if (low <= view.whole[0] && high >= view.whole[1]) reset(view);
  else zoomTo(view, low, high);
}

function zoomTo(view, low, high) {
  if (high > low) setLook(view.model, { from: Number(low.toPrecision(6)), to: Number(high.toPrecision(6)) });
}

/** A drag in a panel: zooms, with Shift brushes the trials whose curves cross the rectangle. */
export function zoomTarget(view, panel, x, y, brushing) {
  const [left, right, top, bottom] = panel.box;
  const inside = (value, low, high) => Math.min(Math.max(value, low), high);
  const done = () => {
    view.dragged = null;
    view.invalidate("focus");
  };
  return {
    cursor: brushing ? "cell" : "crosshair",
    get aside() {
      const row = view.rowAt(x, y);
      return row < 0 ? null : [view.valuesAt(row, x), ...(view.model.flags?.sentences(row) ?? [])].join("\n");
    },
    move(toX, toY) {
      const tall = brushing || Math.abs(toY - y) > TALL;
      view.dragged = [inside(x, left, right), tall ? inside(y, top, bottom) : top, inside(toX, left, right), tall ? inside(toY, top, bottom) : bottom];
      view.invalidate("focus");
    },
    cancel: done,
    end() {
      const [x0, y0, x1, y1] = view.dragged;
      done();
      const [xs, ys] = [[x0, x1].sort((a, b) => a - b), [y0, y1].sort((a, b) => a - b)];
      if (brushing) return brushCrossing(view, panel, [...xs, ...ys]);
      if (ys[0] !== top || ys[1] !== bottom) panel.groups.forEach(({ scale }, g) => view.zoomY.set(`${panel.key} ${g}`, [scale.toValue(ys[1]), scale.toValue(ys[0])]));
      zoomTo(view, panel.xScale.toValue(xs[0]), panel.xScale.toValue(xs[1]));
    },
  };
}

/** Brush the trials whose curves cross a rectangle of a panel. */
function brushCrossing({ model, lines }, panel, box) {
  const found = {};
  for (const [row, own] of lines) {
    if (!own.some((one) => one.panel === panel.key && crosses(one, box))) continue;
    const { study, number } = model.table.keyOf(row);
    (found[study] ??= []).push(number);
  }
  if (Object.keys(found).length) model.brush(TRIALS, found);
}
