import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.ImageData = class {
  constructor(width, height) {
    this.data = new Uint8ClampedArray(4 * width * height);
  }
};
const kit = "../../assets/kit";
const { fitNames } = await import(`${kit}/draw.mjs`);
const { Dots } = await import(`${kit}/points.mjs`);
const { Lines, RowMarks } = await import(`${kit}/rowmarks.mjs`);

const SIZE = [60, 40];
const lines = (ys) => new Lines([2, 30, 56], ys.map((y) => Float32Array.from(y)), 2);
const dots = (ys) => new Dots(Float32Array.from(ys, (_, i) => 8 + 5 * i), Float32Array.from(ys), new Uint8Array(ys.length).fill(1), { dpr: 1, width: 60, height: 40 }, 2);

/** Marks after each of the pictures, all rows selected. */
function painted(...pictures) {
  const marks = new RowMarks(...SIZE);
  for (const [shapes, colours] of pictures) {
    marks.follow(shapes, Uint8Array.from(colours));
    marks.select(new Uint8Array(colours.length).fill(1), colours.length);
  }
  return marks;
}

const sums = ({ grey, coloured }) => [Array.from(grey.sums), Array.from(coloured.sums)];

test("a row that is new, moved or coloured anew leaves the same sums as painting all rows anew", () => {
  const before = [[5, 10, 15, 20, 25], [6, 12, 18, 24, 30], [30, 20, 10, 20, 30]];
  const after = [[5, 10, 35, 20, 25, 9], [6, 12, 18, 24, 30, 9], [30, 20, 10, 20, 30, 9]];
  const [old, fresh] = [[lines(before), dots(before[0])], [lines(after), dots(after[0])]];
  const [dull, bright] = [[0, 50, 100, 150, 200], [0, 50, 100, 150, 255, 80]];
  assert.deepEqual(sums(painted([old, dull], [fresh, bright])), sums(painted([fresh, bright])));
});

test("of rows that stay as they are nothing is drawn again", () => {
  const drawn = [];
  const spy = (shape) => ({ ...shape, mark: (row, ...rest) => drawn.push(row) && shape.mark(row, ...rest) });
  const marks = new RowMarks(...SIZE);
  const y = Array.from({ length: 12 }, (_, row) => 3 * row);
  marks.follow([spy(lines([y, y, y]))], new Uint8Array(12));
  drawn.length = 0;
  const more = [...y, 20];
  marks.follow([spy(lines([more, more, more]))], new Uint8Array(13));
  assert.deepEqual(drawn, [12]);
});

test("other axes, fewer rows or most rows elsewhere are painted from scratch", () => {
  const first = [[lines([[5, 10], [6, 12], [30, 20]])], [0, 255]];
  for (const next of [
    [[new Lines([2, 50], [Float32Array.of(5, 10), Float32Array.of(6, 12)], 2)], [0, 255]],
    [[lines([[5], [6], [30]])], [0]],
    [[lines([[15, 1], [16, 2], [10, 2]])], [9, 255]],
  ]) {
    assert.deepEqual(sums(painted(first, next)), sums(painted(next)));
  }
});

test("names that are too wide lose their common prefix, then their middle, and never look alike", () => {
  const pen = { measureText: (label) => ({ width: 7 * label.length }) };
  assert.deepEqual(fitNames(pen, ["lr", "depth"], 40), ["lr", "depth"]);
  assert.deepEqual(fitNames(pen, ["model/learning_rate", "model/depth"], 100), ["learning_rate", "depth"]);
  const tight = fitNames(pen, ["optimizer.learning_rate", "optimizer.weight_decay", "depth"], 84);
  assert.ok(tight.every((label) => 7 * label.length <= 84));
  assert.equal(new Set(tight).size, 3);
  assert.equal(tight[2], "depth");
  const alike = ["fold/0/train_function_value", "fold/1/train_function_value", "fold/0/valid_function_value", "epoch"];
  const ends = fitNames(pen, alike, 160);
  assert.ok(ends.every((label) => 7 * label.length <= 160), ends.join());
  assert.equal(new Set(ends).size, 4);
});
