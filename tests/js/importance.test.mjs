/** What the kit asks about importance, and which answer counts. */
import assert from "node:assert/strict";
import test from "node:test";
import { basisLines, basisSentences, rowsText } from "../../assets/kit/basis.mjs";
import { chooseImportance, ImportanceFeed, toggleActive } from "../../assets/kit/importance.mjs";
import { matrixNames, pairBounds, side } from "../../assets/kit/pairmatrix.mjs";
import { rowChoices } from "../../assets/kit/rowchoices.mjs";
import { barred, mostFirst } from "../../assets/kit/sharebars.mjs";
import { answer, column, entry, modelOf } from "./helpers.mjs";

const SPACE = { lr: { type: "float", low: 0, high: 1 }, depth: { type: "int", low: 1, high: 4 } };
const METRICS = [{ name: "acc", direction: "maximize", objective: true }, { name: "size", direction: null, objective: false }];

/** A model with a feed whose requests wait in `asked` for `tell`. */
function watched(options = {}) {
  const columns = [column("lr", [0.1, 0.2, 0.3]), column("depth", [1, 2, 3]), column("acc", [0.5, 0.6, 0.7], { role: "metric" }), column("size", [1, 2, 3], { role: "metric" })];
  const model = modelOf({ a: { columns, space: SPACE, metrics: METRICS, ...options } });
  const asked = [];
  const post = (path, body, signal) => new Promise((resolve, reject) => {
    asked.push({ path, body, signal, resolve, reject });
    signal.addEventListener("abort", () => reject(new Error("aborted")));
  });
  const feed = new ImportanceFeed(model, post);
  feed.refresh();
  return { model, feed, asked };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Answer a request as the server does. */
async function tell({ body, resolve }, shares = { lr: 0.6, depth: 0.3 }, more = {}) {
  const bounds = (value) => (body.intervals ? [value, value - 0.1, value + 0.1] : [value, null, null]);
  const single = Object.fromEntries(Object.entries(shares).map(([name, value]) => [name, bounds(value)]));
  resolve({ study: body.study, metric: body.metric, revision: "r1", resamples: body.intervals ? 8 : 0, names: Object.keys(SPACE), single, pairs: [["lr", "depth", ...bounds(0.05)]], ...more });
  await settled();
}

test("the whole study is asked about first, then its intervals", async () => {
  const { model, asked } = watched();
  assert.deepEqual(asked.map(({ body }) => [body.study, body.metric, body.brushes, body.intervals]), [["a", "acc", null, undefined]]);
  assert.equal(model.importance.state, "loading");
  await tell(asked[0]);
  assert.equal(model.importance.state, "ready");
  assert.deepEqual(model.importance.whole.single.lr, [0.6, null, null]);
  assert.equal(asked[1].body.intervals, true);
  await tell(asked[1]);
  assert.deepEqual(model.importance.whole.single.lr, [0.6, 0.5, 0.7]);
  assert.equal(asked.length, 2);
});

test("a brush is asked about on the rows of the answer for the whole study", async () => {
  const { model, asked } = watched();
  await tell(asked[0]);
  await tell(asked[1]);
  model.brush("lr", [[0.1, 0.2]]);
  assert.deepEqual(Object.keys(asked[2].body.brushes), ["lr"]);
  assert.equal(asked[2].body.revision, "r1");
  assert.equal(model.importance.within, null);
  await tell(asked[2], { lr: 0.1, depth: 0.8 });
  assert.equal(model.importance.within.single.depth[0], 0.8);
  model.clear();
  assert.equal(model.importance.within, null);
});

test("while a drag goes on a step is painted first, one request is under way, and the newest brush is asked for after it", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { model, asked } = watched();
  await tell(asked[0]);
  await tell(asked[1]);
  model.brush("lr", [[0.1, 0.2]], false);
  assert.equal(asked.length, 2);
  mock.timers.tick(200);
  for (const high of [0.25, 0.3]) model.brush("lr", [[0.1, high]], false);
  mock.timers.tick(200);
  assert.equal(asked.length, 3);
  await tell(asked[2], { lr: 0.2, depth: 0.2 });
  assert.equal(model.importance.within.single.lr[0], 0.2, "what came is shown meanwhile");
  assert.equal(asked.length, 4);
  assert.deepEqual(asked[3].body.brushes.lr.ranges, [[0.1, 0.3]]);
  await tell(asked[3], { lr: 0.3, depth: 0.2 });
  assert.equal(model.importance.within.single.lr[0], 0.3);
});

