import assert from "node:assert/strict";
import { test } from "node:test";
import { Model } from "../../assets/kit/model.mjs";
import { answer, column, entry, modelOf } from "./helpers.mjs";

const acc = (values) => column("acc", values, { role: "metric" });
const plain = () => modelOf({ a: { columns: [column("lr", [1, 2, 3, 4]), acc([0.1, 0.4, 0.3, 0.2])], space: { lr: {} } } });
const selected = (model) => [...model.mask.entries()].filter(([, bit]) => bit).map(([row]) => row);
const brushed = (model) => JSON.parse(JSON.stringify(model.brushes));

test("an empty model has no rows and no objective", () => {
  const model = new Model();
  assert.deepEqual([model.table.rows, model.selected, model.objective, model.best()], [0, 0, null, -1]);
});

test("a brush selects at once and tells those who listen", () => {
  const model = plain();
  const heard = [];
  for (const event of ["brush", "commit"]) model.on(event, () => heard.push(event));
  model.brush("lr", [[2, 3]]);
  assert.deepEqual(selected(model), [1, 2]);
  assert.equal(model.selected, 2);
  model.brush("lr", [[2, 4]], false);
  assert.deepEqual(heard, ["brush", "commit", "brush"]);
});

test("undo and redo walk over brushes that came to rest, not over the steps of a drag", () => {
  const model = plain();
  for (const high of [2, 3, 4]) model.brush("lr", [[2, high]], false);
  model.rest();
  model.brush("acc", [[0.3, null]]);
  model.undo();
  assert.deepEqual(Object.keys(model.brushes), ["lr"]);
  model.undo();
  assert.deepEqual(brushed(model), {});
  model.redo();
  assert.deepEqual(model.brushes.lr.ranges, [[2, 4]]);
});

test("a brush on an unknown column is refused and changes nothing", () => {
  const model = plain();
  model.brush("lr", [[2, 3]]);
  assert.throws(() => model.brush("momentum", [[0, 1]]), /momentum/);
  assert.throws(() => model.brush("lr", [["x", 1]]), /lr/);
  assert.deepEqual(selected(model), [1, 2]);
});

test("columns may have the names of an object's own parts", () => {
  const columns = [column("constructor", [1, 2]), column("__proto__", [3, 4]), acc([0, 1])];
  const model = modelOf({ a: { columns } });
  assert.equal(model.brushes.constructor, undefined);
  model.brush("__proto__", [[4, 4]]);
  assert.deepEqual(selected(model), [1]);
  model.brush("constructor", [[1, 1]]);
  assert.deepEqual(selected(model), []);
  model.brush("__proto__", null);
  assert.deepEqual(selected(model), [0]);
});

test("a brush on a column that the shown studies lack is kept aside until they have it", () => {
  const model = modelOf({ a: { columns: [column("lr", [1, 2]), acc([0, 1])] }, b: { columns: [column("depth", [1, 2]), acc([0, 1])] } });
  model.brush("depth", [[2, 2]]);
  model.update([], ["a"]);
  assert.deepEqual([Object.keys(model.brushes), Object.keys(model.aside)], [[], ["depth"]]);
  assert.equal(model.selected, 2);
  model.update([], ["a", "b"]);
  assert.deepEqual([Object.keys(model.brushes), Object.keys(model.aside)], [["depth"], []]);
  assert.equal(model.selected, 1);
  model.update([], ["a"]);
  model.clear();
  assert.deepEqual(Object.keys(model.aside), []);
});

test("new rows fall under the brushes that stand", () => {
  const model = plain();
  model.brush("lr", [[3, null]]);
  const more = answer([column("lr", [9, 0]), acc([0.9, 0.8])], { numbers: [4, 5], reset: false, revision: "2" });
  model.update([["a", more]]);
  assert.deepEqual(selected(model), [2, 3, 4]);
});

test("best follows the direction, and leaves out rows that do not compete", () => {
  const model = modelOf({ a: { columns: [acc([0.2, 0.9, 0.7, null])], states: ["complete", "pruned", "complete", "failed"] } });
  assert.equal(model.best(), 2);
  assert.equal(model.colours[1], 0);
  model.set("objective", { metric: "acc", direction: "minimize" });
  assert.equal(model.best(), 0);
  assert.equal(model.best(Uint8Array.of(0, 1, 1, 1)), 2);
});

