import assert from "node:assert/strict";
import { test } from "node:test";
import { column, modelOf } from "./helpers.mjs";

const kit = "../../assets/kit";
const { bestFew, constrained, costOf, feasibility } = await import(`${kit}/feasible.mjs`);
const { figures, median, summary } = await import(`${kit}/figures.mjs`);
const { parseConstraint } = await import(`${kit}/constrainttext.mjs`);
const { readPoint } = await import(`${kit}/frontcard.mjs`);
const { unitOf, withoutUnits } = await import(`${kit}/units.mjs`);

const metric = (name, values) => column(name, values, { role: "metric" });
const metrics = [{ name: "acc", direction: "maximize", objective: true }, { name: "size", direction: "minimize" }, { name: "ms", direction: null }];

// --- what a constraint costs ----------------------------------------------------------------------------------------

/** The middle 95 % of the cost over all n^n resamples, each as likely, of those with a feasible row. */
function byEnumeration(values, without, feasible, n) {
  const found = [];
  let none = 0;
  for (let code = 0; code < n ** n; code++) {
    const drawn = new Set(Array.from({ length: n }, (_, k) => Math.floor(code / n ** k) % n));
    const best = (rows) => Math.max(...rows.filter((row) => drawn.has(row)).map((row) => values[row]));
    if (feasible.some((row) => drawn.has(row))) found.push(best(without) - best(feasible));
    else none++;
  }
  found.sort((a, b) => a - b);
  const at = (share) => found[Math.ceil(share * found.length - 1e-9) - 1];
  return { cost: Math.max(...without.map((row) => values[row])) - Math.max(...feasible.map((row) => values[row])), low: at(0.025), high: at(0.975), none: none / n ** n };
}

const CASES = [
  [[5, 4, 3, 2, 1], [0, 1, 2, 3, 4], [2, 4]],
  [[5, 4, 3, 2, 1], [0, 2, 3], [2, 3]],
  [[1, 7, 7, 3, 2], [0, 1, 2, 3, 4], [2, 0]],
  [[0.5, 0.25, 4, 2], [0, 1, 2, 3], [0, 1, 2, 3]],
  [[9, 8, 1, 2], [0, 1, 2], [2]],
];

test("the interval of a cost is that of all resamples there are, each as likely", () => {
  for (const [values, without, feasible] of CASES) {
    const found = costOf(values, "maximize", without, feasible, values.length);
    const every = byEnumeration(values, without, feasible, values.length);
    assert.deepEqual([found.cost, found.low, found.high], [every.cost, every.low, every.high]);
    assert.ok(Math.abs(found.none - every.none) < 1e-12);
  }
});

test("a metric that is minimised costs as much as its mirror image that is maximised", () => {
  for (const [values, without, feasible] of CASES) {
    const mirrored = costOf(values.map((value) => -value), "minimize", without, feasible, values.length);
    assert.deepEqual(mirrored, costOf(values, "maximize", without, feasible, values.length));
  }
});

test("of thousands of trials the interval is what drawing them again and again gives", () => {
  const n = 3000;
  const values = Float64Array.from({ length: n }, (_, i) => ((i * 7919) % n) / n);
  const rows = Array.from({ length: n }, (_, i) => i);
  const feasible = rows.filter((row) => row % 5 === 0);
  const found = costOf(values, "maximize", rows, feasible, n);
  let seed = 7;
  const draw = () => Math.floor(((seed = (seed * 48271) % 2147483647) / 2147483647) * n);
  const costs = Float64Array.from({ length: 1500 }, () => {
    let [best, within] = [-1, -1];
    for (let k = 0; k < n; k++) {
      const row = draw();
      if (values[row] > best) best = values[row];
      if (row % 5 === 0 && values[row] > within) within = values[row];
    }
    return best - within;
  }).sort();
  const share = (value) => costs.filter((cost) => cost <= value + 1e-12).length / costs.length;
  assert.ok(share(found.low) >= 0.025 - 0.02 && share(found.low - 1e-9) <= 0.025 + 0.02);
  assert.ok(share(found.high) >= 0.975 - 0.02 && share(found.high - 1e-9) <= 0.975 + 0.02);
  assert.ok(found.low < found.high);
});

