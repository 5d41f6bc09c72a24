import assert from "node:assert/strict";
import { test } from "node:test";
import { column, modelOf } from "./helpers.mjs";
import { boxOf, boxTarget, clamped, grab, pairBoxes, pairBrushes, pairTarget, pulled, regionBoxes, regionOf, regionTarget, spansOf } from "../../assets/kit/boxes.mjs";
import { NumberScale, scaleOf } from "../../assets/kit/scale.mjs";

const PLOT = [0, 100, 0, 100];
const space = { lr: { low: 1e-4, high: 1, log: true }, opt: {} };
const columns = [
  column("lr", [1e-4, 1e-2, 1]),
  column("opt", ["a", "b", "c"]),
  column("size", [0, 50, 100], { role: "metric" }),
  column("acc", [0, 0.5, 1], { role: "metric" }),
];
const plain = () => modelOf({ a: { columns, space } });

/** A plot of two columns, y upwards, 100 px wide and high. */
function cellOf(model, x, y) {
  return { x, y, xScale: scaleOf(model.axis(x), 0, 100), yScale: scaleOf(model.axis(y), 100, 0), plot: PLOT };
}

test("a press takes hold of the sides that it is on, of the inside, or of nothing", () => {
  const boxes = [[20, 60, 20, 60]];
  assert.deepEqual(grab(boxes, 40, 40), { index: 0, sides: [] });
  assert.deepEqual(grab(boxes, 21, 40), { index: 0, sides: [0] });
  assert.deepEqual(grab(boxes, 63, 58), { index: 0, sides: [1, 3] });
  assert.deepEqual(grab(boxes, 70, 40), { index: -1, sides: [] });
  assert.equal(grab([...boxes, [30, 50, 30, 50]], 40, 40).index, 1);
});

test("a moved rectangle keeps its size and stays in the plot", () => {
  assert.deepEqual(pulled([20, 60, 20, 60], [], 10, -5, PLOT), [30, 70, 15, 55]);
  assert.deepEqual(pulled([20, 60, 20, 60], [], 500, -500, PLOT), [60, 100, 0, 40]);
});

test("a pulled side may pass the other one, and not the plot", () => {
  assert.deepEqual(pulled([20, 60, 20, 60], [1], 20, 99, PLOT), [20, 80, 20, 60]);
  assert.deepEqual(pulled([20, 60, 20, 60], [0, 2], 70, -70, PLOT), [60, 90, 0, 60]);
  assert.deepEqual(clamped([120, 50, -9, 30], PLOT), [50, 100, 0, 30]);
});

test("the cursor tells what a press would do", () => {
  const cursorAt = (x, y) => boxTarget(x, y, [[20, 60, 20, 60]], PLOT, () => {}).cursor;
  const told = [[40, 40], [20, 40], [40, 60], [20, 20], [60, 20], [90, 90]].map(([x, y]) => cursorAt(x, y));
  assert.deepEqual(told, ["move", "ew-resize", "ns-resize", "nwse-resize", "nesw-resize", "crosshair"]);
});

test("a region over the whole plot reaches exactly to the ends of both axes", () => {
  const model = plain();
  const region = regionOf(cellOf(model, "lr", "acc"), PLOT);
  assert.deepEqual(region, { x: "lr", y: "acc", box: [1e-4, 1, 0, 1] });
  model.brush("$regions", [region]);
  assert.equal(model.selected, 3);
});

test("a region is drawn where it was, also in the plot with the axes swapped", () => {
  const model = plain();
  model.brush("$regions", [{ x: "size", y: "acc", box: [20, 60, 0.5, 1] }, { x: "lr", y: "acc", box: [1e-3, 1e-2, 0, 1] }]);
  assert.deepEqual(regionBoxes(model.brushes, cellOf(model, "size", "acc")), [{ at: 0, box: [20, 60, 0, 50] }]);
  const [swapped] = regionBoxes(model.brushes, cellOf(model, "acc", "size"));
  assert.deepEqual(swapped.box, [50, 100, 40, 80]);
});

test("a new rectangle replaces all, with Shift it is one more, and a drag of one leaves the others", () => {
  const model = plain();
  const cell = cellOf(model, "size", "acc");
  const drag = (from, to, more = false) => regionTarget({ model }, cell, ...from, more).move(...to);
  drag([10, 10], [30, 30]);
  drag([50, 50], [70, 70], true);
  assert.deepEqual(model.brushes.$regions.map(({ box }) => box), [[10, 30, 0.7, 0.9], [50, 70, 0.3, 0.5]]);
  drag([20, 20], [25, 20]);
  assert.deepEqual(model.brushes.$regions.map(({ box }) => box), [[15, 35, 0.7, 0.9], [50, 70, 0.3, 0.5]]);
  drag([80, 80], [95, 95]);
  assert.equal(model.brushes.$regions.length, 1);
});

