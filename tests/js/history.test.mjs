import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../../assets/kit/history.mjs";

test("undo goes back step by step, redo forward again", () => {
  const history = new History("a");
  history.push("b");
  history.push("c");
  assert.deepEqual([history.back(), history.back(), history.forward(), history.forward()], ["b", "a", "b", "c"]);
});

test("at the ends nothing moves", () => {
  const history = new History("a");
  assert.equal(history.canUndo || history.canRedo, false);
  assert.deepEqual([history.back(), history.forward()], ["a", "a"]);
});

test("a new state forgets what was undone", () => {
  const history = new History("a");
  history.push("b");
  history.back();
  history.push("c");
  assert.equal(history.canRedo, false);
  assert.equal(history.back(), "a");
});

test("a state equal to the present one is no step", () => {
  const history = new History({ lr: [1] });
  history.push({ lr: [1] });
  assert.equal(history.canUndo, false);
  history.push({ lr: [Infinity] });
  history.push({ lr: [null] });
  assert.deepEqual(history.back(), { lr: [Infinity] });
});

test("no more than the limit is kept, the latest", () => {
  const history = new History(0, 3);
  for (let i = 1; i < 10; i++) history.push(i);
  assert.deepEqual([history.back(), history.back(), history.back()], [8, 7, 7]);
});