test("each constraint costs what the best would be without it, all others kept; other brushes are no constraints", () => {
  const columns = [metric("acc", [9, 8, 7, 6, 5]), metric("size", [50, 10, 50, 10, 10]), metric("ms", [1, 9, 1, 1, 1]), column("lr", [1, 1, 1, 1, 2])];
  const model = modelOf({ a: { columns, metrics, states: ["complete", "complete", "complete", "complete", "failed"] } });
  model.setBrushes({ size: [[null, 10]], ms: [[null, 2]], lr: [[null, 1]] });
  assert.deepEqual(constrained(model), ["size", "ms"]);
  const { rows, feasible, costs } = feasibility(model, constrained(model));
  assert.equal(rows, 4);
  assert.deepEqual(feasible, [3]);
  assert.deepEqual(costs.map(({ name, alone, without, cost }) => [name, alone, without, cost]), [["size", 2, 3, 3], ["ms", 3, 2, 2]]);
  model.brush("ms", [[null, 0]]);
  assert.deepEqual(feasibility(model, constrained(model)).costs.map(({ cost }) => cost), [null, null]);
});

test("the best few come best first, of equal ones the earlier first", () => {
  assert.deepEqual(bestFew([1, 5, 3, 5, 4], "maximize", [0, 1, 2, 3, 4], 3), [1, 3, 4]);
  assert.deepEqual(bestFew([1, 5, 3], "minimize", [1, 2], 5), [2, 1]);
});

// --- typed units ----------------------------------------------------------------------------------------------------

test("numbers with a prefix or a unit are read in the unit that the metric is logged in", () => {
  const read = (text, name, unit = "", most = 100) => withoutUnits(text, { name, unit, most });
  assert.equal(read("≤ 50 k", "parameters"), "≤ 50000");
  assert.equal(read("<= 1.5M", "parameters"), "<= 1500000");
  assert.equal(read("50K … 2 M", "parameters"), "50000 … 2000000");
  assert.equal(read("≤ 2 ms", "inference", "s"), "≤ 0.002");
  assert.equal(read("≤ 2 ms", "inference_ms"), "≤ 2");
  assert.equal(read("1 s to 2 min", "latency (ms)"), "1000 to 120000");
  assert.equal(read("≤ 1.5 MB", "size", "B"), "≤ 1500000");
  assert.equal(read("≤ 512 KiB", "memory_kb"), "≤ 524.288");
  assert.equal(read("≥ 95 %", "accuracy", "", 0.99), "≥ 0.95");
  assert.equal(read("≥ 95 %", "accuracy", "", 99), "≥ 95");
  assert.equal(read("1e-3 or missing", "loss"), "1e-3 or missing");
  assert.equal(unitOf({ name: "accuracy" }), null);
});

test("a unit that does not fit is refused with what would", () => {
  assert.throws(() => withoutUnits("≤ 2 ms", { name: "latency" }), /'2 ms' for latency has the unit 'ms', but nothing says which unit it is logged in/);
  assert.throws(() => withoutUnits("≤ 2 ms", { name: "size", unit: "B" }), /it is logged in B/);
  assert.throws(() => withoutUnits("≤ 2 parsec", { name: "size" }), /'2 parsec' for size has the unit 'parsec'; expected/);
});

