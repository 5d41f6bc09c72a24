import assert from "node:assert/strict";
import { test } from "node:test";
import { column, modelOf } from "./helpers.mjs";

globalThis.ImageData = class {
  constructor(width, height) {
    this.data = new Uint8ClampedArray(4 * width * height);
  }
};
const kit = "../../assets/kit";
const { Accumulator, discOf } = await import(`${kit}/accumulator.mjs`);
const { binning, binsOf, NO_BIN, tally } = await import(`${kit}/bins.mjs`);
const { explained } = await import(`${kit}/explained.mjs`);
const { frontOf, frontOrder } = await import(`${kit}/pareto.mjs`);
const { Dots, NEAR, nearest, positions } = await import(`${kit}/points.mjs`);
const { NumberScale, scaleOf } = await import(`${kit}/scale.mjs`);
const { trimmed } = await import(`${kit}/trim.mjs`);
const { comparableText, leftOut } = await import(`${kit}/notes.mjs`);
const { scatterColumns } = await import(`${kit}/views/scatter.mjs`);
const { histogramMetrics } = await import(`${kit}/views/histograms.mjs`);
const { stripLayout, stripNames } = await import(`${kit}/striplayout.mjs`);
const { defaultColumns } = await import(`${kit}/views/slices.mjs`);

const all = (n) => new Uint8Array(n).fill(1);
const metric = (name, values) => column(name, values, { role: "metric" });
const objective = { name: "acc", direction: "maximize", objective: true };

// --- Pareto front and best so far -----------------------------------------------------------------------------------

/** Rows that no other row beats, by comparing each with each. */
function frontByPairs(xs, ys, [dx, dy], mask) {
  const better = (a, b, d) => (d === "minimize" ? a < b : a > b);
  const rows = [...xs.keys()].filter((row) => mask[row] && Number.isFinite(xs[row]) && Number.isFinite(ys[row]));
  const beats = (a, b) =>
    !better(xs[b], xs[a], dx) && !better(ys[b], ys[a], dy) && (better(xs[a], xs[b], dx) || better(ys[a], ys[b], dy));
  return rows.filter((row) => !rows.some((other) => beats(other, row)));
}

test("the front of any selection is what comparing every pair gives, for every pair of directions", () => {
  let state = 11;
  const next = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const xs = Float64Array.from({ length: 90 }, next);
  const ys = Float64Array.from({ length: 90 }, next);
  [xs[3], ys[4], xs[5]] = [NaN, Infinity, -Infinity];
  const mask = Uint8Array.from({ length: 90 }, () => next() < 0.5);
  for (const dx of ["minimize", "maximize"]) {
    for (const dy of ["minimize", "maximize"]) {
      const found = frontOf(frontOrder(xs, ys, [dx, dy], all(90)), xs, ys, dy, mask);
      assert.deepEqual([...found].sort((a, b) => a - b), frontByPairs(xs, ys, [dx, dy], mask));
      assert.ok(found.length > 1);
    }
  }
});

test("rows that do not compete are on no front, and of equal rows all are", () => {
  const order = frontOrder([1, 2, 2, 3], [5, 4, 4, 1], ["maximize", "maximize"], Uint8Array.of(1, 1, 1, 0));
  assert.deepEqual(frontOf(order, [1, 2, 2, 3], [5, 4, 4, 1], "maximize", all(4)), [1, 2, 0]);
});

// --- dots -----------------------------------------------------------------------------------------------------------

test("what cannot be shown on an axis has no position: missing, infinite, not positive on a log axis", () => {
  const values = [NaN, Infinity, -Infinity, 0, -1, 10];
  const shown = (log) => [...positions(new NumberScale({ low: 1, high: 100, log }, 0, 100), values, 0)].map((p) => !Number.isNaN(p));
  assert.deepEqual(shown(true), [false, false, false, false, false, true]);
  assert.deepEqual(shown(false), [false, false, false, true, true, true]);
});

test("dots in a category on both axes fill its cell", () => {
  const scale = scaleOf({ order: [0], labels: ["a"] }, 0, 100);
  const zeros = new Float64Array(200);
  const [xs, ys] = [positions(scale, zeros, 0), positions(scale, zeros, 1)];
  const quadrants = new Set(Array.from(xs, (x, i) => `${x > 50},${ys[i] > 50}`));
  assert.equal(quadrants.size, 4);
  for (const x of xs) assert.ok(x > 0 && x < 100);
});

