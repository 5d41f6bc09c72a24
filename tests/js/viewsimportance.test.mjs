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
const { foldable, roomy } = await import(`${kit}/axes.mjs`);
const { boxContent, foldedText, fullShare } = await import(`${kit}/axisboxes.mjs`);
const { byImportance } = await import(`${kit}/axisorder.mjs`);
const { curveRuns } = await import(`${kit}/curve.mjs`);
const { evidenceRows } = await import(`${kit}/evidence.mjs`);
const { gutterNames, gutterTarget } = await import(`${kit}/gutter.mjs`);
const { cellAt, surfaceRange } = await import(`${kit}/heat.mjs`);
const { cellsOf, effectiveSpans, effectiveText, expectedRange, isEffective, placeIn, placesOf, toggleEffective } = await import(`${kit}/marginals.mjs`);
const { HaloDots, lanePositions } = await import(`${kit}/points.mjs`);
const { Lines } = await import(`${kit}/rowmarks.mjs`);
const { formatNumber, scaleOf } = await import(`${kit}/scale.mjs`);
const { percent, shareText } = await import(`${kit}/shares.mjs`);

const effective = (brush) => ({ ranges: [], values: [], missing: false, threshold: 0.8, ...brush, brush: { ranges: [], values: [], missing: false, ...brush } });
const rate = {
  name: "rate", kind: "float", inactive: true, grid: [2, 20, 200, null], low: [1, 10, 100, null], high: [10, 100, 1000, null],
  mean: [0.2, 0.8, 0.9, 0.4], std: [0.1, 0.1, 0.1, 0.2], support: [5, 3, 0, 7], effective: effective({ ranges: [[10, 1000]] }),
};
const logScale = scaleOf({ low: 1, high: 1000, log: true, format: formatNumber }, 300, 0);
const levels = ["a", true, "b"];
const kinds = {
  name: "kind", kind: "category", inactive: false, grid: ["b", "a", true], low: [null, null, null], high: [null, null, null],
  mean: [0.5, 0.7, 0.6], std: [0, 0, 0], support: [1, 1, 1], effective: effective({ values: ["a"] }),
};
const bandScale = scaleOf({ order: [2, 0, 1], labels: ["a", "true", "b"] }, 0, 90);

// --- shares and boxes -----------------------------------------------------------------------------------------------

test("a share is a percentage with sensible digits, its uncertainty half the interval", () => {
  assert.deepEqual([0.623, 0.004, 0.0001, 0, 1].map(percent), ["62 %", "0.4 %", "< 0.1 %", "0 %", "100 %"]);
  assert.equal(shareText([0.62, 0.58, 0.66]), "62 ± 4 %");
  assert.equal(shareText([0.0424, 0.04, 0.046]), "4.2 ± 0.3 %");
  assert.equal(shareText([0.003, 0.0029, 0.0031]), "0.3 ± 0.0 %");
  assert.equal(shareText([0.0001, 0.0001, 0.0001]), "< 0.1 %");
  assert.equal(shareText([0.62, null, null]), "62 %");
});

test("a box says its importance, that within the brush, or why there is none", () => {
  const whole = { single: { lr: [0.6, 0.5, 0.7] } };
  const ready = { state: "ready", metric: "acc", whole, within: null, refused: null };
  assert.equal(boxContent(ready, "lr").words, "importance for acc: 60 ± 10 %");
  const within = { single: { lr: [0.2, null, null] } };
  assert.equal(boxContent({ ...ready, within }, "lr").words, "importance for acc: 60 ± 10 %; within the brush 20 %");
  assert.deepEqual(boxContent({ ...ready, within }, "lr").within, [0.2, null, null]);
  assert.match(boxContent({ ...ready, within: { refused: "too few: 3 rows" } }, "lr").words, /within the brush: too few: 3 rows$/);
  const refused = { state: "refused", whole: null, within: null, refused: { refused: "'acc' is constant" } };
  assert.deepEqual(boxContent(refused, "lr"), { share: null, within: null, words: "'acc' is constant" });
  assert.equal(fullShare({ whole, within }), 0.7);
});

test("axes are ordered by the whole study, equal ones as the space has them", () => {
  assert.deepEqual(byImportance({ a: [0.5, null, null], b: [0.1, null, null], c: [0.1, null, null] }), ["b", "c", "a"]);
});

test("what folds says how much it explains together, and can be unfolded", () => {
  const names = Array.from({ length: 12 }, (_, i) => `p${i}`);
  const columns = [...names.map((name) => column(name, [1, 2])), column("acc", [0, 1], { role: "metric" })];
  const model = modelOf({ a: { columns, space: Object.fromEntries(names.map((name) => [name, {}])) } });
  model.axisRanking = [...names].reverse();
  assert.deepEqual(foldable(model), { names: ["p11", "p10"], open: false });
  const single = Object.fromEntries(names.map((name) => [name, [0.01, null, null]]));
  assert.deepEqual(foldedText(foldable(model).names, { whole: { single } }), ["2 more", "together 2 %"]);
  assert.deepEqual(foldedText(["p11"], { whole: null }), ["1 more"]);
  model.set("unfold", true);
  assert.deepEqual(foldable(model), { names: ["p11", "p10"], open: true });
  model.set("hidden", ["p11", "p10"]);
  assert.equal(foldable(model), null);
});

