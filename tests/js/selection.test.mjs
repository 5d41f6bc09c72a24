import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { BrushError, columnsOf, normalize, Selector } from "../../assets/kit/selection.mjs";

const CASES = JSON.parse(readFileSync(new URL("../selection_cases.json", import.meta.url), "utf8"));
const FLOATS = { inf: Infinity, "-inf": -Infinity, nan: NaN };

/** JSON with {"float": "inf"} for what JSON lacks. */
function revive(value) {
  if (Array.isArray(value)) return value.map(revive);
  if (value === null || typeof value !== "object") return value;
  if ("float" in value && Object.keys(value).length === 1) return FLOATS[value.float];
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revive(item)]));
}

function tableOf({ columns, numbers, study }) {
  const described = Object.entries(columns).map(([name, { kind, values, levels = [] }]) => [
    name,
    { name, kind, levels: levels.map(revive), values: Float64Array.from(values, (v) => revive(v) ?? NaN) },
  ]);
  const rowOf = (id, number) => (id === study ? numbers.indexOf(number) : -1);
  return { rows: numbers.length, ids: [study], columns: new Map(described), rowOf };
}

const select = (given) => new Selector(tableOf(given)).mask(normalize(revive(given.brushes)));

test("the cases are there", () => assert.ok(CASES.length > 100));

for (const given of CASES) {
  test(given.name, () => {
    if (given.error) return assert.throws(() => select(given), BrushError);
    const selected = [...select(given).entries()].filter(([, bit]) => bit).map(([row]) => row);
    assert.deepEqual(selected, given.selected);
    const normal = normalize(revive(given.brushes));
    if (given.normal) assert.deepEqual(normal, revive(given.normal));
    return assert.deepEqual(normalize(normal), normal);
  });
}

test("a brush on a column called __proto__ is a brush", () => {
  assert.deepEqual(Object.keys(normalize(JSON.parse('{"__proto__": [[0, 1]]}'))), ["__proto__"]);
});

test("an error names the column and the value", () => {
  assert.throws(() => normalize({ lr: [["x", 1]] }), /'lr'.*"x".*expected a number or null/);
  assert.throws(() => normalize({ $trials: { a: [1.5] } }), /\$trials.*1\.5.*whole number/);
});

test("columnsOf lists what brushes need", () => {
  const brushes = normalize({ lr: [[0, 1]], $regions: [{ x: "a", y: "b", box: [0, 1, 0, 1] }], $trials: { s: [1] } });
  assert.deepEqual(columnsOf(brushes), ["lr", "a", "b"]);
});

test("a step of one brush computes that brush only", () => {
  const values = Float64Array.from([1, 2, 3]);
  let reads = 0;
  const watched = { name: "x", kind: "float", levels: [], get values() { return reads++, values; } };
  const table = { rows: 3, columns: new Map([["x", watched], ["y", { name: "y", kind: "float", levels: [], values }]]) };
  const selector = new Selector(table);
  const { x } = normalize({ x: [[2, 3]] });
  selector.mask({ x, ...normalize({ y: [[1, 2]] }) });
  const before = reads;
  assert.deepEqual([...selector.mask({ x, ...normalize({ y: [[1, 3]] }) })], [0, 1, 1]);
  assert.equal(reads, before);
});