test("a brush at rest drops the request under way, and a late answer to it does not count", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { model, asked } = watched();
  await tell(asked[0]);
  await tell(asked[1]);
  model.brush("lr", [[0.1, 0.2]], false);
  mock.timers.tick(200);
  model.brush("lr", [[0.1, 0.3]]);
  assert.equal(asked[2].signal.aborted, true);
  await tell(asked[3], { lr: 0.9, depth: 0 });
  await tell(asked[2], { lr: 0.1, depth: 0 });
  assert.equal(model.importance.within.single.lr[0], 0.9);
});

test("what was told already is not asked for again", async () => {
  const { model, asked } = watched();
  await tell(asked[0]);
  await tell(asked[1]);
  model.brush("lr", [[0.1, 0.2]]);
  await tell(asked[2], { lr: 0.4, depth: 0 });
  await tell(asked[3], { lr: 0.4, depth: 0 });
  model.brush("lr", [[0.1, 0.3]]);
  await tell(asked[4], { lr: 0.5, depth: 0 });
  await tell(asked[5], { lr: 0.5, depth: 0 });
  model.undo();
  assert.equal(model.importance.within.single.lr[0], 0.4);
  assert.equal(asked.length, 6);
});

test("two metrics are two targets, the first of which stands at the top", async () => {
  const { model, asked } = watched();
  await tell(asked[0]);
  chooseImportance(model, { second: "size" });
  assert.deepEqual(model.importance.targets.map(({ metric, state }) => [metric, state]), [["acc", "ready"], ["size", "loading"]]);
  const second = asked.find(({ body }) => body.metric === "size");
  await tell(second, { lr: 0, depth: 1 });
  assert.equal(model.importance.targets[1].whole.single.depth[0], 1);
  assert.equal(model.importance.whole.single.lr[0], 0.6);
  chooseImportance(model, { second: null });
  assert.equal(model.importance.targets.length, 1);
});

test("another metric shows nothing of the old one", async () => {
  const { model, asked } = watched();
  await tell(asked[0]);
  chooseImportance(model, { metric: "size" });
  assert.equal(model.importance.state, "loading");
  assert.equal(model.importance.whole, null);
  assert.equal(asked.at(-1).body.metric, "size");
});

test("a refusal and a wrong request are both told in a sentence", async () => {
  const { model, asked } = watched();
  asked[0].resolve({ study: "a", metric: "acc", refused: "too few: 3 rows", reason: "too few", counts: { rows: 3 } });
  await settled();
  assert.equal(model.importance.state, "refused");
  assert.equal(model.importance.refused.reason, "too few");
  chooseImportance(model, { method: "nope" });
  asked.at(-1).resolve({ error: "'method' is 'nope'" });
  await settled();
  assert.equal(model.importance.refused.refused, "'method' is 'nope'");
});

test("two active hyperparameters are asked for their surface", async () => {
  const { model, asked } = watched();
  await tell(asked[0]);
  await tell(asked[1]);
  toggleActive(model, "depth");
  toggleActive(model, "lr");
  const { path, body, resolve } = asked.at(-1);
  assert.deepEqual([path, body.a, body.b, body.brushes], ["/api/surface", "depth", "lr", null]);
  resolve({ study: "a", a: { name: "depth" }, b: { name: "lr" }, mean: [[1]] });
  await settled();
  assert.deepEqual(model.importance.surface.mean, [[1]]);
  toggleActive(model, "lr");
  assert.equal(model.importance.surface, null);
});

test("a study that grows is asked about again at a calm pace, one that has ended at once", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const { model, asked } = watched({ state: "running", revision: "1" });
  const grow = (revision, state) => {
    model.setStudies([{ ...entry("a", { space: SPACE, metrics: METRICS, state }), revision }]);
    model.update([["a", answer([column("lr", [0.1, 0.2, 0.3, 0.4]), column("depth", [1, 2, 3, 4]), column("acc", [0.5, 0.6, 0.7, 0.8], { role: "metric" })], { revision })]]);
  };
  grow("2", "running");
  await tell(asked.at(-1));
  await tell(asked.at(-1));
  const before = asked.length;
  grow("3", "running");
  assert.equal(asked.length, before);
  mock.timers.tick(20_000);
  assert.deepEqual([asked.length, asked.at(-1).body.revision], [before + 1, "3"]);
  grow("4", "finished");
  assert.deepEqual([asked.length, asked.at(-1).body.revision], [before + 2, "4"]);
  assert.equal(model.importance.state, "ready", "the former answer stays meanwhile");
});

