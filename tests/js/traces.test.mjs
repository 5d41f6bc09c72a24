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
const { slotOffsets } = await import(`${kit}/bands.mjs`);
const { budgetsOf, levelsOf } = await import(`${kit}/bestsofar.mjs`);
const { changes, descent, Lineage } = await import(`${kit}/lineage.mjs`);
const { captionOf, panelsOf, PanelScale } = await import(`${kit}/panels.mjs`);
const { directionOf } = await import(`${kit}/trackbrush.mjs`);
const { TrackMarks } = await import(`${kit}/trackmarks.mjs`);
const { ALONG, decodeTrace, Tracks } = await import(`${kit}/tracks.mjs`);
const { panned, zoomed } = await import(`${kit}/zoom.mjs`);

const [LAST, STOPPED, MUTATION] = [1, 2, 4];

/** A decoded trace of evaluations [number, x, source, flags, value]. */
function traceOf(evaluations, { axis = "generation", boundaries = [], unit = "" } = {}) {
  const at = (i) => evaluations.map((evaluation) => evaluation[i] ?? NaN);
  const own = Object.fromEntries(["step", "time", "seconds", "steps"].map((name) => [name, Float32Array.from(at(1), (x) => x + 1)]));
  return { ...own, number: Int32Array.from(at(0)), x: Float32Array.from(at(1)), source: Int32Array.from(at(2)), flags: Uint8Array.from(at(3)), value: Float64Array.from(at(4)), axis, boundaries, unit };
}

/** A population: 0 goes on as 2 and begets 3, from which 4 and 5 follow; 1 is replaced. */
const FAMILY = [[0, 0, -1, 0, 0.5], [1, 0, -1, LAST | STOPPED, 0.1], [2, 1, 0, LAST | STOPPED, 0.6], [3, 1, 0, MUTATION, 0.8], [4, 2, 3, MUTATION | LAST, 0.7], [5, 2, 3, LAST, 0.9]];

function family(evaluations = FAMILY, options = {}) {
  const numbers = [...new Set(evaluations.map(([number]) => number))];
  const lr = column("lr", numbers.map((number) => [0.1, 0.9, 0.1, 0.2, 0.4, 0.2][number]));
  const acc = column("acc", numbers.map((number) => evaluations.findLast((e) => e[0] === number)[4]), { role: "metric" });
  const model = modelOf({ a: { columns: [lr, acc], numbers, space: { lr: {} } } });
  const tracks = new Tracks(model.table, new Map([["a", traceOf(evaluations, options)]]));
  model.traces = { tracks, lineage: new Lineage(tracks), loading: false, colours: tracks.colours(model) };
  return model;
}

test("an answer of the server is read with arrays of their own types, constants and padding", () => {
  const text = JSON.stringify({ revision: "r", arrays: [{ name: "number", type: "<i4", length: 3 }, { name: "x", type: "<f4", length: 3, constant: null }, { name: "value", type: "<f8", length: 3 }] });
  const head = text.padEnd(text.length + ((8 - ((text.length + 4) % 8)) % 8));
  const buffer = new ArrayBuffer(4 + head.length + 16 + 24);
  new DataView(buffer).setUint32(0, head.length, true);
  new Uint8Array(buffer, 4).set(new TextEncoder().encode(head));
  new Int32Array(buffer, 4 + head.length, 3).set([7, 8, 9]);
  new Float64Array(buffer, 4 + head.length + 16, 3).set([0.5, NaN, 2]);
  const trace = decodeTrace(buffer);
  assert.deepEqual([...trace.number], [7, 8, 9]);
  assert.deepEqual([...trace.value], [0.5, NaN, 2]);
  assert.ok(trace.x.every(Number.isNaN));
});

test("evaluations belong to the rows of the table, whatever the order of both", () => {
  const model = modelOf({ a: { columns: [column("acc", [1, 2, 3], { role: "metric" })], numbers: [30, 10, 20] } });
  const tracks = new Tracks(model.table, new Map([["a", traceOf([[10, 0, -1, 0], [10, 1, 0, LAST], [20, 0, -1, LAST], [99, 5, 1, LAST]])]]));
  assert.deepEqual([...tracks.row], [1, 1, 2, -1]);
  assert.deepEqual([0, 1, 2].map((row) => [...tracks.of(row)]), [[], [0, 1], [2]]);
  assert.equal(tracks.source[3], -1);
});

test("a survivor is one chain, a mutation begins another", () => {
  assert.deepEqual([...family().traces.tracks.chain], [0, 1, 0, 3, 4, 3]);
});

