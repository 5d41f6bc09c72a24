import assert from "node:assert/strict";
import { test } from "node:test";
import { formatBrush, parseBrush, parseRange } from "../../assets/kit/chiptext.mjs";
import { formatRegion, formatTrials, parseRegion, parseTrials } from "../../assets/kit/chipsets.mjs";
import { BrushError, normalizeBrush } from "../../assets/kit/selection.mjs";

const LR = { name: "lr", kind: "float", levels: [] };
const LAYERS = { name: "layers", kind: "int", levels: [] };
const START = { name: "start", kind: "time", levels: [] };
const OPT = { name: "opt", kind: "category", levels: ["adam", "sgd", "Rms, prop", "this or that", "missing", "don't"] };
const MIXED = { name: "mixed", kind: "category", levels: [true, "true", 1, "1", null, "None", Infinity, 0.1, ""] };
const STUDY = { name: "study", kind: "category", levels: ["aaaa", "bbbb"], labels: ["random, wide", "tpe"] };
const normal = (info, brush) => normalizeBrush(info.name, brush);

const SHOWN = [
  [LR, [[1e-4, 3e-3]], "1e-4 … 3e-3"],
  [LR, [[0.95, null]], "≥ 0.95"],
  [LR, [[null, 3]], "≤ 3"],
  [LR, [[null, null]], "any value"],
  [LR, [[2, 2]], "= 2"],
  [LR, { missing: true }, "missing"],
  [LR, { ranges: [[0.1, 0.2], [1, null]], values: [5], missing: true }, "0.1 … 0.2 or ≥ 1 or 5 or missing"],
  [LR, [[0.95123, 0.95178]], "0.951 … 0.952"],
  [LR, [[0.951231, 0.951239]], "0.95123 … 0.95124"],
  [LR, [[-Infinity, 0]], "-∞ … 0"],
  [LR, [], "nothing"],
  [LAYERS, [2, 4], "2, 4"],
  [OPT, ["adam", "sgd"], "adam, sgd"],
  [OPT, { values: ["adam"], missing: true }, "adam or missing"],
  [MIXED, [true, null], "true, None"],
  [STUDY, ["bbbb"], "tpe"],
];

for (const [info, brush, text] of SHOWN) {
  test(`a brush on ${info.name} reads '${text}'`, () => assert.equal(formatBrush(info, normal(info, brush)), text));
}

test("a long list is cut in the chip, not in the editor", () => {
  const info = { name: "c", kind: "category", levels: [..."abcdefgh"] };
  assert.equal(formatBrush(info, normal(info, info.levels)), "a, b, c, d, e and 3 more");
  assert.equal(formatBrush(info, normal(info, info.levels), true), "a, b, c, d, e, f, g, h");
});

