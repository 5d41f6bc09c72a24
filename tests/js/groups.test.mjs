import assert from "node:assert/strict";
import { test } from "node:test";

import { bestOfRuns } from "../../assets/kit/groupbands.mjs";
import { averagedGroups, groupFigures, meanOf, spreadOf, toggleAverage } from "../../assets/kit/groups.mjs";

test("the mean of stepped lines is told where all of them are, with one standard deviation", () => {
  const mean = meanOf([[[0, 1], [2, 3], [4, 3]], [[1, 3], [3, 5]]]);
  assert.deepEqual(mean.map(({ x, mean }) => [x, mean]), [[1, 2], [2, 3], [3, 4]]);
  assert.ok(Math.abs(mean[0].high - (2 + Math.SQRT2)) < 1e-12);
  assert.equal(mean[1].low, 3);
});

test("lines that are joined straight are read between their points", () => {
  const mean = meanOf([[[0, 0], [4, 4]], [[0, 0], [2, 0], [4, 0]]], false);
  assert.deepEqual(mean.map(({ x, mean }) => [x, mean]), [[0, 0], [2, 1], [4, 2]]);
});

test("one line has no mean, and lines that never meet have none", () => {
  assert.deepEqual(meanOf([[[0, 1]]]), []);
  assert.deepEqual(meanOf([[[0, 1], [1, 1]], [[2, 1], [3, 1]]]), []);
});

test("a group is averaged on demand, with at least two of its studies shown", () => {
  const group = { id: "g", name: "seeds" };
  const studies = new Map([["a", { group }], ["b", { group }], ["c", { group: null }]]);
  const model = { settings: {}, table: { ids: ["a", "c", "b"] }, studies, set: (name, value) => (model.settings[name] = value) };
  assert.deepEqual(averagedGroups(model), []);
  toggleAverage(model, "g");
  assert.deepEqual(averagedGroups(model), [{ ...group, studies: [0, 2] }]);
  model.table.ids = ["a", "c"];
  assert.deepEqual(averagedGroups(model), []);
  toggleAverage(model, "g");
  assert.deepEqual(model.settings.averaged, []);
});

test("figures of a group are the mean over its runs with the spread between them; what is missing does not count", () => {
  assert.deepEqual(spreadOf([1, NaN, 3]), { mean: 2, spread: Math.SQRT2 });
  assert.ok(Number.isNaN(spreadOf([]).mean) && Number.isNaN(spreadOf([1]).spread));
  const group = { id: "g", name: "seeds" };
  const studies = new Map([["a", { group }], ["b", { group }]]);
  const table = { ids: ["a", "b"], columns: new Map([["loss", { values: [0.5, 0.7, 0.9] }]]) };
  const line = (total, best, mean) => ({ total, selected: total, counts: [total], best, bestSelected: -1, all: { mean, median: mean }, chosen: { mean: NaN } });
  const [{ label, figures }] = groupFigures({ settings: { averaged: ["g"] }, studies, table }, "loss", [line(2, 0, 0.6), line(4, 2, 0.8), {}]);
  assert.equal(label, "mean of 2 runs, seeds");
  assert.deepEqual(figures.map(({ mean }) => mean && Number(mean.toFixed(6))), [3, 3, 3, 0.7, NaN, 0.7, NaN, 0.7]);
});

test("of each run the best selected trial among those drawn counts", () => {
  const table = { study: [0, 0, 1, 1, 2] };
  const model = { table, mask: [1, 1, 1, 0, 1], performance: [0.5, 0.7, 0.2, 0.9, NaN], objective: { direction: "maximize" } };
  assert.deepEqual(bestOfRuns(model, [0, 1, 2], [0, 1, 2, 3, 4]), [1, 2]);
  assert.deepEqual(bestOfRuns({ ...model, objective: { direction: "minimize" } }, [0, 1], [0, 1, 2, 3]), [0, 2]);
});