test("the colour of an evaluation is that of its own value, in the range that the legend has", () => {
  const model = family([[0, 0, -1, 0, 0.2], [0, 1, 0, LAST, 1], [1, 0, -1, LAST, 0.2]]);
  const [first, last, other] = model.traces.tracks.colours({ settings: model.settings, objective: model.objective, range: [0.2, 1] });
  assert.deepEqual([first, last, other], [0, 255, 0]);
});

// --- lineage --------------------------------------------------------------------------------------------------------

test("the lineage of a trial is its ancestors and its descendants, not its siblings", () => {
  const { lineage } = family().traces;
  assert.deepEqual(lineage.ancestors(4), [3, 0]);
  assert.deepEqual(lineage.descendants(0).sort(), [2, 3, 4, 5]);
  assert.deepEqual(lineage.kin(3).sort(), [0, 4, 5]);
  assert.deepEqual(lineage.kin(1), []);
});

test("a tooltip tells what changed at each mutation, the latest first, and how large the lineage is", () => {
  const model = family();
  assert.deepEqual(changes(model, 0, 3), ["lr 0.1 → 0.2"]);
  assert.deepEqual(descent(model, model.traces.lineage, 4), ["trial 4 ← 3: lr 0.2 → 0.4", "trial 3 ← 0: lr 0.1 → 0.2", "2 before it, 0 after it in its lineage"]);
  assert.deepEqual(descent(model, model.traces.lineage, 1), []);
});

test("a lineage that runs in a circle ends", () => {
  const model = family([[0, 0, 1, 0, 0.1], [1, 1, 0, LAST, 0.2]]);
  assert.deepEqual(model.traces.lineage.kin(0), [1]);
});

// --- marks ----------------------------------------------------------------------------------------------------------

test("marks taken away leave nothing, whatever lines and dots lay over each other", () => {
  const { tracks, colours } = family().traces;
  const xs = Float32Array.from([20, 20, 90, 90, 160, 160]);
  const ys = Float32Array.from([10, 40, 10, 25, 48, 25.5]);
  for (const dpr of [1, 1.5, 2]) {
    const canvas = { dpr, width: 180, height: 50 };
    const marks = new TrackMarks(tracks, xs, ys, colours, canvas, { radius: 3, most: 8, links: true, spans: [[15, 150]] });
    const accumulator = new Accumulator(Math.round(180 * dpr), Math.round(50 * dpr));
    const put = (rows, sign) => rows.forEach((row) => marks.mark(row, 1, 0, sign, accumulator));
    put([0, 1, 2, 3, 4, 5], 1);
    const alone = new Accumulator(accumulator.width, accumulator.height);
    assert.ok(accumulator.sums.some((sum) => sum > 0));
    put([4, 1, 3], -1);
    for (const row of [0, 2, 5]) marks.mark(row, 1, 0, 1, alone);
    assert.deepEqual(accumulator.sums, alone.sums);
    put([0, 5, 2], -1);
    assert.ok(accumulator.sums.every((sum) => sum === 0));
  }
});

test("a mark that the zoom has moved out of the plot is not drawn, a line into the plot ends at its border", () => {
  const { tracks, colours } = family([[0, 0, -1, 0, 0.5], [0, 1, 0, LAST, 0.9]]).traces;
  const marks = new TrackMarks(tracks, Float32Array.of(-400, 60), Float32Array.of(20, 20), colours, { dpr: 1, width: 100, height: 40 }, { radius: 3, most: 1, links: true, spans: [[30, 90]] });
  const accumulator = new Accumulator(100, 40);
  marks.mark(0, 1, 0, 1, accumulator);
  const columns = new Set([...accumulator.sums.keys()].filter((i) => i % 2 === 0 && accumulator.sums[i]).map((i) => (i / 2) % 100));
  assert.ok(Math.min(...columns) >= 30);
  assert.ok(columns.has(31) || columns.has(33));
});

test("points of a category that share a column or are neighbours stand at different heights, the same every time", () => {
  const chains = [0, 1, 2, 3].map((key) => ({ key, category: 0, from: 10, to: 10 })).concat([{ key: 9, category: 0, from: 200, to: 260 }]);
  const offsets = slotOffsets(chains, 40, 6);
  const heights = [0, 1, 2, 3].map((key) => offsets.get(key)).sort((a, b) => a - b);
  heights.slice(1).forEach((height, i) => assert.ok(height - heights[i] >= 6));
  assert.ok(heights[3] - heights[0] <= 40);
  assert.ok(offsets.get(9) === 0);
  const again = slotOffsets([...chains].reverse(), 40, 6);
  assert.ok(chains.every(({ key }) => again.get(key) === offsets.get(key)));
});

test("more points than a band has room for move closer together and stay inside it", () => {
  const crowd = Array.from({ length: 200 }, (_, key) => ({ key, category: 1, from: 5, to: 5 }));
  for (const offset of slotOffsets(crowd, 14, 6).values()) assert.ok(Math.abs(offset) <= 7);
});

