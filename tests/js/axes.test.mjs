import assert from "node:assert/strict";
import { test } from "node:test";
import { parallelAxes, shortLabels, valueText } from "../../assets/kit/axes.mjs";
import { column, modelOf } from "./helpers.mjs";

const acc = (values) => column("acc", values, { role: "metric" });

test("an axis spans the declared bounds and all values", () => {
  const model = modelOf({ a: { columns: [column("lr", [1e-4, 0.5]), acc([0.1, 0.2])], space: { lr: { low: 1e-5, high: 0.1, log: true } } } });
  const { low, high, log } = model.axis("lr");
  assert.deepEqual({ low, high, log }, { low: 1e-5, high: 0.5, log: true });
});

test("a log axis spans what is positive, and infinities never stretch an axis", () => {
  const columns = [column("lr", [0, 1e-3, Infinity]), column("x", [-Infinity, 2, 5])];
  const model = modelOf({ a: { columns, space: { lr: { low: 1e-4, high: 1e-2, log: true } } } });
  assert.deepEqual([model.axis("lr").low, model.axis("lr").high], [1e-4, 1e-2]);
  assert.deepEqual([model.axis("x").low, model.axis("x").high], [2, 5]);
});

test("a column without any value has an axis all the same", () => {
  const model = modelOf({ a: { columns: [column("x", [null, null])] } });
  assert.deepEqual([model.axis("x").low, model.axis("x").high], [0, 1]);
});

test("a metric that crowds at its low end gets a log axis, one that only spreads does not", () => {
  const sizes = column("size", Array.from({ length: 100 }, (_, i) => 1e3 * 50 ** (i / 99)), { role: "metric" });
  const spread = column("spread", Array.from({ length: 100 }, (_, i) => i + 1), { role: "metric" });
  const model = modelOf({ a: { columns: [sizes, spread, acc([0.1, 0.2])] } });
  assert.deepEqual([model.axis("size").log, model.axis("spread").log], [true, false]);
});

test("a metric over many decades gets a log axis, an accuracy a linear one", () => {
  const loss = column("loss", [1e-4, 1e-3, 1e-2, 1, 1e4], { role: "metric" });
  const model = modelOf({ a: { columns: [loss, acc([0.1, 0.5, 0.6, 0.7, 0.9])] } });
  assert.equal(model.axis("loss").log, true);
  assert.equal(model.axis("acc").log, false);
});

test("categories come as declared, numbers in order, others by name", () => {
  const columns = [column("opt", ["sgd", "adam"]), column("size", [64, 8], { levels: [64, 8] }), column("other", ["z", "b"])];
  const model = modelOf({ a: { columns, space: { opt: { choices: ["sgd", "adam"] }, size: {}, other: {} } } });
  const order = (name) => model.axis(name).order.map((code) => model.axis(name).labels[code]);
  assert.deepEqual(order("opt"), ["sgd", "adam"]);
  assert.deepEqual(order("size"), ["8", "64"]);
  assert.deepEqual(order("other"), ["b", "z"]);
});

test("levels that would look alike are told apart", () => {
  const model = modelOf({ a: { columns: [column("c", [true, "true", 1, "1", null, "x"], { levels: [true, "true", 1, "1", null, "None", "x"] })] } });
  assert.deepEqual(model.axis("c").labels, ["true", "'true'", "1", "'1'", "None", "'None'", "x"]);
});

test("studies of one name are told apart", () => {
  const model = modelOf({ aaaa11112222: { columns: [acc([1])], name: "s" }, bbbb11112222: { columns: [acc([1])], name: "s" } });
  assert.deepEqual(model.axis("study").labels, ["s · aaaa", "s · bbbb"]);
});

test("the objective's axis knows its direction, also one that the analyst chose", () => {
  const model = modelOf({ a: { columns: [acc([0.1, 0.2])] } });
  assert.equal(model.axis("acc").direction, "maximize");
  model.set("objective", { metric: "acc", direction: "minimize" });
  assert.equal(model.axis("acc").direction, "minimize");
});

test("a value reads as its label, a hyperparameter without one as inactive, a metric as missing", () => {
  const columns = [column("c", ["x", null]), column("lr", [1e-4, null]), { ...column("loss", [0.5, null]), role: "metric" }];
  const model = modelOf({ a: { columns } });
  const read = (name, row) => valueText(model.table.columns.get(name), model.axis(name), row);
  assert.deepEqual([read("c", 0), read("c", 1), read("lr", 0), read("lr", 1)], ["x", "inactive", "1e-4", "inactive"]);
  assert.deepEqual([read("loss", 0), read("loss", 1)], ["0.5", "missing"]);
});

