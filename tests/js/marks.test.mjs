import assert from "node:assert/strict";
import { test } from "node:test";
import { archivedCount, showArchived } from "../../assets/kit/archive.mjs";
import { parse } from "../../assets/kit/markdown.mjs";
import { tagsOf } from "../../assets/kit/markedit.mjs";
import { knownTags, markOf, planned, settled, tagBrush } from "../../assets/kit/marks.mjs";
import { MOST_PINS, pinnable, pinSelected } from "../../assets/kit/pinning.mjs";
import { found, wordsOf } from "../../assets/kit/tablesearch.mjs";
import { Timeline } from "../../assets/kit/timeline.mjs";
import { answer, column, modelOf } from "./helpers.mjs";

const mark = (name, values) => column(name, values, { role: "mark", kind: "category" });
const columns = () => [
  column("lr", [1, 2, 3, 4]),
  column("acc", [0.1, 0.4, 0.3, 0.2], { role: "metric" }),
  mark("star", [true, null, true, null]),
  mark("tags", ["fast, small", null, "small", null]),
  mark("note", [null, "why?", null, null]),
  mark("archived", [null, null, null, null]),
];
const marked = () => modelOf({ a: { columns: columns(), space: { lr: {} } } });
const text = (line) => line.map((part) => part.text).join("");

test("a row tells its annotations, one without has none", () => {
  const model = marked();
  assert.deepEqual(markOf(model, 0), { star: true, tags: ["fast", "small"], note: "", archived: false });
  assert.deepEqual(markOf(model, 3), { star: false, tags: [], note: "", archived: false });
  assert.deepEqual(knownTags(model), ["fast", "small"]);
  assert.deepEqual(tagBrush(model, "small"), ["fast, small", "small"]);
});

test("a change concerns the rows that become different, and its way back just those", () => {
  const { count, edits, inverse } = planned(marked(), [0, 1, 2, 3], { star: true });
  assert.equal(count, 2);
  assert.deepEqual(edits, [{ study: "a", numbers: [1, 3], star: true }]);
  assert.deepEqual(inverse, [{ study: "a", numbers: [1, 3], star: false }]);
  const tag = planned(marked(), [0, 3], { tag: "fast" });
  assert.deepEqual([tag.edits, tag.inverse], [[{ study: "a", numbers: [3], tag: "fast" }], [{ study: "a", numbers: [3], untag: "fast" }]]);
  assert.equal(planned(marked(), [1, 3], { untag: "fast" }).count, 0);
});

test("a line for many rows goes under each one's own note, and back to it", () => {
  const { edits, inverse } = planned(marked(), [1, 2, 3], { addNote: " again " });
  assert.deepEqual(edits, [
    { study: "a", numbers: [1], note: "why?\nagain", was: "why?" },
    { study: "a", numbers: [2, 3], note: "again", was: "" },
  ]);
  assert.deepEqual(inverse, [
    { study: "a", numbers: [1], note: "why?", was: "why?\nagain" },
    { study: "a", numbers: [2, 3], note: "", was: "again" },
  ]);
});

test("archived rows leave table, brushes, best and counts until they are asked for", () => {
  const model = marked();
  const gone = columns();
  gone[5] = mark("archived", [null, true, null, true]);
  model.update([["a", answer(gone)]]);
  assert.deepEqual([model.table.rows, model.selected, archivedCount(model)], [2, 2, 2]);
  assert.equal(model.table.keyOf(model.best()).number, 2);
  assert.equal(model.table.rowOf("a", 1), -1);
  showArchived(model, true);
  assert.deepEqual([model.table.rows, archivedCount(model), model.table.keyOf(model.best()).number], [4, 2, 1]);
  showArchived(model, false);
  assert.equal(model.table.rows, 2);
});

test("brushes on annotations go to the server as the trials that they select", () => {
  const model = marked();
  model.brush("lr", [[2, 4]]);
  assert.deepEqual(settled(model), { lr: { ranges: [[2, 4]], values: [], missing: false } });
  model.brush("star", [true]);
  assert.deepEqual(settled(model).$trials, { a: [0, 2] });
  model.brush("$trials", { a: [2, 3] });
  assert.deepEqual([Object.keys(settled(model)), settled(model).$trials], [["lr", "$trials"], { a: [2] }]);
});

