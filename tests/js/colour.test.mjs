import assert from "node:assert/strict";
import { test } from "node:test";
import { colourIndex, colourRange, css, ramp } from "../../assets/kit/colour.mjs";
import { coloursByRank, coloursByValue, RangeKeeper } from "../../assets/kit/ranking.mjs";

const PAGE = { light: [255, 255, 255], dark: [26, 30, 35] };
const channels = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];

function luminance(rgb) {
  const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

for (const theme of ["light", "dark"]) {
  test(`better always has more contrast with the ${theme} page`, () => {
    const contrasts = Array.from(ramp(theme), (pixel) => contrast(channels(pixel), PAGE[theme]));
    assert.equal(contrasts.length, 256);
    for (let i = 1; i < 256; i++) assert.ok(contrasts[i] > contrasts[i - 1] - 0.05, `step ${i}`);
    assert.ok(contrasts[255] > 7, `the best has ${contrasts[255]}`);
  });
}

test("a packed pixel is written as CSS", () => {
  assert.equal(css(0x00332211), "rgb(17,34,51)");
});

test("the range ends at the best value and is clipped on the worse side only", () => {
  const values = Array.from({ length: 101 }, (_, i) => i);
  assert.deepEqual(colourRange(values, "maximize"), [2, 100]);
  assert.deepEqual(colourRange(values, "minimize"), [98, 0]);
});

test("missing values and infinities do not count for the range", () => {
  assert.deepEqual(colourRange([NaN, 1, 2, Infinity, -Infinity], "maximize"), [1, 2]);
  assert.equal(colourRange([NaN], "maximize"), null);
});

test("the worst is 0, the best 255, and beyond the range it stays there", () => {
  assert.deepEqual([0, 5, 10, -3, 99, Infinity, -Infinity, NaN].map((v) => colourIndex(v, [0, 10])), [0, 128, 255, 0, 255, 255, 0, 0]);
  assert.deepEqual([0, 10].map((v) => colourIndex(v, [10, 0])), [255, 0]);
  assert.equal(colourIndex(3, [3, 3]), 255);
});

test("colour by value follows the range", () => {
  assert.deepEqual([...coloursByValue([0, 10, NaN], [0, 10])], [0, 255, 0]);
});

test("colour by rank spreads outliers evenly, equal values alike", () => {
  assert.deepEqual([...coloursByRank(Float64Array.of(1, 1e9, 2, NaN), "maximize")], [0, 255, 128, 0]);
  assert.deepEqual([...coloursByRank(Float64Array.of(1, 1e9, 2), "minimize")], [255, 0, 128]);
  const tied = coloursByRank(Float64Array.of(5, 1, 5, 3), "minimize");
  assert.equal(tied[0], tied[2]);
  assert.equal(tied[1], 255);
  assert.deepEqual([...coloursByRank(Float64Array.of(4), "minimize")], [255]);
});

test("the range is held while a study runs, until the analyst asks", () => {
  const keeper = new RangeKeeper();
  const values = Float64Array.from({ length: 30 }, (_, i) => i);
  const better = Float64Array.of(...values, 99);
  assert.deepEqual(keeper.range(values, "maximize", "k", true), [0, 29]);
  assert.deepEqual(keeper.range(better, "maximize", "k", true), [0, 29]);
  assert.ok(keeper.stale);
  keeper.release();
  assert.deepEqual(keeper.range(better, "maximize", "k", true), [0, 99]);
  assert.ok(!keeper.stale);
});

test("the range is not held for another objective, after the study has ended, or on the first few values", () => {
  const keeper = new RangeKeeper();
  const values = Float64Array.from({ length: 30 }, (_, i) => i);
  keeper.range(values, "maximize", "k", true);
  assert.deepEqual(keeper.range(values, "minimize", "other", true), [29, 0]);
  assert.deepEqual(keeper.range(Float64Array.of(...values, -9), "minimize", "other", false), [29, -9]);
  assert.deepEqual(keeper.range(Float64Array.of(1, 2), "maximize", "few", true), [1, 2]);
  assert.deepEqual(keeper.range(Float64Array.of(1, 2, 3), "maximize", "few", true), [1, 3]);
});