test("a Shift-drag adds one rectangle, however many steps it has", () => {
  const model = plain();
  const cell = cellOf(model, "size", "acc");
  regionTarget({ model }, cell, 10, 10, false).move(30, 30);
  const target = regionTarget({ model }, cell, 50, 50, true);
  for (let x = 55; x < 75; x += 5) target.move(x, x);
  assert.equal(model.brushes.$regions.length, 2);
});

test("a rectangle over a log and a linear axis is a brush of each column, open at the end of an axis", () => {
  const model = plain();
  pairTarget({ model }, cellOf(model, "lr", "acc"), 50, 40, false).move(140, 20);
  assert.deepEqual(model.brushes.lr.ranges, [[0.01, null]]);
  assert.deepEqual(model.brushes.acc.ranges, [[0.6, 0.8]]);
});

test("on an axis of categories a rectangle takes all that it touches", () => {
  const model = plain();
  pairTarget({ model }, cellOf(model, "opt", "acc"), 40, 90, false).move(70, 10);
  assert.deepEqual(model.brushes.opt.values, ["b", "c"]);
  assert.deepEqual(model.brushes.acc.ranges, [[0.1, 0.9]]);
});

test("with Shift both columns keep what they had", () => {
  const model = plain();
  const cell = cellOf(model, "opt", "acc");
  pairTarget({ model }, cell, 5, 90, false).move(20, 80);
  const more = pairTarget({ model }, cell, 80, 20, true);
  more.move(85, 15);
  more.move(90, 10);
  assert.deepEqual(model.brushes.opt.values, ["a", "c"]);
  assert.equal(model.brushes.acc.ranges.length, 2);
});

test("two ranges on one axis and one on the other make two rectangles; moving one moves both columns", () => {
  const model = plain();
  model.setBrushes({ size: [[10, 20], [60, 80]], acc: [[0.2, 0.4]] });
  const cell = cellOf(model, "size", "acc");
  assert.deepEqual(pairBoxes(model, cell).map(({ box }) => box), [[10, 20, 60, 80], [60, 80, 60, 80]]);
  pairTarget({ model }, cell, 70, 70, false).move(80, 60);
  assert.deepEqual(model.brushes.size.ranges, [[10, 20], [70, 90]]);
  assert.deepEqual(model.brushes.acc.ranges, [[0.3, 0.5]]);
});

test("a rectangle that only one column makes spans the plot and moves along that column", () => {
  const model = plain();
  model.brush("size", [[10, 20]]);
  const cell = cellOf(model, "size", "acc");
  assert.deepEqual(pairBoxes(model, cell).map(({ box }) => box), [[10, 20, 0, 100]]);
  pairTarget({ model }, cell, 15, 50, false).move(35, 10);
  assert.deepEqual(model.brushes.size.ranges, [[30, 40]]);
  assert.ok(!("acc" in model.brushes));
});

test("without brushes there is no rectangle, and an open range ends with the axis", () => {
  const model = plain();
  const cell = cellOf(model, "size", "acc");
  assert.deepEqual(pairBoxes(model, cell), []);
  model.brush("size", [[40, null]]);
  assert.deepEqual(spansOf(model, "size", cell.xScale), [[40, 100]]);
  assert.deepEqual(boxOf(9, 3, 4, 5), [3, 9, 4, 5]);
  assert.deepEqual(spansOf(model, "acc", new NumberScale({ low: 0, high: 1 }, 0, 1)), []);
});

test("a resized pair changes the side that was pulled and nothing else", () => {
  const model = plain();
  model.setBrushes({ size: { ranges: [[10, 20]], missing: true }, acc: [[0.2, 0.4]] });
  const [pair] = pairBoxes(model, cellOf(model, "size", "acc"));
  const changed = pairBrushes(model.table, model.brushes, cellOf(model, "size", "acc"), [10, 50, 60, 80], pair, false);
  assert.deepEqual(changed.size, { ranges: [[10, 50]], values: [], missing: true });
  assert.deepEqual(changed.acc.ranges, [[0.2, 0.4]]);
});

test("at the border of a trimmed axis a region reaches to the end of the whole axis", () => {
  const model = plain();
  const cell = { ...cellOf(model, "size", "acc"), xScale: new NumberScale({ low: 20, high: 60 }, 0, 100), ax: model.axis("size") };
  assert.deepEqual(regionOf(cell, [50, 100, 0, 100]).box, [40, 100, 0, 1]);
  assert.deepEqual(regionOf(cell, [0, 50, 0, 100]).box, [0, 40, 0, 1]);
});
