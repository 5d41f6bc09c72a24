import assert from "node:assert/strict";
import { test } from "node:test";
import { column, modelOf } from "./helpers.mjs";

globalThis.ImageData = class {
  constructor(width, height) {
    this.data = new Uint8ClampedArray(4 * width * height);
  }
};
const kit = "../../assets/kit";
const { Accumulator } = await import(`${kit}/accumulator.mjs`);
const { CurveFeed } = await import(`${kit}/curvefeed.mjs`);
const { clipped, crosses, CurveMarks, distanceTo } = await import(`${kit}/curvelines.mjs`);
const { gridOf, rangeOf, spanOf } = await import(`${kit}/curvepanels.mjs`);
const { alongs, defaultMetrics, groupsOf, LOOK, lookOf, panelsOf, rowsToDraw, setLook } = await import(`${kit}/curveset.mjs`);
const { exponential, movingAverage, smoothed } = await import(`${kit}/smoothing.mjs`);
const { decodeState, encodeState } = await import(`${kit}/link.mjs`);

const floats = (...values) => Float64Array.from(values);
const metric = (name, values) => column(name, values, { role: "metric" });

// --- smoothing --------------------------------------------------------------------------------------------------------

test("a moving average is the mean of the points within its window, and gaps stay gaps", () => {
  const x = floats(0, 1, 2, 3, 10);
  assert.deepEqual([...movingAverage(x, floats(1, 3, 5, 7, 9), 2)], [2, 3, 5, 6, 9]);
  const gap = movingAverage(x, floats(1, NaN, 5, 7, 9), 2);
  assert.deepEqual([...gap], [1, NaN, 6, 6, 9]);
});

test("exponential smoothing starts at the first value and weighs by distance, so that a sample of a curve smooths like the whole", () => {
  const x = Float64Array.from({ length: 4000 }, (_, i) => i);
  const values = x.map((i) => Math.sin(i / 300) + (((i * 7919) % 1000) / 1000 - 0.5));
  const whole = exponential(x, values, 0.98, 1);
  assert.equal(whole[0], values[0]);
  const kept = [...x.keys()].filter((i) => i % 3 !== 1);
  const part = exponential(x.filter((_, i) => i % 3 !== 1), values.filter((_, i) => i % 3 !== 1), 0.98, 1);
  const off = kept.reduce((worst, i, k) => Math.max(worst, i > 200 ? Math.abs(part[k] - whole[i]) : 0), 0);
  assert.ok(off < 0.12, `differs by ${off}`);
});

test("without smoothing curves are what was logged", () => {
  const values = floats(1, 2);
  assert.equal(smoothed(floats(0, 1), values, { kind: "none", strength: 0.5, points: 2, gap: 1 }), values);
  assert.deepEqual([...smoothed(floats(0, 10, 20, 30), floats(1, 3, 5, 7), { kind: "mean", strength: 0.5, points: 6, gap: 10 })], [2, 3, 5, 6]);
});

// --- what is drawn ----------------------------------------------------------------------------------------------------

test("training and validation share a panel whatever they are called, and may stand apart", () => {
  const panel = (title, ...series) => ({ title, series: series.map(([metric, part]) => ({ metric, part })) });
  assert.deepEqual(groupsOf(["val_loss", "train_loss"]), [panel("loss", ["val_loss", "validation"], ["train_loss", "train"])]);
  assert.deepEqual(groupsOf(["loss", "val_loss"]), [panel("loss", ["loss", "train"], ["val_loss", "validation"])]);
  assert.deepEqual(groupsOf(["accuracy/test", "accuracy/valid"]), [panel("accuracy", ["accuracy/test", "test"], ["accuracy/valid", "validation"])]);
  assert.deepEqual(groupsOf(["train_time", "value"]), [panel("train_time", ["train_time", ""]), panel("value", ["value", ""])]);
  assert.equal(groupsOf(["val_loss", "train_loss"], true).length, 2);
});

test("the objective leads, what counts on is for x, and at most three panels are drawn at first", () => {
  const logged = ["epoch", "f1", "lr", "recall", "train_loss", "val_accuracy", "val_loss"];
  assert.deepEqual(defaultMetrics(logged, ["val_loss"]), ["train_loss", "val_loss", "f1", "lr"]);
  assert.deepEqual(alongs(logged, true), ["step", "time", "epoch"]);
  assert.deepEqual(alongs(["time", "acc"], true), ["step", "time"]);
});

test("panels are one a metric, one a model, or one for all", () => {
  const groups = groupsOf(["a", "b"]);
  assert.deepEqual(panelsOf(groups, "metric", [4, 2]).map(({ key, row }) => [key, row]), [["a", -1], ["b", -1]]);
  assert.deepEqual(panelsOf(groups, "model", [4, 2]).map(({ row }) => row), [4, 2]);
  assert.equal(panelsOf(groups, "together", [4, 2]).length, 1);
});