test("the nearest selected dot is under the pointer before any other, and none from afar", () => {
  const [xs, ys] = [Float32Array.of(10, 12, NaN), Float32Array.of(10, 10, 10)];
  assert.equal(nearest(xs, ys, 10, 10, Uint8Array.of(0, 1, 1)), 1);
  assert.equal(nearest(xs, ys, 10, 10, Uint8Array.of(1, 1, 1)), 0);
  assert.equal(nearest(xs, ys, 10, 10, Uint8Array.of(0, 0, 0)), 0);
  assert.equal(nearest(xs, ys, 10 - NEAR - 1, 10, all(3)), -1);
});

test("dots at the border stay inside the canvas, and taking them away leaves nothing", () => {
  const [xs, ys] = [Float32Array.of(-5, 0, 40, 79, 200), Float32Array.of(-5, 0, 30, 59, 200)];
  const dots = new Dots(xs, ys, Uint8Array.of(1, 0, 1, 1, 0), { dpr: 2, width: 80, height: 60 }, 3);
  const accumulator = new Accumulator(160, 120);
  for (let row = 0; row < 5; row++) dots.mark(row, 1 + row, 40 * row, 1, accumulator);
  assert.ok(accumulator.sums.some((sum) => sum > 0));
  for (let row = 0; row < 5; row++) {
    const { full, at } = dots;
    for (const offset of full.offsets) assert.ok(at[row] + offset >= 0 && at[row] + offset < 160 * 120);
    dots.mark(row, 1 + row, 40 * row, -1, accumulator);
  }
  assert.ok(accumulator.sums.every((sum) => sum === 0));
});

test("a disc is round, full in its middle and as large as its radius says", () => {
  const { reach, offsets, amounts } = discOf(3, 100);
  assert.equal(reach, 3);
  assert.equal(amounts[offsets.indexOf(0)], 16);
  const area = amounts.reduce((sum, amount) => sum + amount / 16, 0);
  assert.ok(Math.abs(area - Math.PI * 9) < 3, `area ${area}`);
});

// --- histograms -----------------------------------------------------------------------------------------------------

test("bins of whole numbers never split one", () => {
  for (const [low, high] of [[1, 5], [0, 1], [3, 3], [1, 1000]]) {
    const { axis, count } = binning({ low, high, integer: true }, 30);
    const scale = scaleOf(axis, 0, 1);
    const values = Float64Array.from({ length: high - low + 1 }, (_, i) => low + i);
    const bins = binsOf(scale, values, count, all(values.length));
    const size = Math.ceil((high - low + 1) / 30);
    assert.ok(Math.max(...bins) < count && count <= 31);
    const held = tally(bins, all(values.length), bins, values, count).counts;
    for (const n of held.slice(0, -1)) assert.equal(n, size);
  }
});

test("every value that counts is in one bin; missing, infinite and those that do not compete are in none", () => {
  const values = Float64Array.of(0, 0.5, 1, NaN, Infinity, 0.2);
  const bins = binsOf(new NumberScale({ low: 0, high: 1 }, 0, 100), values, 10, Uint8Array.of(1, 1, 1, 1, 1, 0));
  assert.deepEqual([...bins], [0, 5, 9, NO_BIN, NO_BIN, NO_BIN]);
});

test("a log axis has bins of equal factors", () => {
  const scale = new NumberScale({ low: 1e-4, high: 1, log: true }, 0, 100);
  assert.deepEqual([...binsOf(scale, [1e-4, 2e-3, 0.05, 0.5, 1, 0], 4, all(6))], [0, 1, 2, 3, 3, NO_BIN]);
});

