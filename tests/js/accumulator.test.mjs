import assert from "node:assert/strict";
import { test } from "node:test";
import { ramp } from "../../assets/kit/colour.mjs";

globalThis.ImageData = class {
  constructor(width, height) {
    this.data = new Uint8ClampedArray(4 * width * height);
  }
};
const { Accumulator } = await import("../../assets/kit/accumulator.mjs");

/** Numbers in 0…1, the same every time. */
function* numbers(seed = 7) {
  for (let state = seed; ; state = (state * 48271) % 2147483647) yield state / 2147483647;
}

const WIDTH = 120;
const HEIGHT = 80;
const weightAt = ({ sums }, x, y) => sums[2 * (y * WIDTH + x)];

function marks(count) {
  const source = numbers();
  const next = (high) => source.next().value * high;
  return Array.from({ length: count }, () => ({
    ends: [next(WIDTH - 2), next(HEIGHT - 2), next(WIDTH - 2), next(HEIGHT - 2)],
    dot: [next(WIDTH), next(HEIGHT), 1 + next(4)],
    weight: 1 + Math.floor(next(8)),
    colour: Math.floor(next(256)),
  }));
}

function draw(accumulator, { ends, dot, weight, colour }, sign) {
  const [x0, y0, x1, y1] = ends;
  accumulator.line(Math.min(x0, x1), y0, Math.max(x0, x1), y1, weight, colour, sign);
  accumulator.dot(...dot, weight, colour, sign);
}

test("adding and removing any marks in any order leaves exactly nothing", () => {
  const accumulator = new Accumulator(WIDTH, HEIGHT);
  const all = marks(400);
  for (const mark of all) draw(accumulator, mark, 1);
  assert.ok(accumulator.sums.some((sum) => sum > 0));
  for (const mark of all.reverse()) draw(accumulator, mark, -1);
  assert.ok(accumulator.sums.every((sum) => sum === 0));
  assert.ok(new Uint32Array(accumulator.resolve(ramp("light"), 0.5).data.buffer).every((pixel) => pixel === 0));
});

test("removing some leaves what the others alone would have drawn", () => {
  const [first, second] = [new Accumulator(WIDTH, HEIGHT), new Accumulator(WIDTH, HEIGHT)];
  const all = marks(100);
  for (const mark of all) draw(first, mark, 1);
  for (const mark of all.slice(0, 50)) draw(first, mark, -1);
  for (const mark of all.slice(50)) draw(second, mark, 1);
  assert.deepEqual(first.sums, second.sums);
});

test("a line covers every column between its ends once, with its whole weight", () => {
  const accumulator = new Accumulator(WIDTH, HEIGHT);
  accumulator.line(10, 5.25, 60, 30.75, 3, 100, 1);
  for (let x = 0; x < WIDTH; x++) {
    const sum = Array.from({ length: HEIGHT }, (_, y) => weightAt(accumulator, x, y)).reduce((a, b) => a + b);
    assert.equal(sum, x >= 10 && x < 60 ? 48 : 0);
  }
});

test("a steep line covers every row once, up or down", () => {
  for (const [y0, y1] of [[5, 70], [70, 5]]) {
    const accumulator = new Accumulator(WIDTH, HEIGHT);
    accumulator.line(20, y0, 30, y1, 1, 0, 1);
    const rows = Array.from({ length: HEIGHT }, (_, y) => Array.from({ length: WIDTH }, (_, x) => weightAt(accumulator, x, y)));
    assert.deepEqual(rows.map((row) => row.reduce((a, b) => a + b)), rows.map((_, y) => (y >= 5 && y < 70 ? 16 : 0)));
  }
});

test("a dot at the border is clipped", () => {
  const accumulator = new Accumulator(WIDTH, HEIGHT);
  for (const [x, y] of [[0, 0], [WIDTH, HEIGHT], [-2, 40], [WIDTH + 1, -1]]) accumulator.dot(x, y, 3, 1, 9, 1);
  assert.ok(weightAt(accumulator, 0, 0) > 0);
  assert.equal(weightAt(accumulator, 50, 40), 0);
});

test("a pixel shows the mean colour of its marks, better ones weighing more", () => {
  const accumulator = new Accumulator(WIDTH, HEIGHT);
  const colours = Uint32Array.from({ length: 256 }, (_, i) => i);
  accumulator.dot(10, 10, 2, 1, 0, 1);
  accumulator.dot(10, 10, 2, 3, 200, 1);
  accumulator.resolve(colours, 0.5);
  assert.equal(accumulator.pixels[10 * WIDTH + 10] & 0xffffff, 150);
});

test("more marks make a pixel more opaque", () => {
  const accumulator = new Accumulator(WIDTH, HEIGHT);
  const opacity = () => (accumulator.resolve(ramp("light"), 0.2), accumulator.pixels[10 * WIDTH + 10] >>> 24);
  const seen = [1, 2, 3].map(() => (accumulator.dot(10, 10, 2, 1, 9, 1), opacity()));
  assert.ok(seen[0] > 0 && seen[0] < seen[1] && seen[1] < seen[2] && seen[2] <= 255, String(seen));
});

test("a canvas without size is no error", () => {
  new Accumulator(0, 0).resolve(ramp("dark"), 0.5);
});