// --- axes -----------------------------------------------------------------------------------------------------------

test("a zoom keeps the place under the pointer, a pan the width, and none leaves the search", () => {
  const [from, to] = zoomed([0, 1], 2, 0.25);
  assert.ok(Math.abs(from + 0.25 * (to - from) - 0.25) < 1e-12);
  assert.equal(to - from, 0.5);
  assert.deepEqual(zoomed([0.2, 0.4], 1e-9, 0.5), [0, 1]);
  assert.deepEqual(panned([0.5, 1], 0.4), [0.5, 1]);
  assert.deepEqual(panned([0.5, 1], -9), [0, 0.5]);
});

test("a zoomed axis puts the window's ends at the ends of the plot", () => {
  const scale = new PanelScale(0, 100, 50, 250, [0.25, 0.5]);
  assert.deepEqual([scale.toValue(50), scale.toValue(250)], [25, 50]);
  assert.equal(scale.toPixel(25), 50);
  assert.equal(scale.clip(0, 40), null);
  assert.deepEqual(scale.clip(0, 100), [50, 100]);
});

test("x is the iteration, wall time or compute, and what is unknown is not offered", () => {
  const model = family();
  const { tracks } = model.traces;
  assert.deepEqual(tracks.choices(), Object.keys(ALONG));
  tracks.traces[0].time.fill(NaN);
  assert.ok(!tracks.choices().includes("time"));
  model.settings.trace = { x: "time" };
  assert.equal(panelsOf(model, 800)[0].along, "iteration");
  assert.equal(panelsOf(model, 800)[0].column, "generation");
});

test("a caption names the settings first that differ between studies of one algorithm", () => {
  const model = modelOf({ a: { columns: [column("acc", [1], { role: "metric" })] }, b: { columns: [column("acc", [1], { role: "metric" })] } });
  Object.assign(model.studies.get("a"), { algorithm: "pbt", settings: { population: 8, interval: 1 } });
  Object.assign(model.studies.get("b"), { algorithm: "pbt", settings: { population: 8, interval: 5 } });
  assert.equal(captionOf(model, 1), "study b · pbt · interval 5, population 8");
});

test("a drag up or down brushes values, along x the search, across both a region", () => {
  assert.equal(directionOf(3, 40), "values");
  assert.equal(directionOf(-40, 3), "along");
  assert.equal(directionOf(40, -40), "region");
});

// --- best so far ----------------------------------------------------------------------------------------------------

test("the best so far rises with each better value, in either direction, of those that take part", () => {
  const values = [3, 1, 2, 5, 4];
  const rows = (direction, keep) => levelsOf(values, [1, 2, 4, 0, 3], () => 0, direction, keep).map(({ e }) => e);
  assert.deepEqual(rows("maximize"), [1, 2, 4, 3]);
  assert.deepEqual(rows("minimize"), [1]);
  assert.deepEqual(rows("maximize", (e) => e !== 4), [1, 2, 0, 3]);
});

test("over rungs the best is that at the rung's own budget, also of the bracket before", () => {
  const [values, budgets] = [[5, 9, 4, 8], [1, 3, 1, 3]];
  const levels = levelsOf(values, [0, 1, 2, 3], (e) => budgets[e], "maximize");
  assert.deepEqual(levels.map(({ from, e, budget }) => [from, e, budget]), [[0, 0, 1], [1, 1, 3], [2, 0, 1], [3, 1, 3]]);
});

test("in a rung where nobody takes part there is no best", () => {
  const levels = levelsOf([5, 9], [0, 1], (e) => [1, 3][e], "maximize", (e) => e === 0);
  assert.deepEqual(levels.map(({ e }) => e), [0, -1]);
});

test("evaluations compete at equal budgets: at their rung's, over other axes only finished ones, or at the one chosen", () => {
  const rungs = [[0, 0, -1, 0, 0.2], [0, 2, 0, LAST, 0.9], [1, 1, -1, LAST | STOPPED, 0.4]];
  const model = family(rungs, { axis: "rung" });
  model.traces.tracks.step.set([1, 3, 1]);
  const budgets = (along) => [...budgetsOf(model, { s: 0, along, trace: model.traces.tracks.traces[0] })];
  assert.deepEqual(budgets("iteration"), [1, 3, 1]);
  model.comparable.set([1, 0]);
  assert.deepEqual(budgets("time"), [NaN, 0, NaN]);
  model.settings.budget = 1;
  assert.deepEqual(budgets("time"), [1, NaN, 1]);
});

test("all members of a population compete", () => {
  const model = family();
  assert.deepEqual([...budgetsOf(model, { s: 0, along: "iteration", trace: model.traces.tracks.traces[0] })], [0, 0, 0, 0, 0, 0]);
});