test("short labels lose their common prefix and elide their middle", () => {
  assert.deepEqual(shortLabels(["config/optimizer/lr", "config/optimizer/momentum"]), ["lr", "momentum"]);
  const [short] = shortLabels(["a_very_long_name_of_a_parameter", "b"], 12);
  assert.equal(short.length, 12);
  assert.match(short, /^a_.*…/);
  assert.deepEqual(shortLabels(["lr"]), ["lr"]);
});

test("two short labels never look alike", () => {
  const names = ["layer_one_of_many_units_a_size", "layer_one_of_much_units_a_size"];
  assert.equal(new Set(shortLabels(names, 8)).size, 2);
});

test("parallel axes: study first if several, the objective last, constants folded with a note", () => {
  const columns = [column("lr", [0.1, 0.2]), column("fixed", [3, 3]), column("opt", ["a", "b"]), acc([0.1, 0.2])];
  const space = { lr: {}, fixed: {}, opt: {} };
  const one = parallelAxes(modelOf({ a: { columns, space } }));
  assert.deepEqual(one.axes, ["lr", "opt", "acc"]);
  assert.equal(one.note, "constant: fixed = 3");
  const two = parallelAxes(modelOf({ a: { columns, space }, b: { columns, space } }));
  assert.equal(two.axes[0], "study");
});

test("a hyperparameter with one value stays constant beside a study that does not have it", () => {
  const one = { columns: [column("fixed", [3, 3]), column("x", [1, 2])], space: { fixed: {}, x: {} } };
  const other = { columns: [column("x", [1, 2])], space: { x: {} } };
  assert.deepEqual(parallelAxes(modelOf({ other, one })).constant, ["fixed"]);
  assert.equal(parallelAxes(modelOf({ other, one })).note, "constant: fixed = 3");
  const sometimes = { columns: [column("fixed", [3, null]), column("x", [1, 2])], space: { fixed: {}, x: {} } };
  assert.deepEqual(parallelAxes(modelOf({ sometimes })).constant, []);
  assert.deepEqual(parallelAxes(modelOf({ sometimes: { ...sometimes, states: ["complete", "running"] } })).constant, ["fixed"]);
});

test("past ten axes the rest is folded and named, unless the analyst asks for one", () => {
  const names = Array.from({ length: 13 }, (_, i) => `p${i}`);
  const columns = [...names.map((name) => column(name, [1, 2])), acc([0, 1])];
  const model = modelOf({ a: { columns, space: Object.fromEntries(names.map((name) => [name, {}])) } });
  assert.equal(parallelAxes(model).axes.length, 11);
  assert.match(parallelAxes(model).note, /3 more: p10, p11, p12/);
  model.set("extra", ["p12", "gone"]);
  assert.ok(parallelAxes(model).axes.includes("p12"));
});

test("axes go from the least to the most important, and of many the least important fold", () => {
  const names = Array.from({ length: 12 }, (_, i) => `p${i}`);
  const columns = [...names.map((name) => column(name, [1, 2])), acc([0, 1])];
  const model = modelOf({ a: { columns, space: Object.fromEntries(names.map((name) => [name, {}])) } });
  const ranking = [...names.slice(6), ...names.slice(0, 6)];
  const { axes, folded } = parallelAxes(model, ranking);
  assert.deepEqual(axes, [...ranking.slice(2), "acc"]);
  assert.deepEqual(folded, ["p6", "p7"]);
  model.set("extra", ["p7"]);
  assert.equal(parallelAxes(model, ranking).axes[0], "p7");
  model.set("unfold", true);
  assert.deepEqual(parallelAxes(model, ranking).axes, [...ranking, "acc"]);
  model.restore({ settings: { unfold: null, extra: [], order: ["p6", "p7", "acc"] } });
  const own = parallelAxes(model, ranking);
  assert.deepEqual(own.axes.slice(0, 2), ["p6", "p7"]);
  assert.deepEqual(own.folded, ["p8", "p9"]);
});

test("the analyst's order of axes stays when others come", () => {
  const model = modelOf({ a: { columns: [column("x", [1, 2]), column("y", [1, 2]), acc([0, 1])], space: { x: {}, y: {} } } });
  model.set("order", ["acc", "y", "x"]);
  assert.deepEqual(parallelAxes(model).axes, ["acc", "y", "x"]);
});