// --- marginals ------------------------------------------------------------------------------------------------------

test("cells lie on a log axis where their values do, inactive in its lane", () => {
  const cells = cellsOf(rate, logScale, [], [310, 320]);
  assert.deepEqual(cells.map(({ from, to }) => [Math.round(from), Math.round(to)]), [[300, 200], [200, 100], [100, 0], [310, 320]]);
  assert.deepEqual(cells.map(({ effective: e }) => e), [false, true, true, false]);
  assert.deepEqual([cells[1].words, cells[3].words, cells[3].inactive], ["10 … 100", "inactive", true]);
  assert.equal(cellsOf(rate, logScale, []).length, 3);
});

test("cells of categories take the bands of their levels, whatever order they come in", () => {
  const cells = cellsOf(kinds, bandScale, levels);
  assert.deepEqual(cells.map(({ words, from, to }) => [words, from, to]), [["b", 0, 30], ["a", 30, 60], ["true", 60, 90]]);
  assert.deepEqual(effectiveSpans(cells), [[30, 60]]);
});

test("the first and the last whole number have as much room as the others", () => {
  const depth = { ...rate, inactive: false, grid: [1, 2, 3], low: [0.5, 1.5, 2.5], high: [1.5, 2.5, 3.5], mean: [1, 2, 3] };
  const axis = { low: 1, high: 3, integer: true, log: false, format: String };
  const widths = cellsOf(depth, scaleOf(roomy(axis), 0, 90), []).map(({ from, to }) => to - from);
  assert.deepEqual(widths, [30, 30, 30]);
  assert.equal(roomy({ ...axis, log: true }).low, 1);
});

test("the effective range joins neighbours and keeps several stretches apart", () => {
  const spans = (ranges) => effectiveSpans(cellsOf({ ...rate, effective: effective({ ranges }) }, logScale, [])).map((span) => span.map(Math.round));
  assert.deepEqual(spans([[10, 1000]]), [[0, 200]]);
  assert.deepEqual(spans([[1, 10], [100, 1000]]), [[0, 100], [200, 300]]);
  assert.deepEqual(effectiveSpans(cellsOf({ ...rate, effective: null }, logScale, [])), []);
});

test("an effective range in words names open ends, categories and inactive", () => {
  assert.equal(effectiveText({ effective: effective({ ranges: [[1e-4, 1e-3], [0.1, null]] }) }), "1e-4 … 1e-3 or 0.1 … ∞");
  assert.equal(effectiveText({ effective: effective({ values: ["a", null], missing: true }) }), "a, None or inactive");
  assert.equal(effectiveText({ effective: effective({}) }), "none");
});

test("one click makes the effective range a brush, the next takes it away", () => {
  const model = modelOf({ a: { columns: [column("rate", [1, 500]), column("acc", [0, 1], { role: "metric" })], space: { rate: {} } } });
  toggleEffective(model, "rate", rate);
  assert.deepEqual(model.brushes.rate.ranges, [[10, 1000]]);
  assert.ok(isEffective("rate", model.brushes.rate, rate));
  toggleEffective(model, "rate", rate);
  assert.equal(model.brushes.rate, undefined);
  assert.ok(!isEffective("rate", undefined, rate));
});

test("bars share one scale, better is longer in both directions", () => {
  assert.deepEqual(expectedRange([rate, kinds], "maximize"), [0.2, 0.9]);
  assert.deepEqual(expectedRange([rate, kinds], "minimize"), [0.9, 0.2]);
  assert.equal(expectedRange([{ mean: [null] }], "maximize"), null);
  assert.deepEqual([0.2, 0.9, 2].map((v) => placeIn([0.9, 0.2], v)), [1, 0, 0]);
});

test("a curve runs through many cells to the ends of the axis, in steps through few", () => {
  const many = { from: 0, to: 0, at: 0, mean: 1, std: 0, inactive: false };
  const cells = Array.from({ length: 20 }, (_, i) => ({ ...many, from: 10 * i, to: 10 * i + 10, at: 10 * i + 5 }));
  const [run] = curveRuns(cells, false);
  assert.deepEqual([run.length, run[0].x, run.at(-1).x], [22, 0, 200]);
  assert.equal(curveRuns(cells, true).length, 20);
  assert.equal(curveRuns(cellsOf(rate, logScale, [], [310, 320]), false).length, 4);
  assert.deepEqual(curveRuns([{ ...many, mean: NaN }], false), []);
});

// --- gutters --------------------------------------------------------------------------------------------------------

