import assert from "node:assert/strict";
import { test } from "node:test";
import { CategoryScale, formatNumber, lowDiscrepancy, NumberScale, scaleOf } from "../../assets/kit/scale.mjs";

test("numbers read well", () => {
  const shown = [
    [1e-4, "1e-4"], [1.25e-7, "1.25e-7"], [-0.002, "-2e-3"], [0, "0"], [0.035, "0.035"], [0.95, "0.95"], [3, "3"],
    [1234, "1234"], [9999.9, "10 k"], [12345, "12.3 k"], [-12000, "-12 k"], [999999, "1 M"], [3.4e9, "3.4 G"], [1e30, "1e30"],
  ];
  for (const [value, text] of shown) assert.equal(formatNumber(value), text);
  assert.equal(formatNumber(Infinity), "∞");
  assert.equal(formatNumber(-Infinity), "−∞");
  assert.equal(formatNumber(NaN), "missing");
});

test("a linear scale maps its domain onto its pixels and back", () => {
  const scale = new NumberScale({ low: -1, high: 3 }, 100, 500);
  assert.deepEqual([-1, 1, 3, 99, -99].map((v) => scale.toPixel(v)), [100, 300, 500, 500, 100]);
  assert.deepEqual([100, 300, 500, 0, 999].map((p) => scale.toValue(p)), [-1, 1, 3, -1, 3]);
});

test("a log scale gives every decade the same room", () => {
  const scale = new NumberScale({ low: 1e-5, high: 1e-1, log: true }, 0, 400);
  assert.deepEqual([1e-5, 1e-4, 1e-3, 1e-1].map((v) => Math.round(scale.toPixel(v))), [0, 100, 200, 400]);
  assert.equal(scale.toValue(0), 1e-5);
  assert.equal(scale.toValue(400), 1e-1);
  assert.equal(scale.toPixel(0), 0);
  assert.equal(scale.toPixel(-5), 0);
});

test("a log scale over a domain that reaches zero is linear", () => {
  assert.equal(new NumberScale({ low: 0, high: 1, log: true }, 0, 100).toPixel(0.5), 50);
});

test("a scale may run downwards", () => {
  const scale = new NumberScale({ low: 0, high: 10 }, 300, 100);
  assert.equal(scale.toPixel(10), 100);
  assert.equal(scale.toValue(350), 0);
});

test("infinities stand at the ends, missing values nowhere", () => {
  const scale = new NumberScale({ low: 0, high: 1 }, 0, 100);
  assert.deepEqual([scale.toPixel(Infinity), scale.toPixel(-Infinity)], [100, 0]);
  assert.ok(Number.isNaN(scale.toPixel(NaN)));
});

test("a domain of one value stands in the middle", () => {
  assert.equal(new NumberScale({ low: 7, high: 7 }, 0, 100).toPixel(7), 50);
  assert.deepEqual(new NumberScale({ low: 7, high: 7 }, 0, 100).ticks(), [7]);
});

test("a snapped value reads well and stays within a pixel of the pointer", () => {
  for (const options of [{ low: 0, high: 1 }, { low: 1e-5, high: 0.1, log: true }, { low: -3e4, high: 9e5 }]) {
    const scale = new NumberScale(options, 0, 613);
    for (let pixel = 1; pixel < 613; pixel += 7) {
      const value = scale.snap(pixel);
      assert.ok(Math.abs(scale.toPixel(value) - pixel) <= 1, `${value} at ${pixel}`);
      assert.ok(String(Number(value.toPrecision(6))) === String(value), `${value} has at most six digits`);
    }
  }
});

test("ticks of a linear scale are round and inside", () => {
  assert.deepEqual(new NumberScale({ low: 0, high: 1 }, 0, 100).ticks(5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(new NumberScale({ low: 0.013, high: 0.047 }, 0, 100).ticks(3), [0.02, 0.04]);
});

test("ticks of an integer scale are whole", () => {
  for (const tick of new NumberScale({ low: 1, high: 4, integer: true }, 0, 100).ticks(10)) assert.ok(Number.isInteger(tick));
});

test("ticks of a log scale are decades", () => {
  assert.deepEqual(new NumberScale({ low: 1e-5, high: 0.1, log: true }, 0, 100).ticks(5), [1e-5, 1e-4, 1e-3, 1e-2, 1e-1]);
  assert.deepEqual(new NumberScale({ low: 16, high: 200, log: true }, 0, 100).ticks(3), [20, 30, 50, 100, 200]);
});

test("every domain has a few ticks, even where float64 cannot tell them apart", { timeout: 5000 }, () => {
  const domains = [[1.7e18, 1.7e18 + 2000], [-1e308, 1e308], [0, 5e-324], [1, 1 + 2 ** -52], [1e17, 1e17 + 16]];
  for (const [low, high] of domains) {
    for (const log of [false, true]) assert.ok(new NumberScale({ low, high, log }, 0, 300).ticks(5).length <= 20);
  }
});

test("categories have bands of equal width in the given order", () => {
  const scale = new CategoryScale({ order: [2, 0, 1], labels: ["a", "b", "c"] }, 0, 300);
  assert.deepEqual([2, 0, 1].map((code) => scale.toPixel(code)), [50, 150, 250]);
  assert.deepEqual([-5, 10, 299, 999].map((p) => scale.codeAt(p)), [2, 2, 1, 1]);
  assert.deepEqual(scale.codesIn(160, 40), [2, 0]);
  assert.equal(scale.format(2), "c");
});

test("rows spread inside their category's band, each always at the same place", () => {
  const scale = new CategoryScale({ order: [0, 1], labels: ["a", "b"] }, 0, 200);
  const places = Array.from({ length: 50 }, (_, row) => scale.spread(1, row));
  assert.ok(places.every((p) => p > 100 && p < 200));
  assert.deepEqual(places, Array.from({ length: 50 }, (_, row) => scale.spread(1, row)));
  assert.equal(new Set(places).size, 50);
});

test("a low-discrepancy sequence fills the interval evenly", () => {
  const counts = Array(10).fill(0);
  for (let row = 0; row < 1000; row++) counts[Math.floor(lowDiscrepancy(row) * 10)]++;
  assert.ok(counts.every((count) => count > 90 && count < 110), String(counts));
});

test("scaleOf chooses by the axis", () => {
  assert.ok(scaleOf({ order: [0], labels: ["a"] }, 0, 1) instanceof CategoryScale);
  assert.ok(scaleOf({ low: 0, high: 1 }, 0, 1) instanceof NumberScale);
});
