/** When findings are asked for, what a finding selects, and what it fills in. */
import assert from "node:assert/strict";
import test from "node:test";
import { evidenceText, FindingFeed, fillOf, isSelected, selectTrials } from "../../assets/kit/findings.mjs";
import { column, entry, modelOf } from "./helpers.mjs";

const FINDING = { kind: "bound", sentence: "Pressed.", evidence: { effect: 0.75, n: 60, test: "t-test", p: 0.0004 }, trials: [1, 2], change: { space: { lr: { high: 2 } } } };
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A model of two studies and a feed whose requests wait in `asked`. */
function watched(look = { at: true }) {
  const columns = () => [column("lr", [0.1, 0.2, 0.3]), column("acc", [0.5, 0.6, 0.7], { role: "metric" })];
  const model = modelOf({ a: { columns: columns() }, b: { columns: columns() } });
  const asked = [];
  const feed = new FindingFeed(model, () => look.at, (path) => new Promise((resolve, reject) => asked.push({ path, resolve, reject })));
  feed.refresh();
  return { model, feed, asked, look };
}

test("each shown study is asked for once, and only while someone looks", async () => {
  const { model, feed, asked, look } = watched({ at: false });
  assert.equal(asked.length, 0);
  look.at = true;
  feed.refresh();
  feed.refresh();
  assert.deepEqual(asked.map(({ path }) => path), ["/api/findings?study=a", "/api/findings?study=b"]);
  assert.equal(model.findings.get("a").state, "loading");
  asked[0].resolve({ study: "a", findings: [FINDING], quiet: [], unasked: [] });
  await settled();
  feed.refresh();
  assert.equal(model.findings.get("a").state, "ready");
  assert.equal(asked.length, 2);
});

test("another revision is asked for; the older answer stays until the new one is there", async () => {
  const { model, asked } = watched();
  asked[0].resolve({ study: "a", findings: [], quiet: [], unasked: [] });
  await settled();
  model.setStudies([{ ...entry("a"), revision: "2" }, entry("b")]);
  model.emit("data");
  assert.equal(asked.length, 3);
  assert.deepEqual([model.findings.get("a").state, model.findings.get("a").stale], ["ready", true]);
  asked[2].resolve({ study: "a", findings: [FINDING], quiet: [], unasked: [] });
  await settled();
  assert.equal(model.findings.get("a").answer.findings.length, 1);
});

test("a server that does not answer is said", async () => {
  const { model, asked } = watched();
  asked[0].reject(new Error("gone"));
  asked[1].resolve({ error: "no study 'b' is open" });
  await settled();
  assert.deepEqual([...model.findings.values()].map(({ state }) => state), ["lost", "lost"]);
});

test("a finding selects its trials in place of another set, undoably, and lets them go again", () => {
  const { model } = watched();
  model.brush("$trials", { b: [0] });
  selectTrials(model, "a", FINDING);
  assert.deepEqual(model.brushes.$trials, { a: [1, 2] });
  assert.ok(isSelected(model, "a", FINDING));
  assert.ok(!isSelected(model, "b", FINDING));
  selectTrials(model, "a", FINDING);
  assert.equal(model.brushes.$trials, undefined);
  model.undo();
  assert.ok(isSelected(model, "a", FINDING));
});

test("a fill names every part of a launch, what does not change as null", () => {
  const { seq, ...fill } = fillOf("a", FINDING, "from the finding: Pressed.");
  assert.ok(seq > 0);
  assert.deepEqual(fill, { space: { lr: { high: 2 } }, algorithm: null, budget: null, configurations: null, start: null, study: "a", why: "from the finding: Pressed." });
});

test("evidence reads effect, n, p, what else was measured, and the test", () => {
  assert.equal(evidenceText({ ...FINDING.evidence, rank_biserial: -0.123456 }), "effect 0.75 · n = 60 · p < 0.001 · rank biserial -0.123 · t-test");
  assert.equal(evidenceText({ effect: 0.5, n: 1200, test: "counted", p: 0, after: null }), "effect 0.5 · n = 1,200 · after unbounded · counted");
  assert.equal(evidenceText({ effect: 0.5, n: 12, test: "F", p: 0.0123 }), "effect 0.5 · n = 12 · p = 0.0123 · F");
});
