import assert from "node:assert/strict";
import { test } from "node:test";
import { comparison, differenceText } from "../../assets/kit/compare.mjs";
import { exportColumns, pinsCsv, pinsJson } from "../../assets/kit/modelexport.mjs";
import { formatNumber } from "../../assets/kit/scale.mjs";
import { column, modelOf } from "./helpers.mjs";

const mark = (name, values) => column(name, values, { role: "mark", kind: "category" });
const model = () =>
  modelOf({
    a: {
      columns: [
        column("lr", [0.1, 0.1, 0.123456, 0.123457]),
        column("kind", ["=cmd", "b", null, null]),
        column("depth", [2, 2, 2, 2]),
        column("acc", [0.5, 0.75, null, 0.75], { role: "metric" }),
        column("size", [10, 20, 5, 10], { role: "metric" }),
        mark("star", [true, null, null, null]),
        mark("tags", ["x, y", null, null, null]),
        mark("note", ["so\nso", null, null, null]),
      ],
      space: { lr: {}, kind: {}, depth: {} },
      metrics: [{ name: "acc", direction: "maximize", objective: true }, { name: "size", direction: null }],
    },
  });

test("what differs comes apart from what is equal, inactive differs from a value", () => {
  const { differing, equal } = comparison(model(), [0, 1]);
  assert.deepEqual(differing, [{ name: "kind", texts: ["=cmd", "b"] }]);
  assert.deepEqual(equal, [{ name: "lr", text: "0.1" }, { name: "depth", text: "2" }]);
  assert.deepEqual(comparison(model(), [1, 2]).differing.map(({ name, texts }) => [name, texts[1]]), [["lr", "0.1235"], ["kind", "inactive"]]);
  assert.deepEqual(comparison(model(), [2, 3]).equal.map(({ name }) => name), ["depth"], "what none of them has is left out");
});

test("numbers that differ never read alike", () => {
  assert.deepEqual(comparison(model(), [2, 3]).differing, [{ name: "lr", texts: ["0.123456", "0.123457"] }]);
});

test("metrics have their difference to the first model, and all that are best", () => {
  const [acc, size] = comparison(model(), [0, 1, 2, 3]).metrics;
  assert.deepEqual([acc.name, acc.differences, acc.best], ["acc", [0, 0.25, NaN, 0.25], [false, true, false, true]]);
  assert.deepEqual(size.best, [false, false, false, false], "without a direction none is best");
});

test("a difference says whether it is for the better", () => {
  assert.deepEqual(differenceText(0.25, "maximize", formatNumber), { text: "+0.25", good: true });
  assert.deepEqual(differenceText(-5, "maximize", formatNumber), { text: "−5", good: false });
  assert.deepEqual(differenceText(-5, "minimize", formatNumber), { text: "−5", good: true });
  assert.deepEqual(differenceText(5, null, formatNumber), { text: "+5", good: null });
  assert.deepEqual([differenceText(0, "minimize", formatNumber).text, differenceText(NaN, "minimize", formatNumber).text], ["same", ""]);
});

test("selected models leave as CSV and JSON with their numbers and annotations", () => {
  const shown = model();
  shown.setPins([{ study: "a", number: 1 }, { study: "gone", number: 7 }, { study: "a", number: 0 }]);
  assert.deepEqual(exportColumns(shown, [0, 1]), ["number", "study", "state", "acc", "size", "lr", "kind", "depth", "star", "tags", "note"]);
  const [head, first, second] = pinsCsv(shown).split("\r\n");
  assert.equal(head, "model,number,study,state,acc,size,lr,kind,depth,star,tags,note");
  assert.equal(first, "1,1,study a,complete,0.75,20,0.1,b,2,,,");
  assert.equal(second, `3,0,study a,complete,0.5,10,0.1,'=cmd,2,true,"x, y","so\nso"`);
  const [one, two] = JSON.parse(pinsJson(shown));
  assert.deepEqual([one.model, one.hyperparameters, one.metrics], [1, { lr: 0.1, kind: "b", depth: 2 }, { acc: 0.75, size: 20 }]);
  assert.deepEqual([two.model, two.star, two.tags, two.note], [3, true, ["x", "y"], "so\nso"]);
});