test("only what is active and has a marginal gets a gutter", () => {
  const settings = { active: ["rate", "other"] };
  assert.deepEqual(gutterNames({ settings, importance: { state: "loading", whole: null } }), ["rate", "other"]);
  assert.deepEqual(gutterNames({ settings, importance: { state: "ready", whole: { marginals: { rate } } } }), ["rate"]);
  assert.deepEqual(gutterNames({ settings, importance: { state: "refused", whole: null } }), []);
});

test("in a gutter the bracket brushes on a click, the bars tell what is expected", () => {
  const model = modelOf({ a: { columns: [column("rate", [1, 500]), column("acc", [0, 1], { role: "metric" })], space: { rate: {} } } });
  const gutter = { name: "rate", marginal: rate, metric: "acc", cells: cellsOf(rate, logScale, []) };
  const bars = gutterTarget(model, gutter, { cursor: "crosshair" }, 20, 150);
  assert.equal(bars.hint, "rate 10 … 100: acc 0.8 ± 0.1 expected, 3 trials near");
  assert.equal(bars.click, undefined);
  assert.match(gutterTarget(model, gutter, {}, 20, 50).hint, /no trial near/);
  const bracket = gutterTarget(model, gutter, { cursor: "crosshair" }, 50, 150);
  assert.match(bracket.hint, /effective range of rate: 10 … 1000; click to brush it/);
  bracket.click();
  assert.deepEqual(model.brushes.rate.ranges, [[10, 1000]]);
});

test("lines stop at a gutter and go on behind it", () => {
  const accumulator = new Accumulator(60, 10);
  new Lines([5, 30, 55], [[4], [4], [4]], 1, [5, 40, 55]).mark(0, 1, 255, 1, accumulator);
  const painted = (x) => accumulator.sums[2 * (4 * 60 + x)] > 0;
  assert.deepEqual([10, 29, 31, 39, 41, 54].map(painted), [true, true, false, false, true, true]);
});

// --- surfaces -------------------------------------------------------------------------------------------------------

test("a surface's colours span what trials support", () => {
  const mean = [[0.1, 0.5], [0.7, null]];
  assert.deepEqual(surfaceRange({ mean, support: [[0, 2], [1, 0]] }, "maximize"), [0.5, 0.7]);
  assert.deepEqual(surfaceRange({ mean, support: [[0, 2], [1, 0]] }, "minimize"), [0.7, 0.5]);
  assert.deepEqual(surfaceRange({ mean, support: [[0, 0], [0, 0]] }, "maximize"), [0.1, 0.7]);
  assert.equal(surfaceRange({ mean: [[null]], support: [[0]] }, "maximize"), null);
});

test("the cell under the pointer is found on axes that run either way", () => {
  const xs = placesOf(kinds, bandScale, levels);
  const ys = placesOf(rate, logScale, [], [310, 320]);
  assert.deepEqual(cellAt(xs, ys, 45, 250), [1, 0]);
  assert.deepEqual(cellAt(xs, ys, 45, 315), [1, 3]);
  assert.equal(cellAt(xs, ys, 200, 250), null);
});

test("behind an importance stand the comparable trials of its study, inactive ones in a lane", () => {
  const columns = [column("x", [1, null, 3]), column("acc", [0, 1, 2], { role: "metric" })];
  const model = modelOf({ a: { columns, space: { x: {} }, states: ["complete", "complete", "failed"] }, b: { columns, space: { x: {} } } });
  model.importance = { ...model.importance, study: "a" };
  const counts = evidenceRows(model);
  assert.deepEqual([...counts], [1, 1, 0, 0, 0, 0]);
  model.importance = { ...model.importance, study: "b" };
  assert.deepEqual([...evidenceRows(model)], [0, 0, 0, 1, 1, 1]);
  const at = lanePositions(scaleOf(model.axis("x"), 0, 100), model.table.columns.get("x").values, 0, [110, 130], counts);
  assert.equal(at[0], 0);
  assert.ok(at[1] > 110 && at[1] < 130);
  assert.ok([...at.slice(2)].every(Number.isNaN));
});

test("a dot on a coloured ground has a border in the layer under it, and both go away again", () => {
  const [grey, coloured] = [new Accumulator(40, 40), new Accumulator(40, 40)];
  const canvas = { dpr: 1, width: 40, height: 40 };
  const dots = new HaloDots(Float32Array.of(20, NaN), Float32Array.of(20, 20), Uint8Array.of(1, 1), canvas, 2, () => grey);
  for (const layer of [grey, coloured]) for (const row of [0, 1]) dots.mark(row, 8, 200, 1, layer);
  const count = ({ sums }) => sums.filter((value, i) => i % 2 === 0 && value > 0).length;
  assert.ok(count(grey) > count(coloured) && count(coloured) > 0);
  for (const layer of [grey, coloured]) dots.mark(0, 8, 200, -1, layer);
  assert.deepEqual([grey, coloured].map(count), [0, 0]);
});
