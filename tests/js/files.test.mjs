import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf } from "../../assets/kit/csv.mjs";
import { fileName } from "../../assets/kit/download.mjs";
import { escapeXml, SvgPen } from "../../assets/kit/svgpen.mjs";
import { columnDefs, compare, fileValue, isShown, tableColumns } from "../../assets/kit/tablecolumns.mjs";
import { column, modelOf } from "./helpers.mjs";

const pen = () => new SvgPen((text) => ({ width: 6 * text.length }));

test("cells with commas, quotes and line breaks are quoted", () => {
  assert.equal(csvOf(["a", 'b"'], [[1, "x,y"], [null, 'say "hi"\nthere']]), 'a,"b"""\r\n1,"x,y"\r\n,"say ""hi""\nthere"\r\n');
});

test("a spreadsheet cannot take text for a formula, and negative numbers stay numbers", () => {
  const text = csvOf(["=cmd"], [["=1+1"], ["+1"], ["-x"], ["@sum"], ["\tx"], [-0.5], [true]]);
  assert.equal(text, "'=cmd\r\n'=1+1\r\n'+1\r\n'-x\r\n'@sum\r\n'\tx\r\n-0.5\r\ntrue\r\n");
});

test("numbers keep every digit", () => assert.equal(csvOf(["x"], [[0.1 + 0.2], [1e-7]]), "x\r\n0.30000000000000004\r\n1e-7\r\n"));

test("an empty text is not an empty cell", () => assert.equal(csvOf(["x"], [[""], [null]]), 'x\r\n""\r\n\r\n'));

test("a file name holds no path and no markup", () => {
  assert.match(fileName(["scatter", "../../etc/<b> x"], "svg"), /^scatter_etc-b-x\.svg$/);
  assert.equal(fileName(["", "///"], "csv"), "trials.csv");
});

test("text in a drawing is escaped, and what XML cannot hold is left out", () => {
  assert.equal(escapeXml(`<script>"&'\u0000\u001f`), "&lt;script&gt;&quot;&amp;&#39;");
  const drawing = pen();
  drawing.fillStyle = '"><script>';
  drawing.fillText("<script>alert(1)</script>", 1, 2);
  assert.ok(!drawing.document(10, 10, "<script>").includes("<script"));
});

test("paths, rectangles and circles come out as shapes", () => {
  const drawing = pen();
  drawing.beginPath();
  drawing.lineTo(1, 2);
  drawing.lineTo(3.14159, 4);
  drawing.setLineDash([4, 2]);
  drawing.stroke();
  drawing.fillRect(10, 10, -4, -2);
  drawing.beginPath();
  drawing.arc(5, 5, 2, 0, 2 * Math.PI);
  drawing.fill();
  const [path, rect, circle] = drawing.parts;
  assert.match(path, /d="M1 2L3.14 4" fill="none".*stroke-dasharray="4 2"/);
  assert.match(rect, /x="6" y="8" width="4" height="2"/);
  assert.match(circle, /A2 2 0 1 1/);
});

test("marks are filled dots", () => {
  const drawing = pen();
  Object.assign(drawing, { dots: 2, strokeStyle: "red" });
  drawing.beginPath();
  drawing.arc(5, 6, 9, 0, 2 * Math.PI);
  drawing.stroke();
  assert.equal(drawing.parts[0], '<circle cx="5" cy="6" r="2" fill="red"/>');
});

test("a saved state is restored, with its rotation", () => {
  const drawing = pen();
  drawing.save();
  drawing.translate(3, 4);
  drawing.rotate(-Math.PI / 2);
  drawing.textAlign = "right";
  drawing.fillText("a", 0, 0);
  drawing.restore();
  assert.equal(drawing.textAlign, "left");
  assert.match(drawing.parts.join(""), /^<g transform="translate\(3 4\) rotate\(-90\)"><text[^>]*text-anchor="end"[^>]*>a<\/text><\/g>$/);
});

const columns = [
  column("lr", [0.1, null]), column("opt", ["sgd", "=adam"]), column("acc", [0.5, 0.7], { role: "metric" }),
  column("start", [1700000000.5, null], { role: "row", kind: "time" }), column("config", ["x", "y"], { role: "row" }),
];
const model = () => modelOf({ a: { columns, space: { lr: {}, opt: { choices: ["sgd", "=adam"] } }, name: "first" } });

test("the table begins with trial, state, metrics and hyperparameters, and hides what is the same everywhere", () => {
  const given = model();
  assert.deepEqual(tableColumns(given), ["number", "study", "state", "acc", "lr", "opt", "start", "config"]);
  assert.deepEqual(tableColumns(given).filter((name) => isShown(given, name)), ["number", "state", "acc", "lr", "opt"]);
  given.settings.table = { lr: false, start: true };
  assert.deepEqual(tableColumns(given).filter((name) => isShown(given, name)), ["number", "state", "acc", "opt", "start"]);
});

test("cells read the kit's columns", () => {
  const given = model();
  const cell = (name, i) => columnDefs(given).find(({ colId }) => colId === `column ${name}`).valueGetter({ data: { i } });
  assert.deepEqual([cell("lr", 0), cell("lr", 1), cell("opt", 1), cell("number", 1)], [0.1, null, "=adam", 1]);
});

test("missing values come last in both directions, categories in the order of their axis", () => {
  for (const descending of [false, true]) {
    const sorted = [NaN, 2, 1].sort((a, b) => compare(a, b, descending) * (descending ? -1 : 1));
    assert.deepEqual(sorted, descending ? [2, 1, NaN] : [1, 2, NaN]);
  }
  const { comparator } = columnDefs(model()).find(({ colId }) => colId === "column opt");
  assert.equal(comparator("sgd", "=adam", { data: { i: 0 } }, { data: { i: 1 } }, false), -1);
});

test("a file gets every digit, categories as they are and times in UTC", () => {
  const given = model();
  const values = ["study", "lr", "opt", "start"].map((name) => fileValue(given, name, 0));
  assert.deepEqual(values, ["first", 0.1, "sgd", "2023-11-14T22:13:20.500Z"]);
  assert.equal(fileValue(given, "lr", 1), null);
});

test("heads of the table's columns never look alike, and their columns are as wide as they need", () => {
  const names = ["optimizer.first_group.learning_rate", "optimizer.first_group.weight_decay", "lr"];
  const given = modelOf({ a: { columns: names.map((name) => column(name, [1, 2])), space: Object.fromEntries(names.map((name) => [name, {}])) } });
  const [rate, decay, short] = names.map((name) => columnDefs(given).find(({ colId }) => colId === `column ${name}`));
  assert.notEqual(rate.headerName, decay.headerName);
  assert.deepEqual([rate.headerName.length, decay.headerName.length, short.headerName], [20, 20, "lr"]);
  assert.ok(rate.width > short.width);
});