test("of a large selection pins, focus, running trials and a sample over the ranking with the best are drawn", () => {
  const acc = Array.from({ length: 1000 }, (_, i) => (i * 37) % 1000);
  const states = acc.map((_, i) => (i === 500 ? "running" : i === 501 ? "waiting" : "complete"));
  const model = modelOf({ s: { columns: [metric("acc", acc)], states } });
  model.setPins([{ study: "s", number: 13 }]);
  model.setFocus(14);
  const { rows, selected, sampled } = rowsToDraw(model, 100);
  assert.deepEqual(rows.slice(0, 3), [13, 14, 500]);
  assert.ok(rows.includes(acc.indexOf(999)) && !rows.includes(501));
  assert.deepEqual([selected, sampled, rows.length <= 103], [999, true, true]);
  const low = rows.filter((row) => acc[row] < 500).length;
  assert.ok(low > 40 && low < 60, `${low} of the worse half`);
  model.brush("acc", [[990, null]]);
  assert.deepEqual([...rowsToDraw(model, 100).rows].sort((a, b) => a - b), [13, 14, ...acc.keys()].filter((row) => acc[row] >= 990 || row === 13 || row === 14).filter((row, i, all) => all.indexOf(row) === i).sort((a, b) => a - b));
});

test("how curves look travels in links, another x lets go of the zoom", () => {
  const model = modelOf({ s: { columns: [metric("acc", [1, 2])] } });
  setLook(model, { smooth: "mean", metrics: ["acc"], from: 3, to: 9 });
  const { state, problems } = decodeState(encodeState({ shown: ["s"], brushes: {}, settings: model.settings, pins: [] }));
  assert.deepEqual([problems, state.settings.curves], [[], { smooth: "mean", metrics: ["acc"], from: 3, to: 9 }]);
  setLook(model, { x: "time" });
  assert.deepEqual([lookOf(model).from, lookOf(model).smooth], [null, "mean"]);
  setLook(model, { ...LOOK });
  assert.deepEqual(model.settings.curves, {});
});

// --- geometry ---------------------------------------------------------------------------------------------------------

test("an axis leaves out what lies far from all others and says so", () => {
  const calm = Float64Array.from({ length: 500 }, (_, i) => 1 + (i % 50) / 50);
  assert.deepEqual([rangeOf([calm], false).above, rangeOf([calm], false).below], [false, false]);
  const { range, above, below } = rangeOf([calm, floats(1e9, NaN, Infinity)], false);
  assert.ok(range[1] < 5 && above && !below);
  const log = rangeOf([calm, floats(0, -3)], true);
  assert.ok(log.range[0] > 0.9 && !log.below);
  assert.equal(rangeOf([floats(NaN)], false), null);
});

test("the span of a log axis begins at the first x above 0", () => {
  assert.deepEqual(spanOf([{ x: floats(0, 1, 5) }, { x: floats(2, 9) }], true), [1, 9]);
  assert.deepEqual(spanOf([{ x: floats(0, 1, 5) }], false), [0, 5]);
  assert.equal(spanOf([{ x: floats() }], false), null);
});

test("panels stand side by side where there is room and never leave the view", () => {
  const wide = gridOf(1000, 3, "metric");
  assert.equal(new Set(wide.boxes.map(([, , top]) => top)).size, 1);
  const narrow = gridOf(260, 3, "metric");
  assert.equal(new Set(narrow.boxes.map(([left]) => left)).size, 1);
  for (const [left, right, , bottom] of [...wide.boxes, ...gridOf(1000, 24, "model").boxes]) assert.ok(left >= 0 && right <= 1000 && right > left && bottom > 0);
});

test("a line is cut at the edges of its panel, and gaps cut it too", () => {
  assert.deepEqual(clipped([0, 10, 0, 10], -5, 5, 15, 5), [0, 5, 10, 5]);
  assert.equal(clipped([0, 10, 0, 10], -5, -5, 15, -6), null);
  assert.equal(clipped([0, 10, 0, 10], 1, NaN, 2, 2), null);
});

test("marks of curves stay in their panel, and taking them away leaves nothing", () => {
  const box = Float32Array.of(10, 90, 10, 50);
  const xs = Float32Array.from({ length: 300 }, (_, i) => i - 100);
  const ys = xs.map((x, i) => (i % 40 === 0 ? NaN : 30 + 60 * Math.sin(x)));
  const lines = new Map([[0, [{ box, xs, ys, raw: ys.map((y) => y + 2), dash: null }]], [1, [{ box, xs, ys, raw: null, dash: [5, 4] }]]]);
  const marks = new CurveMarks("k", floats(1, 2), lines);
  const pixels = new Accumulator(100, 60);
  for (const row of [0, 1, 2]) marks.mark(row, 1 + row, 100, 1, pixels);
  let inked = 0;
  for (let y = 0; y < 60; y++) {
    for (let x = 0; x < 100; x++) {
      if (!pixels.sums[2 * (y * 100 + x)]) continue;
      inked++;
      assert.ok(x >= 9 && x <= 91 && y >= 9 && y <= 52, `ink at ${x}, ${y}`);
    }
  }
  assert.ok(inked > 500);
  for (const row of [2, 1, 0]) marks.mark(row, 1 + row, 100, -1, pixels);
  assert.ok(pixels.sums.every((sum) => sum === 0));
});