test("undo takes back what was done last, a brush or an annotation, and redo does it again", async () => {
  const model = marked();
  const timeline = new Timeline(model);
  const log = [];
  const did = (name) => timeline.did({ undo: async () => Boolean(log.push(`-${name}`)), redo: async () => Boolean(log.push(`+${name}`)) });
  const state = () => `${log.splice(0).join()} ${model.brushes.lr?.ranges[0][0] ?? "none"}`;
  model.brush("lr", [[2, 4]]);
  did("star");
  did("note");
  model.brush("lr", [[3, 4]]);
  did("tag");
  const undone = [];
  while (timeline.canUndo) {
    await timeline.undo();
    undone.push(state());
  }
  assert.deepEqual(undone, ["-tag 3", " 2", "-note 2", "-star 2", " none"]);
  const redone = [];
  while (timeline.canRedo) {
    await timeline.redo();
    redone.push(state());
  }
  assert.deepEqual(redone, [" 2", "+star 2", "+note 2", " 3", "+tag 3"]);
  await timeline.undo();
  model.brush("lr", [[1, 4]]);
  assert.equal(timeline.canRedo, false);
});

test("a step that the server refuses can be tried again", async () => {
  const timeline = new Timeline(marked());
  let works = false;
  timeline.did({ undo: async () => works, redo: async () => true });
  await timeline.undo();
  assert.deepEqual([timeline.canUndo, timeline.canRedo], [true, false]);
  works = true;
  await timeline.undo();
  assert.deepEqual([timeline.canUndo, timeline.canRedo], [false, true]);
});

test("all selected trials are pinned once, of too many the best", () => {
  const model = marked();
  model.brush("lr", [[2, 4]]);
  model.togglePin(2);
  assert.deepEqual(pinnable(model), { rows: [1, 3], label: "Pin 2 trials" });
  pinSelected(model);
  assert.deepEqual(model.pins.map(({ number }) => number), [2, 1, 3]);
  assert.equal(pinnable(model).label, "Pin (all are pinned)");
  const values = Array.from({ length: 500 }, (_, i) => i);
  const many = modelOf({ a: { columns: [column("acc", values, { role: "metric" })] } });
  assert.equal(pinnable(many).label, "Pin the best 200 of 500 trials");
  pinSelected(many);
  assert.deepEqual([many.pins.length, many.pins[0].number, MOST_PINS], [200, 300, 200]);
});

test("notes and tags are found by all words, in any case", () => {
  const one = { tags: ["On device"], note: "Overfits\nafter step 20" };
  assert.equal(found(one, wordsOf("DEVICE overfits")), true);
  assert.equal(found(one, wordsOf("device diverges")), false);
  assert.deepEqual(tagsOf(" a, b ,, a"), ["a", "b"]);
});

test("Markdown is bold, italic, code, lists and links to the web, all else is text", () => {
  const [first, list] = parse("**bold** *it* `a*b*`\nsee https://example.org/x.\n\n- one\n* two");
  assert.deepEqual(first.lines[0].map(({ kind }) => kind), ["strong", "text", "em", "text", "code"]);
  assert.equal(first.lines[1][1].kind, "a");
  assert.deepEqual([list.kind, list.lines.map(text)], ["ul", ["one", "two"]]);
});

test("a hostile note stays text", () => {
  const notes = [
    "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "[x](data:text/html,<script>alert(1)</script>)", "![p](https://example.org/p.png)",
    "[x](JaVaScRiPt:alert(1))", "[x](/relative)", "[x]( https://example.org)", "[a](vbscript:x)",
  ];
  for (const note of notes) {
    const kinds = parse(note).flatMap(({ lines }) => lines.flat()).map(({ kind }) => kind);
    assert.ok(kinds.every((kind) => kind === "text" || kind === "a"), note);
    for (const part of parse(note).flatMap(({ lines }) => lines.flat())) {
      if (part.kind === "a") assert.match(part.href, /^https:\/\/example\.org/);
    }
    assert.equal(parse(note).flatMap(({ lines }) => lines.map(text)).join(""), note);
  }
  assert.deepEqual(parse("[x](javascript:alert(1))")[0].lines[0].map(({ kind }) => kind), ["text"]);
});

test("undo that is asked for again while the server answers comes after the first", async () => {
  const timeline = new Timeline(marked());
  const log = [];
  let answer = null;
  const did = (name) => timeline.did({ undo: () => new Promise((resolve) => (answer = () => resolve(Boolean(log.push(name))))), redo: async () => true });
  did("first");
  did("second");
  const all = timeline.undo();
  timeline.undo();
  assert.deepEqual(log, []);
  answer();
  await new Promise((resolve) => setImmediate(resolve));
  answer();
  await all;
  assert.deepEqual([log, timeline.canUndo], [["second", "first"], false]);
});
