import assert from "node:assert/strict";
import { test } from "node:test";
import { column, modelOf } from "./helpers.mjs";

const kit = "../../assets/kit";
const { frontFinder } = await import(`${kit}/pareto.mjs`);
const { directionItems, directionOf, frontMetrics, takeDirection } = await import(`${kit}/directions.mjs`);

const all = (n) => new Uint8Array(n).fill(1);
const metric = (name, values) => column(name, values, { role: "metric" });

/** Evenly spread numbers in 0…1, the same every time. */
function random(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** Rows that no other row beats, by comparing each with each. */
function byPairs(columns, directions, mask) {
  const good = (row, k) => (directions[k] === "minimize" ? -1 : 1) * columns[k][row];
  const rows = [...mask.keys()].filter((row) => mask[row] && columns.every((values) => Number.isFinite(values[row])));
  const beats = (a, b) => columns.every((_, k) => good(a, k) >= good(b, k)) && columns.some((_, k) => good(a, k) > good(b, k));
  return rows.filter((row) => !rows.some((other) => beats(other, row)));
}

for (const count of [1, 2, 3, 4]) {
  test(`the front of ${count} metrics is what comparing every pair gives: spread, on a sphere, with many equal rows`, () => {
    const next = random(count);
    const directions = ["minimize", "maximize", "minimize", "maximize"].slice(0, count);
    const shapes = {
      spread: () => directions.map(next),
      sphere: () => {
        const at = directions.map(() => next() + 0.01);
        return at.map((value, k) => (directions[k] === "minimize" ? -1 : 1) * value / Math.hypot(...at));
      },
      equal: () => directions.map(() => Math.floor(3 * next())),
    };
    for (const make of Object.values(shapes)) {
      const rows = Array.from({ length: 150 }, make);
      const columns = directions.map((_, k) => Float64Array.from(rows, (row) => row[k]));
      [columns[0][3], columns[count - 1][4]] = [NaN, Infinity];
      const find = frontFinder(columns, directions, all(150));
      for (const share of [1, 0.8, 0.3]) {
        const mask = Uint8Array.from(rows, () => next() < share);
        assert.deepEqual(find(mask), byPairs(columns, directions, mask));
      }
    }
  });
}

test("without a row that has all metrics there is no front", () => {
  assert.deepEqual(frontFinder([[NaN, 1], [1, NaN]], ["minimize", "minimize"], all(2))(all(2)), []);
  assert.deepEqual(frontFinder([[3, 1], [1, 2]], ["minimize", "minimize"], Uint8Array.of(1, 0))(all(2)), [0]);
});

test("the front is over the objectives, until others are chosen; a metric without a direction can be given one", () => {
  const columns = [metric("acc", [1, 2]), metric("size", [3, 4]), metric("loss", [5, 6]), column("lr", [1, 2])];
  const metrics = [
    { name: "acc", direction: "maximize", objective: true },
    { name: "size", direction: null },
    { name: "loss", direction: "minimize" },
  ];
  const model = modelOf({ a: { columns, metrics } });
  assert.deepEqual(frontMetrics(model), ["acc"]);
  model.set("front", ["acc", "size", "loss", "gone"]);
  assert.deepEqual(frontMetrics(model), ["acc", "loss"]);
  assert.deepEqual(directionItems(model, ["acc", "size", "lr"]).map(({ label }) => label), ["smaller size", "larger size", "smaller lr", "larger lr"]);
  takeDirection(model, directionItems(model, ["size"])[0].name, true);
  assert.equal(directionOf(model, "size"), "minimize");
  assert.equal(directionOf(model, "lr"), null);
  assert.deepEqual(frontMetrics(model), ["acc", "size", "loss"]);
  takeDirection(model, directionItems(model, ["size"])[0].name, false);
  assert.equal(directionOf(model, "size"), null);
});

test("of several studies the front is over the objectives of the one that has most", () => {
  const metricsOf = (...names) => names.map((name) => ({ name, direction: "minimize", objective: true }));
  const one = { columns: [metric("error", [1])], metrics: metricsOf("error") };
  const two = { columns: [metric("loss", [1]), metric("size", [2])], metrics: metricsOf("loss", "size") };
  assert.deepEqual(frontMetrics(modelOf({ one, two })), ["loss", "size"]);
});