test("the pointer finds a curve between its points, and a rectangle those that cross it", () => {
  const one = { xs: Float32Array.of(0, 100), ys: Float32Array.of(0, 100) };
  assert.ok(distanceTo(one, 50, 52, 8) < 2);
  assert.equal(distanceTo({ xs: Float32Array.of(0, 10), ys: Float32Array.of(0, 0) }, 90, 0, 8), Infinity);
  assert.ok(crosses(one, [40, 60, 40, 60]));
  assert.ok(!crosses(one, [40, 60, 70, 90]));
});

// --- fetching ---------------------------------------------------------------------------------------------------------

/** A server of curves: `grow` adds a step to all. */
function server() {
  const told = { steps: 3, queries: [] };
  told.get = async (query) => {
    told.queries.push(query);
    const numbers = query.get("trials").split(",").map(Number);
    const metrics = query.getAll("metric");
    const curves = numbers.flatMap((number) => (number === 2 ? [] : ["acc", "loss"].filter((name) => metrics.includes(name)).map((name) => ({ number, metric: name, points: told.steps, of: query.has("from") ? told.steps : 10 * told.steps }))));
    const rows = curves.length * told.steps;
    const values = (name) => ({ name, values: Float64Array.from({ length: rows }, (_, i) => i % told.steps) });
    return { metrics: ["acc", "loss"], single: [], timed: false, curves, columns: [values("step"), values("value")] };
  };
  return told;
}

const settled = () => new Promise((done) => setTimeout(done));
const feedOf = (columns, options = {}) => {
  const [model, asked] = [modelOf({ s: { columns, ...options } }), server()];
  return { model, asked, feed: new CurveFeed(model, asked.get) };
};

test("curves are asked for once, in one request a study, and a trial without one is remembered as such", async () => {
  const { asked, feed } = feedOf([metric("acc", [1, 2, 3])]);
  feed.want("view", { rows: [0, 1, 2], metrics: [], x: "step", span: null });
  await settled();
  assert.deepEqual(feed.logged, ["acc", "loss"]);
  assert.deepEqual([asked.queries.length, asked.queries[0].get("trials"), asked.queries[0].getAll("metric")], [1, "0,1,2", ["acc"]]);
  assert.deepEqual([[...feed.curve(1, "acc").step], feed.curve(2, "acc"), feed.curve(0, "loss")], [[0, 1, 2], null, undefined]);
  feed.want("view", { rows: [0, 2], metrics: ["acc"], x: "step", span: null });
  feed.want("other", { rows: [0], metrics: ["acc", "loss"], x: "step", span: null });
  await settled();
  assert.deepEqual(asked.queries.slice(1).map((query) => query.get("trials")), ["0"]);
});

test("a zoom asks for detail of reduced curves only, and until it is here the whole curve stays", async () => {
  const { asked, feed } = feedOf([metric("acc", [1])]);
  feed.want("view", { rows: [0], metrics: ["acc"], x: "step", span: null });
  await settled();
  const whole = feed.curve(0, "acc");
  feed.want("view", { rows: [0], metrics: ["acc"], x: "step", span: [1, 2] });
  assert.equal(feed.curve(0, "acc", "step", [1, 2]), whole);
  await settled();
  assert.deepEqual([asked.queries[1].get("from"), asked.queries[1].get("to")], ["1", "2"]);
  assert.notEqual(feed.curve(0, "acc", "step", [1, 2]), whole);
  assert.equal(feed.curve(0, "acc"), whole);
});

test("a trial whose row changed is asked about again, and a curve that did not is kept", async () => {
  const { model, asked, feed } = feedOf([metric("acc", [1, 2])]);
  let heard = 0;
  model.on("curves", () => heard++);
  feed.want("view", { rows: [0, 1], metrics: ["acc"], x: "step", span: null });
  await settled();
  const [before, other] = [feed.curve(0, "acc"), feed.curve(1, "acc")];
  const changed = { revision: "2", reset: false, rows: 1, columns: [column("number", [0], { role: "row", kind: "int" }), column("state", ["complete"], { role: "row" }), metric("acc", [9])] };
  asked.steps = 4;
  model.update([["s", changed]]);
  await settled();
  assert.equal(asked.queries[1].get("trials"), "0");
  assert.deepEqual([feed.curve(0, "acc").step.length, feed.curve(1, "acc") === other, feed.curve(0, "acc") === before], [4, true, false]);
  assert.equal(heard, 2);
});
