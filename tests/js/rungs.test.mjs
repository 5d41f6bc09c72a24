import assert from "node:assert/strict";
import { test } from "node:test";
import { column, modelOf } from "./helpers.mjs";

const kit = "../../assets/kit";
const { Flags, flagColumn } = await import(`${kit}/flags.mjs`);
const { RungTrial } = await import(`${kit}/rungtrial.mjs`);

const metric = (name, values) => column(name, values, { role: "metric" });
const flag = (name, values) => column(name, values, { role: "flag", levels: name === "flags" ? ["none", "noise"] : ["yes", "no"] });
const settled = () => new Promise((done) => setTimeout(done));

// --- a rung that is tried ---------------------------------------------------------------------------------------------

/** A server that answers when it is told to, with the step it was asked for as the only survivor. */
function slowServer() {
  const server = { queries: [], waiting: [] };
  server.get = (query) => {
    server.queries.push(query);
    return new Promise((done) => server.waiting.push(() => done({ study: "s", rungs: [{ bracket: 0, steps: [1, 3, 9] }, { bracket: 1, steps: [3, 9] }], factor: 3, survivors: [Number(query.get("step"))], metric: "acc" })));
  };
  server.answer = async () => {
    server.waiting.shift()();
    await settled();
  };
  return server;
}

test("the rungs of all brackets are lines, each once, with their place in the first bracket that has them", async () => {
  const server = slowServer();
  const model = modelOf({ s: { columns: [metric("acc", [1, 2])] } });
  const rungs = new RungTrial(model, server.get);
  model.emit("data");
  await server.answer();
  assert.deepEqual(rungs.lines, [{ step: 1, place: 0 }, { step: 3, place: 1 }, { step: 9, place: 2 }]);
  assert.equal(rungs.eta, 3);
  model.emit("data");
  assert.equal(server.queries.length, 1);
});

test("while an answer is on its way a drag asks nothing, then for the newest step only", async () => {
  const server = slowServer();
  const model = modelOf({ s: { columns: [metric("acc", [1, 2])] } });
  const rungs = new RungTrial(model, server.get);
  for (const step of [4, 5.2, 6.9]) rungs.try(step, 1);
  assert.deepEqual(server.queries.map((query) => query.get("step")), ["4"]);
  await server.answer();
  assert.deepEqual([...rungs.survivors], [4]);
  await server.answer();
  assert.deepEqual(server.queries.map((query) => [query.get("step"), query.get("place"), query.get("metric")]).at(-1), ["7", "1", "acc"]);
  rungs.brush();
  assert.deepEqual(model.brushes.$trials, { s: [7] });
  rungs.try(null);
  assert.deepEqual([rungs.tried, rungs.answer, rungs.survivors], [null, null, null]);
});

// --- flags ------------------------------------------------------------------------------------------------------------

test("the evidence of flagged trials alone is fetched, once, and again when their flags change", async () => {
  const columns = (words) => [metric("acc", [1, 2, 3]), flag("flags", words), flag("noise", words.map((word) => (word === null ? null : word === "none" ? "no" : "yes")))];
  const model = modelOf({ s: { columns: columns(["none", "noise", null]) } });
  const queries = [];
  const flags = new Flags(model, async (query) => {
    queries.push(query);
    return { state: "ready", flags: [{ number: 1, kind: "noise", metric: "acc", step: 2, sentence: "it jumps" }] };
  });
  flags.want("view", [0, 1, 2]);
  await settled();
  flags.want("view", [1]);
  await settled();
  assert.deepEqual(queries.map((query) => query.get("trials")), ["1"]);
  assert.deepEqual([flags.sentences(1), flags.of(0), flags.of(2)], [["noise: it jumps"], [], []]);
  assert.deepEqual(flags.counts(), [{ kind: "noise", name: "noise", count: 1, on: false }]);
  model.brush("noise", ["no"]);
  assert.equal(flags.counts()[0].count, 0);
});

test("a hyperparameter that is called like a flag keeps its name", () => {
  const model = modelOf({ s: { columns: [column("noise", [0.1]), { ...flag("noise", ["yes"]), name: "flag:noise" }] } });
  assert.equal(flagColumn(model, "noise").name, "flag:noise");
  assert.equal(flagColumn(model), null);
});