const TYPED = [
  [LR, "1e-4 … 3e-3", [[1e-4, 3e-3]]],
  [LR, "1e-4..3e-3", [[1e-4, 3e-3]]],
  [LR, "1e-4...3e-3", [[1e-4, 3e-3]]],
  [LR, "1e-4-3e-3", [[1e-4, 3e-3]]],
  [LR, "1e-4", [1e-4]],
  [LR, " 1 – 2 ", [[1, 2]]],
  [LR, "1 to 2", [[1, 2]]],
  [LR, "-1--0.5", [[-1, -0.5]]],
  [LR, "−1 … −0.5", [[-1, -0.5]]],
  [LR, "3 … 1", [[1, 3]]],
  [LR, ">= 0.95", [[0.95, null]]],
  [LR, "≥.95", [[0.95, null]]],
  [LR, "<=3", [[null, 3]]],
  [LR, "> 0.95", [[0.9500000000000001, null]]],
  [LR, "< 0.95", [[null, 0.9499999999999998]]],
  [LR, "= 3", [[3, 3]]],
  [LR, "12.3 k … 1.2 M", [[12300, 1200000]]],
  [LR, "-inf … ∞", [[-Infinity, Infinity]]],
  [LR, "1 … 2; 5 … 6 or missing", { ranges: [[1, 2], [5, 6]], missing: true }],
  [LR, "any value", [[null, null]]],
  [LR, "nothing", []],
  [LR, "1, 2", [1, 2]],
  [LAYERS, "2,4", [2, 4]],
  [LAYERS, "> 3", [[4, null]]],
  [LAYERS, "< 3", [[null, 2]]],
  [OPT, "adam, sgd", ["adam", "sgd"]],
  [OPT, "Adam", ["adam"]],
  [OPT, "don't", ["don't"]],
  [OPT, '"Rms, prop", \'this or that\'', ["Rms, prop", "this or that"]],
  [OPT, '"missing" or missing', { values: ["missing"], missing: true }],
  [MIXED, "true, 1, None, inf, 0.1", [true, 1, null, Infinity, 0.1]],
  [MIXED, '"true", \'1\', "None", ""', ["true", "1", "None", ""]],
  [{ ...OPT, levels: ["true", "1"] }, "true, 1", ["true", "1"]],
  [{ ...OPT, levels: [64, 128] }, "64, 1.28e2", [64, 128]],
  [STUDY, 'tpe, "random, wide"', ["bbbb", "aaaa"]],
  [STUDY, "aaaa", ["aaaa"]],
];

for (const [info, text, brush] of TYPED) {
  test(`'${text}' can be typed for ${info.name}`, () => assert.deepEqual(parseBrush(text, info), normal(info, brush)));
}

test("an empty text is no brush", () => assert.equal(parseBrush("  ", LR), null));

const REFUSED = [
  [LR, "fast", /'fast'.*lr.*expected a number/],
  [LR, "1 … x", /'1 … x'.*lr/],
  [LR, "1e", /'1e'/],
  [LR, ">= ", />=/],
  [LR, "1 … 2 … 3", /1 … 2 … 3/],
  [LR, "0,95", /'0,95' for lr.*0\.95 or 0; 95/],
  [LR, '"1"', /'1'.*lr/],
  [LR, "2026-11-20", /2026-11-20.*lr/],
  [OPT, "lion", /'lion' is no category of opt; expected adam, sgd,/],
  [MIXED, "false", /'false'.*mixed/],
  [START, "2026-99-99", /2026-99-99.*start/],
];

for (const [info, text, sentence] of REFUSED) {
  test(`'${text}' is refused for ${info.name} in one sentence`, () => {
    assert.throws(() => parseBrush(text, info), (error) => error instanceof BrushError && sentence.test(error.message));
  });
}

test("times are read with and without a zone", () => {
  assert.deepEqual(parseBrush("≥ 2026-11-20T13:05:00.25Z", START).ranges, [[Date.UTC(2026, 10, 20, 13, 5) / 1000 + 0.25, null]]);
  assert.deepEqual(parseBrush("≥ 2026-11-20 13:05", START).ranges, [[new Date(2026, 10, 20, 13, 5).getTime() / 1000, null]]);
  assert.deepEqual(parseBrush("≥ 2026-11-20", START).ranges, [[new Date(2026, 10, 20).getTime() / 1000, null]]);
});

test("the exact text of a brush gives the same brush again", () => {
  const numbers = [0.1 + 0.2, 1 / 3, 1e-320, 1.7976931348623157e308, -0.1, 123456.789012345678, 2 ** 53, 1e21, 5e-324, 0];
  const ranges = numbers.flatMap((low) => [[low, null], [null, low], [low, low], [low, Infinity]]);
  const cases = [
    ...ranges.map((range) => [LR, [range]]),
    ...numbers.map((value) => [LR, { ranges: [[value / 3, value]], values: [value], missing: true }]),
    ...[1700000060.5, 1700000000, 1763643900.123456, 0].map((time) => [START, [[time, null]]]),
    ...OPT.levels.map((level) => [OPT, { values: [level], missing: true }]),
    ...MIXED.levels.map((level) => [MIXED, [level]]),
    [OPT, [...OPT.levels]],
    [MIXED, [...MIXED.levels]],
    [STUDY, ["aaaa", "bbbb"]],
    [LR, [[null, null], [0.9500000000000001, null], [null, 0.9499999999999998]]],
    [{ ...OPT, levels: ['a"b', "a\\b", "'", "\n", " x ", ">= 3", ",", "or", "nothing", "<script>"] }, [">= 3", ",", "or", "nothing", " x ", "\n"]],
  ];
  for (const [info, brush] of cases) {
    const text = formatBrush(info, normal(info, brush), true);
    assert.deepEqual(parseBrush(text, info), normal(info, brush), text);
  }
});

