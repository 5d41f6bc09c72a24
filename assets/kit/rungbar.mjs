/** The rung that is tried, in words: who would go on, how well the values there foretell the end, and the way to a launch. */
import { lookOf } from "./curveset.mjs";
import { make } from "./menu.mjs";

/**
 * Mount it into a host.
 * @param {HTMLElement} host @param {Model} model
 */
export function mountRungBar(host, model) {
  const { rungs } = model;
  const start = make("button", { type: "button", className: "tr-btn", textContent: "Try a rung", title: "Put a line at a step: which trials would go on from there?" });
  const step = make("input", { type: "number", min: "1", className: "tr-input tr-rung-field", aria: { label: "Step of the rung" } });
  const factor = make("input", { type: "number", min: "1", step: "any", className: "tr-input tr-rung-field", aria: { label: "Reduction factor" } });
  const words = make("p", { className: "tr-rung-words", role: "status" });
  const [brush, use, close] = [action("Brush those that go on", () => rungs.brush()), action("Use in launch", () => launch(model)), action("×", () => rungs.try(null))];
  close.setAttribute("aria-label", "Stop trying a rung");
  const fields = make("div", { className: "tr-rung-fields" }, make("label", { className: "tr-choice" }, "Rung at step", step), make("label", { className: "tr-choice" }, "of which goes on 1 in", factor), brush, use, close);
  host.append(make("div", { className: "tr-rung" }, start, fields, words));

  start.addEventListener("click", () => rungs.try(middle(model)));
  step.addEventListener("change", () => Number(step.value) >= 1 && rungs.try(Number(step.value), rungs.tried?.place));
  factor.addEventListener("change", () => Number(factor.value) >= 1 && rungs.setFactor(Number(factor.value)));
  const update = () => {
    const { tried, answer } = rungs;
    host.hidden = !model.curves.logged.length || lookOf(model).x !== "step";
    start.hidden = Boolean(tried);
    fields.hidden = words.hidden = !tried;
    if (!tried) return;
    if (document.activeElement !== step) step.value = String(tried.step);
    if (document.activeElement !== factor) factor.value = String(Number(rungs.eta.toPrecision(4)));
    brush.disabled = use.disabled = !answer || Boolean(answer.error);
    words.textContent = !answer ? "The curves of all trials are being read …" : (answer.error ?? `${drawnText(model)}${answer.sentence}`);
    use.title = answer?.setting ? `A new study with ${answer.setting}` : "";
  };
  for (const event of ["rungs", "curves", "data"]) model.on(event, update);
  update();
}

function action(label, run) {
  const button = make("button", { type: "button", className: "tr-btn", textContent: label });
  button.addEventListener("click", run);
  return button;
}

/** Where a rung stands at first: the study's own first one, else in the middle of the longest curve. */
function middle(model) {
  const [first] = model.rungs.lines;
  if (first) return first.step;
  const { wants } = model.curves;
  const rows = wants.get("selected")?.rows ?? [];
  const ends = rows.flatMap((row) => (wants.get("selected").metrics ?? []).map((metric) => model.curves.curve(row, metric)?.step.at(-1) ?? 0));
  return Math.max(1, Math.round(Math.max(...ends, 2) / 3));
}

/** "67 of the 200 drawn, ": how many of the selected trials with a curve here go on. */
function drawnText(model) {
  const { answer, survivors } = model.rungs;
  const rows = (model.curves.wants.get("selected")?.rows ?? []).filter((row) => model.table.study[row] === model.table.ids.indexOf(answer.study));
  const going = rows.filter((row) => survivors.has(model.table.keyOf(row).number)).length;
  return rows.length ? `${going} of the ${rows.length} drawn, ` : "";
}

/** Fill the Launch tab with the rung, see components/stores.py. */
function launch(model) {
  const { answer } = model.rungs;
  const name = model.studies.get(answer.study)?.name ?? "";
  const why = `From the rung at step ${answer.step} on the learning curves of ${name}: ${answer.setting}; ${answer.sentence}`;
  const data = { seq: Date.now(), why, study: answer.study, space: null, algorithm: answer.algorithm, budget: null, configurations: null, start: null };
  window.dash_clientside?.set_props?.("store-launch-fill", { data });
}