test("a constraint names its column, the longest name that fits, and a bound, in signs or words", () => {
  const names = ["acc", "acc top5", "size", "ms"];
  const columns = [...names.map((name) => metric(name, [1, 2])), column("layers", [1, 2], { kind: "int" })];
  const model = modelOf({ a: { columns, metrics: [...metrics, { name: "acc top5", direction: null }], space: { layers: {} } } });
  const read = (text) => {
    const { name, brush, direction } = parseConstraint(text, model);
    return [name, ...brush.ranges, direction];
  };
  assert.deepEqual(read("size <= 50 k"), ["size", [null, 50000], null]);
  assert.deepEqual(read("ACC TOP5 at least 95 %"), ["acc top5", [95, null], null]);
  assert.deepEqual(read("ms 1 … 2"), ["ms", [1, 2], null]);
  assert.deepEqual(read("size 50k"), ["size", [null, 50000], null]); // the worse side of a metric that is minimised
  assert.deepEqual(read("acc 0.9"), ["acc", [0.9, null], null]);
  assert.deepEqual(read("layers under 3"), ["layers", [null, 3], "minimize"]);
  assert.throws(() => read("ms 2"), /'2' for ms can be read in two ways; expected ≤ 2 or ≥ 2/);
  assert.throws(() => read("size"), /'size' says no bound of size; expected one such as 'size ≤ 50 k'/);
  assert.throws(() => read("weight ≤ 3"), /'weight ≤ 3' names no column of numbers; expected one such as/);
  assert.throws(() => read("size ≤ soon"), /cannot be read as a brush on size/);
});

test("a reference point is typed in the order of the metrics; an empty part keeps its default", () => {
  const model = modelOf({ a: { columns: [metric("acc", [1]), metric("size", [2])], metrics } });
  assert.deepEqual(readPoint("0.5; 50 k", model, ["acc", "size"]), { acc: 0.5, size: 50000 });
  assert.deepEqual(readPoint("; 3", model, ["acc", "size"]), { size: 3 });
  assert.equal(readPoint(" ", model, ["acc", "size"]), null);
  assert.throws(() => readPoint("1", model, ["acc", "size"]), /'1' has 1 numbers; expected 2, parted by semicolons: acc; size/);
  assert.throws(() => readPoint("1; low", model, ["acc", "size"]), /'low' for size is no number/);
});

// --- figures of the overview ----------------------------------------------------------------------------------------

test("the overview counts states, and bests and means only trials that compete; per study and together", () => {
  const a = { columns: [metric("acc", [1, 3, null, Infinity])], states: ["complete", "complete", "failed", "complete"], metrics };
  const b = { columns: [metric("acc", [2, 9])], states: ["complete", "pruned"], metrics };
  const model = modelOf({ a, b });
  const { states, lines } = figures(model, "acc", "maximize");
  assert.deepEqual(states, ["complete", "pruned", "failed"]);
  assert.deepEqual(lines.map(({ study, total, counts, best, infinite }) => [study, total, counts, best, infinite]), [
    ["study a", 4, [3, 0, 1], 1, 1], ["study b", 2, [1, 1, 0], 4, 0], [null, 6, [4, 1, 1], 1, 1],
  ]);
  assert.deepEqual(lines[2].all, { n: 3, mean: 2, spread: 1, median: 2 });
  model.brush("acc", [[null, 2.5]]);
  const together = figures(model, "acc", "maximize").lines[2];
  assert.deepEqual([together.selected, together.bestSelected, together.chosen.n, together.chosen.mean], [2, 4, 2, 1.5]);
  assert.deepEqual(figures(model, "acc", null).lines[0].best, -1);
});

test("mean, spread and median are those of far away numbers too", () => {
  const values = Float64Array.of(1e9 + 1, 1e9 + 6, 1e9 + 2);
  assert.deepEqual(summary(values), { n: 3, mean: 1e9 + 3, spread: Math.sqrt(7) });
  assert.equal(median(values), 1e9 + 2);
  assert.equal(median(Float64Array.of(4, 1)), 2.5);
  assert.deepEqual(summary(new Float64Array()), { n: 0, mean: NaN, spread: NaN });
});