test("a tally counts, sums colours, and gives mean and spread of the selected", () => {
  const values = Float64Array.of(1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 90);
  const { counts, colours, total, mean, spread } = tally(Uint8Array.of(0, 0, 1, 1), Uint8Array.of(1, 1, 1, 0), Uint8Array.of(10, 20, 30, 40), values, 2);
  assert.deepEqual([[...counts], [...colours], total, mean], [[2, 1], [30, 30], 3, 1e9 + 2]);
  assert.ok(Math.abs(spread - Math.sqrt(2 / 3)) < 1e-9);
  assert.ok(Number.isNaN(tally(Uint8Array.of(0), Uint8Array.of(0), Uint8Array.of(0), values, 1).mean));
});

test("an axis loses the far end that a few outliers need, and says how many", () => {
  const values = [...Array.from({ length: 300 }, (_, i) => i / 300), 500];
  const { axis, below, above } = trimmed({ low: 0, high: 500 }, values);
  assert.ok(axis.low === 0 && axis.high > 1 && axis.high < 2);
  assert.deepEqual([below, above], [0, 1]);
});

test("a log axis is shortened by its logarithm", () => {
  const values = [1e-30, ...Array.from({ length: 200 }, (_, i) => 10 ** (i / 100))];
  const { axis, below, above } = trimmed({ low: 1e-30, high: 100, log: true }, values);
  assert.ok(axis.low > 0.01 && axis.low < 1 && axis.high === 100);
  assert.deepEqual([below, above], [1, 0]);
});

test("an axis that is well used, logarithmic or of few values stays whole", () => {
  const even = Array.from({ length: 100 }, (_, i) => i);
  for (const [axis, values] of [[{ low: 0, high: 99 }, even], [{ low: 1, high: 1e6, log: true }, [1, 1, 1, 1e6]], [{ low: 0, high: 1 }, []]]) {
    assert.equal(trimmed(axis, values).axis, axis);
  }
});

// --- what a view shows at first -------------------------------------------------------------------------------------

const space = { lr: {}, opt: {} };
const columns = [
  column("lr", [1, 2, 3]),
  column("opt", ["a", "b", null]),
  metric("size", [10, Infinity, 30]),
  metric("acc", [0.1, 0.3, NaN]),
];
const metrics = [{ name: "size", direction: null }, objective];
const plain = () => modelOf({ a: { columns, space, metrics } });

test("the trade-off opens on the objective over the next metric, and keeps what the analyst chose", () => {
  const model = plain();
  assert.deepEqual(scatterColumns(model), { x: "size", y: "acc" });
  model.set("scatter", { x: "lr" });
  assert.deepEqual(scatterColumns(model), { x: "lr", y: "acc" });
  model.set("scatter", { x: "gone", y: "size" });
  assert.equal(scatterColumns(model).y, "size");
});

test("the objective is traded for another objective, or for what is not one more measure of quality", () => {
  const named = ["acc", "val_loss", "train_accuracy", "size"];
  const measured = named.map((name) => metric(name, [1, 2, 3]));
  const told = (objectives) => named.map((name) => ({ name, direction: "maximize", objective: objectives.includes(name) }));
  assert.equal(scatterColumns(modelOf({ a: { columns: measured, space, metrics: told(["acc"]) } })).x, "size");
  assert.equal(scatterColumns(modelOf({ a: { columns: measured, space, metrics: told(["acc", "val_loss"]) } })).x, "val_loss");
});

test("with one column there is no trade-off", () => {
  assert.equal(scatterColumns(modelOf({ a: { columns: [metric("acc", [1])] } })), null);
});

test("histograms put the objective first and leave out what is hidden or empty", () => {
  const model = modelOf({ a: { columns: [...columns, metric("loss", [NaN, NaN, NaN])], space, metrics: [...metrics, { name: "loss" }] } });
  assert.deepEqual(histogramMetrics(model), ["acc", "size"]);
  model.set("histograms", ["acc"]);
  assert.deepEqual(histogramMetrics(model), ["size"]);
});

test("a constant hyperparameter has no strip", () => {
  const model = modelOf({ a: { columns: [...columns, column("fixed", [7, 7, 7])], space: { ...space, fixed: {} } } });
  assert.deepEqual(stripNames(model), ["lr", "opt"]);
});