test("each configuration competes at its highest budget, at one budget, or at all, as the analyst says", () => {
  const final = column("final", [false, true, false, true], { role: "row" });
  const budget = column("budget", [1, 9, 1, 9], { role: "row" });
  const model = modelOf({ a: { columns: [acc([0.99, 0.5, 0.6, 0.7]), final, budget] } });
  assert.equal(model.best(), 3);
  model.set("budget", 1);
  assert.deepEqual([...model.comparable], [1, 0, 1, 0]);
  model.set("budget", "all");
  assert.equal(model.best(), 0);
});

test("colour by rank is a setting", () => {
  const model = modelOf({ a: { columns: [acc([1, 2, 1000])] } });
  assert.ok(model.colours[1] < 10);
  model.set("rank", true);
  assert.deepEqual([...model.colours], [0, 128, 255]);
});

test("a colour range set by hand goes with the objective it was set for", () => {
  const model = plain();
  model.set("range", [0.2, 0.3]);
  assert.deepEqual(model.range, [0.2, 0.3]);
  model.set("objective", { metric: "acc", direction: "minimize" });
  assert.deepEqual(model.range, [0.4, 0.1]);
});

test("the colour range is frozen while a study runs until asked", () => {
  const values = Array.from({ length: 40 }, (_, i) => i);
  const model = modelOf({ a: { columns: [acc(values)], state: "running" } });
  const before = model.range;
  model.update([["a", answer([acc([100])], { numbers: [40], reset: false })]]);
  assert.deepEqual(model.range, before);
  model.updateRange();
  assert.equal(model.range[1], 100);
});

test("focus is kept by trial when rows come and studies go", () => {
  const model = modelOf({ a: { columns: [acc([0, 1])] }, b: { columns: [acc([0, 1])] } });
  model.setFocus(3);
  assert.deepEqual(model.focus, { study: "b", number: 1 });
  model.update([], ["b"]);
  assert.equal(model.focusRow, 1);
  model.update([], ["a"]);
  assert.equal(model.focusRow, -1);
  model.setFocus(-1);
  assert.equal(model.focus, null);
});

test("a row under the pointer comes before the one last clicked", () => {
  const model = plain();
  model.setFocus(1);
  model.setHover(3);
  assert.equal(model.focusRow, 3);
  model.setHover(-1);
  assert.equal(model.focusRow, 1);
});

test("pins are numbered in their order, and a pin again takes it away", () => {
  const model = plain();
  for (const row of [3, 1, 0]) model.togglePin(row);
  assert.deepEqual(model.pinnedRows, [{ row: 3, label: "1" }, { row: 1, label: "2" }, { row: 0, label: "3" }]);
  model.togglePin(1);
  assert.deepEqual(model.pinnedRows, [{ row: 3, label: "1" }, { row: 0, label: "2" }]);
});

test("a study that disappears is no longer shown", () => {
  const model = modelOf({ a: { columns: [acc([0])] }, b: { columns: [acc([1])] } });
  model.setStudies([entry("b")]);
  model.update([]);
  assert.deepEqual(model.shown, ["b"]);
  assert.equal(model.table.rows, 1);
});

test("a state from a link applies as far as the data goes, and says what it lacks", () => {
  const model = plain();
  const brushes = { lr: { ranges: [[2, 3]], values: [], missing: false }, gone: { ranges: [[0, 1]], values: [], missing: false } };
  const sentences = model.restore({ brushes, pins: [{ study: "a", number: 0 }], settings: { rank: true } });
  assert.equal(sentences.length, 1);
  assert.match(sentences[0], /'gone'/);
  assert.deepEqual(selected(model), [1, 2]);
  assert.deepEqual(model.pinnedRows, [{ row: 0, label: "1" }]);
  assert.equal(model.settings.rank, true);
  model.undo();
  assert.deepEqual(selected(model), [1, 2]);
});
