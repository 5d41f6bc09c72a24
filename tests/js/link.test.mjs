import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeState, encodeState, readLink, writeLink } from "../../assets/kit/link.mjs";
import { Model } from "../../assets/kit/model.mjs";
import { normalize } from "../../assets/kit/selection.mjs";
import { column, modelOf } from "./helpers.mjs";

const NOTHING = { shown: [], brushes: {}, settings: {}, pins: [] };
const shared = (state) => decodeState(`#${encodeState({ ...NOTHING, ...state })}`);

test("a page that nobody touched has an empty link", () => {
  assert.equal(writeLink(new Model()), "");
  assert.deepEqual(decodeState(""), { state: {}, problems: [] });
  assert.deepEqual(decodeState("#"), { state: {}, problems: [] });
});

test("brushes come back to the last bit", () => {
  const brushes = normalize({
    lr: { ranges: [[0.1 + 0.2, null], [-Infinity, 5e-324]], values: [1 / 3], missing: true },
    "c / ü %#&=+<b>'\"": [true, "true", 1, "1", null, Infinity],
    __proto__x: ["a"],
    $regions: [{ x: "a", y: "b", box: [0, Infinity, -1e-300, 1] }],
    $trials: { abc: [1, 2] },
  });
  assert.deepEqual(shared({ brushes }), { state: { brushes }, problems: [] });
});

test("shown studies, pins and settings come back", () => {
  const state = {
    shown: ["aaaabbbbcccc"],
    pins: [{ study: "aaaabbbbcccc", number: 7 }],
    settings: {
      objective: { metric: "loss", direction: "minimize" }, budget: 9, order: ["b", "a"], hidden: ["x"], extra: ["y"], range: [0.5, 1],
      rank: true, scatter: { x: "a", y: null, better: { a: "minimize" } }, slices: { rows: ["a"], columns: null }, histograms: ["z"],
    },
  };
  assert.deepEqual(shared(state), { state, problems: [] });
});

test("settings at their default are not in the link", () => {
  const defaults = { objective: null, budget: "highest", order: null, hidden: [], extra: [], range: null, rank: false };
  assert.equal(encodeState({ ...NOTHING, settings: defaults }), "");
});

test("a browser leaves the link as it is", () => {
  const hash = encodeState({ ...NOTHING, brushes: normalize({ 'a "<>` b': ["<b>"] }) });
  assert.equal(new URL(`http://localhost/#${hash}`).hash, `#${hash}`);
});

for (const damaged of ["#v1=%7B", "#v1=%E0%A4%A", "#v2=%7B%7D", "#hello", "#v1=[]", "#v1=null", "#v1=3"]) {
  test(`a damaged link ${damaged} gives one sentence and no state`, () => {
    const { state, problems } = readLink(damaged);
    assert.deepEqual(state, {});
    assert.equal(problems.length, 1);
    assert.match(problems[0], /damaged/);
  });
}

const link = (state) => `#v1=${encodeURIComponent(JSON.stringify(state))}`;

test("what cannot be read is named, the rest applies", () => {
  const { state, problems } = readLink(link({
    shown: "all", pins: [{ study: "a", number: 1.5 }], settings: { rank: true, range: [1], budget: {}, "__x": 1 },
    brushes: { lr: [[0, 1]], depth: [["low", 1]], $regions: {} },
  }));
  assert.deepEqual(state, { settings: { rank: true }, brushes: normalize({ lr: [[0, 1]] }) });
  assert.equal(problems.length, 7);
  for (const name of ["shown", "pins", "'range'", "'budget'", "'depth'", "'$regions'"]) {
    assert.ok(problems.some((sentence) => sentence.includes(name)), name);
  }
});

test("a link cannot reach an object's own parts", () => {
  const { state } = readLink('#v1={"settings":{"__proto__":{"rank":true}},"brushes":{"__proto__":[[0,1]]}}');
  assert.deepEqual(state.settings, {});
  assert.equal({}.rank, undefined);
  assert.deepEqual(Object.keys(state.brushes), ["__proto__"]);
});

test("a copied link makes a second page show the same", () => {
  const columns = [column("lr", [1, 2, 3]), column("acc", [0.1, 0.2, 0.3], { role: "metric" })];
  const [first, second] = [0, 1].map(() => modelOf({ a: { columns } }));
  first.brush("lr", [[2, null]]);
  first.togglePin(1);
  first.set("order", ["acc", "lr"]);
  const { state, problems } = readLink(`#${writeLink(first)}`);
  assert.deepEqual([...problems, ...second.restore(state)], []);
  assert.equal(writeLink(second), writeLink(first));
  assert.deepEqual([...second.mask], [...first.mask]);
});

test("a brush kept aside stays in the link", () => {
  const columns = [column("acc", [0.1], { role: "metric" })];
  const model = modelOf({ a: { columns }, b: { columns: [...columns, column("depth", [1])] } });
  model.brush("depth", [[1, 1]]);
  model.update([], ["a"]);
  assert.deepEqual(Object.keys(readLink(writeLink(model)).state.brushes), ["depth"]);
});

test("a set of many trials makes a short link, and none that is damaged fills the memory", () => {
  const numbers = Array.from({ length: 50_000 }, (_, i) => i);
  const hash = encodeState({ ...NOTHING, brushes: { $trials: { abc: numbers } } });
  assert.ok(hash.length < 100);
  assert.deepEqual(decodeState(hash).state.brushes, { $trials: { abc: numbers } });
  const { state, problems } = readLink('#v1={"brushes":{"$trials":{"abc":"0-999999999"}}}');
  assert.deepEqual(state.brushes, {});
  assert.match(problems[0], /'0-999999999' is no trial/);
});