test("strips are at least 56 px high, never overlap, and studies stand one above the other", () => {
  const wanted = [
    { name: "lr", categories: 0, studies: [{ s: 0, missing: true }, { s: 1, missing: false }] },
    { name: "opt", categories: 9, studies: [{ s: 1, missing: false }, { s: 2, missing: false }] },
  ];
  const { strips, height } = stripLayout(wanted);
  assert.deepEqual(strips.map(({ name, s }) => `${name}${s}`), ["lr0", "lr1", "opt1", "opt2"]);
  assert.deepEqual(strips.map(({ first }) => first), [true, false, true, false]);
  assert.deepEqual(strips.map(({ lane }) => lane !== null), [true, false, false, false]);
  strips.forEach(({ top, bottom, lane }, i) => {
    assert.ok(bottom - top >= 56);
    assert.ok((lane ?? bottom) < (strips[i + 1]?.top ?? height));
  });
});

test("of many hyperparameters the slices open on those that explain the objective", () => {
  const n = 64;
  const names = Array.from({ length: 9 }, (_, i) => `h${i}`);
  const value = (i, row) => (row * (2 * i + 3)) % n;
  const params = names.map((name, i) => column(name, Array.from({ length: n }, (_, row) => value(i, row))));
  const acc = metric("acc", Array.from({ length: n }, (_, row) => value(7, row) / n));
  const model = modelOf({ a: { columns: [...params, acc], space: Object.fromEntries(names.map((name) => [name, {}])) } });
  const first = defaultColumns(model);
  assert.equal(first.length, 6);
  assert.ok(first.includes("h7"));
  assert.deepEqual(first, [...first].sort());
});

test("a hyperparameter that decides explains all, one that does not next to nothing, monotone or not", () => {
  const rows = Array.from({ length: 400 }, (_, i) => i);
  const u = rows.map((i) => (i * 0.754877) % 1);
  const v = rows.map((i) => (i * 0.5698403) % 1);
  const peak = Float64Array.from(u, (x) => -Math.abs(x - 0.5));
  assert.ok(explained(u, false, peak) > 0.85);
  assert.ok(explained(v, false, peak) < 0.1);
  const halves = u.map((x) => (x < 0.5 ? 0 : 1));
  assert.ok(explained(halves, true, Float64Array.from(halves)) > 0.999);
  assert.equal(explained([1, 2], false, Float64Array.of(3, 3)), 0);
});

// --- what a view leaves out -----------------------------------------------------------------------------------------

test("what an axis leaves out is counted by reason", () => {
  const values = [NaN, Infinity, -Infinity, 0, -2, 5];
  assert.deepEqual(leftOut({ log: true }, values), { missing: 1, infinite: 2, low: 2 });
  assert.deepEqual(leftOut({ log: false }, values, (row) => row > 0), { missing: 0, infinite: 2, low: 0 });
});

test("the note names the budget at which trials are compared", () => {
  const final = column("final", [true, false, true], { role: "row" });
  const model = modelOf({ a: { columns: [...columns, final], space, metrics } });
  assert.equal(comparableText(model), "completed trials, each configuration at its highest budget");
  model.set("budget", 9);
  assert.equal(comparableText(model), "completed trials at budget 9");
  assert.equal(comparableText(plain()), "completed trials");
});

test("an image of which only some dots changed is the image resolved anew", () => {
  const grey = Uint32Array.from({ length: 256 }, (_, i) => i * 0x010101);
  const spots = Array.from({ length: 60 }, (_, i) => 500 + ((i * 7919) % 4000));
  const disc = discOf(2, 80);
  const draw = (accumulator, from, to, sign) => {
    for (let i = from; i < to; i++) accumulator.stamp(spots[i], disc, 1 + (i % 8), (i * 37) % 256, sign);
  };
  const stepped = new Accumulator(80, 70);
  draw(stepped, 0, 40, 1);
  stepped.resolve(grey, 0.5);
  draw(stepped, 0, 20, -1);
  draw(stepped, 40, 60, 1);
  const fresh = new Accumulator(80, 70);
  draw(fresh, 20, 60, 1);
  assert.deepEqual(stepped.resolve(grey, 0.5).data, fresh.resolve(grey, 0.5).data);
  assert.deepEqual(stepped.resolve(grey, 0.9).data, fresh.resolve(grey, 0.9).data);
  assert.ok(stepped.image.data.some((value) => value > 0));
});
