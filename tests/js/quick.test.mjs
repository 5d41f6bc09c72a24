import assert from "node:assert/strict";
import { test } from "node:test";
import { chipsOf, NEW } from "../../assets/kit/chiplist.mjs";
import { around, budgets, ranked, trialsOf } from "../../assets/kit/quick.mjs";
import { BrushError } from "../../assets/kit/selection.mjs";
import { column, modelOf } from "./helpers.mjs";

const acc = (values) => column("acc", values, { role: "metric" });
const SPACE = { lr: { low: 1e-4, high: 1, log: true }, layers: { low: 1, high: 9 }, opt: { choices: ["a", "b"] }, beta: {}, fixed: {} };
const columns = [
  column("lr", [1e-2, 1e-4, 1, 0.1]), column("layers", [5, 1, 9, 2], { kind: "int" }), column("opt", ["a", "b", "a", "b"]),
  column("beta", [0.5, null, 0.7, null]), column("fixed", [3, 3, 3, 3]), acc([0.1, 0.4, 0.3, 0.2]),
];
const model = () => modelOf({ aaaa: { columns, space: SPACE, states: ["complete", "pruned", "complete", "complete"] } });

test("the best trials come first, among those that compete and the other brushes select", () => {
  const given = model();
  assert.deepEqual(ranked(given), [2, 3, 0]);
  given.brush("lr", [[null, 0.1]]);
  given.brush("$trials", { aaaa: [0] });
  assert.deepEqual(ranked(given), [3, 0]);
  given.set("objective", { metric: "acc", direction: "minimize" });
  assert.deepEqual(ranked(given), [0, 3]);
});

test("trials are brushed by study and number", () => {
  const two = modelOf({ a: { columns: [acc([1, 2])] }, b: { columns: [acc([3])], numbers: [7] } });
  assert.deepEqual(trialsOf(two, [2, 0]), { a: [0], b: [7] });
});

test("around a trial lies a tenth of each axis to both sides, and its categories", () => {
  const brushes = around(model(), 0);
  assert.deepEqual(brushes.lr.ranges, [[0.00398, 0.0251]]);
  assert.deepEqual(brushes.layers.ranges, [[5, 5]]);
  assert.deepEqual(brushes.opt, { values: ["a"] });
  assert.deepEqual(brushes.beta.ranges, [[0.5, 0.52]]);
  assert.ok(!("fixed" in brushes) && !("acc" in brushes));
});

test("around a trial at the end of an axis stays within it, and inactive stays inactive", () => {
  const brushes = around(model(), 1);
  assert.equal(brushes.lr.ranges[0][0], 1e-4);
  assert.deepEqual(brushes.beta, { missing: true });
});

test("every trial lies in what is around it", () => {
  for (const row of [0, 1, 2, 3]) {
    const given = model();
    given.setBrushes(around(given, row));
    assert.equal(given.mask[row], 1);
  }
});

test("budgets are offered where there are several", () => {
  const at = (values) => modelOf({ a: { columns: [acc(values.map(() => 1)), column("budget", values, { role: "row" })] } }).table;
  assert.deepEqual(budgets(at([9, 1, 9, 3])), [1, 3, 9]);
  assert.deepEqual(budgets(at([9, 9])), []);
  assert.deepEqual(budgets(at([null, null])), []);
});

test("a chip says its brush, takes another one, and takes it away", () => {
  const given = model();
  given.brush("lr", [[1e-3, null]]);
  const [chip] = chipsOf(given);
  assert.deepEqual([chip.label, chip.text, chip.exact()], ["lr", "≥ 1e-3", "≥ 0.001"]);
  chip.edit("≤ 0.1");
  assert.deepEqual(given.brushes.lr.ranges, [[null, 0.1]]);
  assert.throws(() => chip.edit("fast"), BrushError);
  assert.deepEqual(given.brushes.lr.ranges, [[null, 0.1]]);
  chip.edit("");
  assert.equal(chipsOf(given).length, 0);
});

test("each rectangle has a chip, and removing one leaves the others", () => {
  const given = model();
  const box = [0, 1, 0, 1];
  given.brush("$regions", [{ x: "lr", y: "acc", box }, { x: "layers", y: "acc", box }]);
  assert.deepEqual(chipsOf(given).map((chip) => chip.label), ["lr × acc", "layers × acc"]);
  chipsOf(given)[0].remove();
  assert.deepEqual(chipsOf(given).map((chip) => chip.label), ["layers × acc"]);
  chipsOf(given)[0].edit("1 … 2 × ≥ 0.3");
  assert.deepEqual(given.brushes.$regions[0].box, [1, 2, 0.3, Infinity]);
  chipsOf(given)[0].remove();
  assert.deepEqual(Object.keys(given.brushes), []);
});

test("a brush on a column that the shown studies lack has a chip that says so and can be removed", () => {
  const given = modelOf({ a: { columns: [acc([1])] }, b: { columns: [acc([1]), column("depth", [1])] } });
  given.brush("depth", [[1, 1]]);
  given.update([], ["a"]);
  const [chip] = chipsOf(given);
  assert.equal(chip.text, "not in the shown studies");
  chip.remove();
  given.update([], ["a", "b"]);
  assert.equal(chipsOf(given).length, 0);
});

test("a column without a brush can get one by typing", () => {
  const given = model();
  const chip = chipsOf(given, "opt").at(-1);
  assert.equal(chip.key, `${NEW}opt`);
  chip.edit("b");
  assert.equal(given.selected, 2);
});

test("a category that only the brush knows can be typed again", () => {
  const given = model();
  given.brush("opt", ["lion"]);
  const [chip] = chipsOf(given);
  chip.edit(`${chip.exact()}, a`);
  assert.deepEqual(given.brushes.opt.values, ["lion", "a"]);
});
