import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { decode, levelKey, reviveSpace, StudyRows, Table } from "../../assets/kit/columns.mjs";
import { answer, column, valuesOf } from "./helpers.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PYTHON = [process.env.PYTHON, `${ROOT}/.venv/bin/python`].find((path) => path && existsSync(path)) ?? "python3";
const WRITE = `
import math, sys
from analytics.columns import Kind, Role, category_column, number_column
from analytics.wire import pack
inf, nan = math.inf, math.nan
columns = [
    number_column("number", [0, 1, 2], Role.ROW, Kind.INT),
    number_column("lr", [1e-4, nan, 0.1 + 0.2], Role.PARAM),
    number_column("same", [7.0, 7.0, 7.0], Role.PARAM),
    number_column("endless", [inf, inf, -inf], Role.METRIC),
    number_column("nothing", [nan, nan, nan], Role.METRIC),
    category_column("größe/ü", ["<b>", nan, "日本"], Role.PARAM),
    category_column("mixed", [True, 1, None], Role.PARAM, levels=[True, 1, "1", None, inf]),
]
sys.stdout.buffer.write(pack({"revision": "r1", "reset": True, "rows": 3}, columns))
`;

function written(program) {
  const bytes = execFileSync(PYTHON, ["-c", program], { cwd: ROOT });
  return decode(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

const rows = (...answers) => answers.reduce((data, given) => (data.apply(given), data), new StudyRows());
const shown = (data, name) => valuesOf(data.columns.get(name));

test("the browser reads exactly what the server wrote", () => {
  const { revision, reset, rows: count, columns } = written(WRITE);
  assert.deepEqual({ revision, reset, count }, { revision: "r1", reset: true, count: 3 });
  assert.deepEqual(Object.fromEntries(columns.map((c) => [c.name, valuesOf(c)])), {
    number: [0, 1, 2],
    lr: [1e-4, null, 0.30000000000000004],
    same: [7, 7, 7],
    endless: [Infinity, Infinity, -Infinity],
    nothing: [null, null, null],
    "größe/ü": ["<b>", null, "日本"],
    mixed: [true, 1, null],
  });
  assert.deepEqual(columns.at(-1).levels, [true, 1, "1", null, Infinity]);
  assert.deepEqual(columns.map((c) => `${c.kind} ${c.role}`).slice(0, 2), ["int row", "float param"]);
});

test("an answer without rows is read", () => {
  const empty = written(`
import sys
from analytics.columns import Role, number_column
from analytics.wire import pack
sys.stdout.buffer.write(pack({"revision": "", "reset": False, "rows": 0}, [number_column("lr", [], Role.PARAM)]))
`);
  assert.equal(empty.columns[0].values.length, 0);
});

test("levels meet where type and value are equal", () => {
  const keys = [1, true, "1", null, "null", false, 0, ""].map(levelKey);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(levelKey(0), levelKey(-0));
});

test("new rows are appended and changed rows replaced", () => {
  const first = answer([column("lr", [0.1, 0.2])], { states: ["complete", "running"] });
  const second = answer([column("lr", [0.2, 0.3])], { numbers: [1, 2], states: ["failed", "running"], reset: false, revision: "2" });
  const data = rows(first, second);
  assert.equal(data.revision, "2");
  assert.deepEqual(shown(data, "number"), [0, 1, 2]);
  assert.deepEqual(shown(data, "lr"), [0.1, 0.2, 0.3]);
  assert.deepEqual(shown(data, "state"), ["complete", "failed", "running"]);
  assert.deepEqual([0, 1, 2, 3].map((number) => data.rowOf(number)), [0, 1, 2, -1]);
});

test("a value that becomes missing is missing", () => {
  const data = rows(answer([column("lr", [0.1])]), answer([column("lr", [null])], { reset: false }));
  assert.deepEqual(shown(data, "lr"), [null]);
});

test("a column that comes later is missing in earlier rows", () => {
  const later = answer([column("lr", [0.2]), column("acc", [0.9])], { numbers: [1], reset: false });
  const data = rows(answer([column("lr", [0.1])]), later);
  assert.deepEqual(shown(data, "acc"), [null, 0.9]);
});

test("levels that an answer orders otherwise keep their rows' values", () => {
  const later = answer([column("opt", ["sgd", "lion"], { levels: ["sgd", "lion", "adam"] })], { numbers: [1, 2], reset: false });
  const data = rows(answer([column("opt", ["adam", "adam"])]), later);
  assert.deepEqual(shown(data, "opt"), ["adam", "sgd", "lion"]);
});

test("ints followed by a fraction are floats, with all their rows", () => {
  const data = rows(answer([column("x", [1], { kind: "int" })]), answer([column("x", [1.5])], { numbers: [1], reset: false }));
  assert.equal(data.columns.get("x").kind, "float");
  assert.deepEqual(shown(data, "x"), [1, 1.5]);
});

test("numbers followed by text become categories, with all their rows", () => {
  const data = rows(answer([column("x", [1, null])]), answer([column("x", ["auto"])], { numbers: [2], reset: false }));
  assert.deepEqual(shown(data, "x"), [1, null, "auto"]);
});

test("a reset replaces all rows", () => {
  const data = rows(answer([column("lr", [0.1, 0.2])]), answer([column("lr", [0.5])], { numbers: [7] }));
  assert.deepEqual(shown(data, "number"), [7]);
  assert.equal(data.rowOf(0), -1);
});

test("an answer without news changes the revision only", () => {
  const data = rows(answer([column("lr", [0.1])]), { revision: "9", reset: false, rows: 0, columns: [] });
  assert.equal(data.revision, "9");
  assert.deepEqual(shown(data, "lr"), [0.1]);
});

test("the table holds all rows of all shown studies, under their study", () => {
  const a = rows(answer([column("lr", [0.1, 0.2]), column("only", [1, 2])]));
  const b = rows(answer([column("lr", [0.3])], { numbers: [5] }));
  const table = new Table([["a", a], ["b", b]]);
  assert.deepEqual(valuesOf(table.columns.get("study")), ["a", "a", "b"]);
  assert.deepEqual(valuesOf(table.columns.get("lr")), [0.1, 0.2, 0.3]);
  assert.deepEqual(valuesOf(table.columns.get("only")), [1, 2, null]);
  assert.deepEqual([table.rowOf("b", 5), table.rowOf("a", 5), table.rowOf("c", 0)], [2, -1, -1]);
  assert.deepEqual(table.keyOf(2), { study: "b", number: 5 });
});

test("categories of two studies meet under one set of levels", () => {
  const a = rows(answer([column("opt", ["adam", "sgd"])]));
  const b = rows(answer([column("opt", ["lion", "adam", null])]));
  const opt = new Table([["a", a], ["b", b]]).columns.get("opt");
  assert.deepEqual(valuesOf(opt), ["adam", "sgd", "lion", "adam", null]);
  assert.deepEqual(opt.levels, ["adam", "sgd", "lion"]);
});

test("a column of numbers in one study and of categories in another is one of categories", () => {
  const a = rows(answer([column("depth", [3, 1, null])]));
  const b = rows(answer([column("depth", ["auto", 3], { kind: "category" })]));
  const depth = new Table([["a", a], ["b", b]]).columns.get("depth");
  assert.equal(depth.kind, "category");
  assert.deepEqual(valuesOf(depth), [3, 1, null, "auto", 3]);
  assert.equal(depth.levels.length, 3);
});

test("a table of no study has no rows", () => {
  const table = new Table([]);
  assert.equal(table.rows, 0);
  assert.equal(table.rowOf("a", 0), -1);
});

test("infinite choices of a space come back from their JSON", () => {
  const space = { order: { type: "categorical", choices: [1, { float: "inf" }, null] }, lr: { type: "float", low: 0, high: 1 } };
  assert.deepEqual(reviveSpace(space), { ...space, order: { type: "categorical", choices: [1, Infinity, null] } });
});