test("a strict bound reads as it was typed", () => {
  assert.equal(formatBrush(LR, parseBrush("> 0.95", LR), true), "> 0.95");
  assert.equal(formatBrush(LR, parseBrush("< 0.95", LR), true), "< 0.95");
});

test("parseRange takes one range only", () => {
  assert.deepEqual(parseRange("1 … 2", LR), [1, 2]);
  assert.deepEqual(parseRange("3", LR), [3, 3]);
  assert.throws(() => parseRange("1 … 2; 5", LR), /not one range/);
});

const X = { name: "lr", kind: "float", levels: [] };
const C = { name: "opt", kind: "category", levels: ["adam", "sgd", "lion"] };

test("a rectangle is two ranges", () => {
  assert.equal(formatRegion(X, X, [1e-4, 3e-3, 0.5, Infinity]), "1e-4 … 3e-3 × 0.5 … ∞");
  assert.deepEqual(parseRegion("1e-4 … 3e-3 × ≥ 0.5", X, X), [1e-4, 3e-3, 0.5, Infinity]);
  const box = [0.1 + 0.2, 1 / 3, -Infinity, 5e-324];
  assert.deepEqual(parseRegion(formatRegion(X, X, box, true), X, X), box);
});

test("a rectangle over categories names them", () => {
  assert.equal(formatRegion(C, X, [-0.5, 1.5, 0, 1]), "adam, sgd × 0 … 1");
  assert.deepEqual(parseRegion("sgd, lion × 0 … 1", C, X), [0.5, 2.5, 0, 1]);
  assert.throws(() => parseRegion("adam, lion × 0 … 1", C, X), /side by side/);
  assert.throws(() => parseRegion("0 … 1", X, X), /'0 … 1' is no rectangle.*lr/);
  assert.throws(() => parseRegion("0 … 1; 2 × 0 … 1", X, X), /not one range/);
});

const ONE = [{ id: "a", name: "random search" }];
const TWO = [...ONE, { id: "b", name: "tpe" }];

test("a set of trials is counted in the chip and listed in the editor", () => {
  assert.equal(formatTrials({ a: [1, 2, 2], b: [7] }, TWO), "3 trials");
  assert.equal(formatTrials({ a: [5] }, ONE), "1 trial");
  assert.equal(formatTrials({ a: [9, 7, 8, 4, 2, 1] }, ONE, true), "1, 2, 4, 7-9");
  assert.equal(formatTrials({ a: [1], b: [2], gone: [3] }, TWO, true), '"random search": 1; tpe: 2; gone: 3');
});

test("a set of trials can be typed", () => {
  assert.deepEqual(parseTrials("4, 7-9", ONE), { a: [4, 7, 8, 9] });
  assert.deepEqual(parseTrials('tpe: 1; "random search": 2', TWO), { b: [1], a: [2] });
  assert.equal(parseTrials("", ONE), null);
  assert.throws(() => parseTrials("4", TWO), /study/);
  assert.throws(() => parseTrials("x: 4", TWO), /'x'.*random search, tpe/);
  assert.throws(() => parseTrials("4, best", ONE), /'best' is no trial/);
  assert.throws(() => parseTrials("1-999999999", ONE), /no trial/);
  assert.throws(() => parseTrials('"tpe', ONE), /no/);
});