test("of several studies the chosen one counts, else that with the most rows, which stays", () => {
  const columns = [column("lr", [0.1]), column("acc", [0.5], { role: "metric" })];
  const model = modelOf({ a: { columns, space: SPACE }, b: { columns, space: SPACE } });
  model.studies.get("b").rows = 50;
  const feed = new ImportanceFeed(model, () => new Promise(() => {}));
  feed.refresh();
  assert.equal(model.importance.study, "b");
  model.studies.get("a").rows = 99;
  feed.refresh();
  assert.equal(model.importance.study, "b");
  chooseImportance(model, { study: "a" });
  assert.equal(model.importance.study, "a");
});

// --- the card -------------------------------------------------------------------------------------------------------

const WHOLE = {
  names: ["x", "y", "z"],
  single: { x: [0.1, null, null], y: [0.5, null, null], z: [0.1, null, null] },
  pairs: [["x", "y", 0.02, null, null], ["x", "z", 0.2, null, null], ["y", "z", 0, null, null]],
};

test("bars stand from the most to the least important, and past twelve fold", () => {
  assert.deepEqual(mostFirst(WHOLE), ["y", "x", "z"]);
  const names = Array.from({ length: 20 }, (_, i) => `h${i}`);
  assert.equal(barred(names, false).length, 12);
  assert.equal(barred(names, true).length, 20);
  assert.equal(barred(names.slice(0, 13), false).length, 13, "one alone does not fold");
});

test("the matrix holds the strongest pairs in the order of the bars, and squares by area", () => {
  assert.deepEqual(matrixNames(WHOLE, ["y", "x", "z"]), ["y", "x", "z"]);
  const many = { pairs: [["h8", "h9", 0.5], ["h0", "h1", 0.1]] };
  const names = Array.from({ length: 10 }, (_, i) => `h${i}`);
  assert.deepEqual(matrixNames(many, names), ["h0", "h1", "h2", "h3", "h8", "h9"]);
  assert.deepEqual(pairBounds(WHOLE.pairs)("z", "x"), [0.2, null, null]);
  assert.equal(side(0.25, 1) * 2, side(1, 1));
  assert.equal(side(0, 1), 0);
});

test("rows can be chosen where trials were pruned or budgets differ", () => {
  const told = (states, budget) => {
    const columns = [column("lr", states.map(() => 0.5)), column("budget", budget, { role: "row" })];
    return rowChoices(modelOf({ a: { columns, states, space: SPACE } }), "a").map(({ value, label }) => [value, label]);
  };
  assert.deepEqual(told(["complete", "complete"], [9, 9]), [["completed", "completed (2)"]]);
  assert.deepEqual(told(["complete", "pruned", "failed"], [9, 3, 1]), [
    ["completed", "completed (1)"],
    ["worst", "with 1 pruned as worst"],
    ["3", "all at budget 3"],
    ["9", "all at budget 9"],
  ]);
});

test("under the shares stands what they rest on", () => {
  const whole = { ...WHOLE, rows: 232, imputed: 52, left_out: { failed: 8 }, choice: "worst", budget: "", oob_r2: 0.1, settings: { trees: 16, seed: 0 }, sampler: "TPE chose the trials." };
  assert.equal(rowsText(whole), "232 of 240 rows used, 52 of them pruned and taken as the worst (left out: 8 failed).");
  const sentences = basisSentences({ whole, within: { single: {}, inside: 12, rows: 232 } }, { running: true });
  assert.ok(sentences.includes("Within the brush: 12 of these rows lie in that part of the space, on the same forest."));
  assert.ok(sentences.some((one) => one.includes("running")));
  assert.ok(sentences.some((one) => one.includes("mostly noise")));
  assert.deepEqual(basisLines([{ metric: "acc", sentences: ["A.", "B."] }, { metric: "size", sentences: ["C.", "B."] }]), ["acc: A.", "size: C.", "B."]);
});
