/** What an importance rests on, and what to do where there is none, in sentences. Pure but for `mountBasis`. */
import { chooseImportance } from "./importance.mjs";
import { make } from "./menu.mjs";
import { percent } from "./shares.mjs";

const LITTLE = 0.3;

/** What to do where importance is refused, by the reason; `within` the brush. */
export function advice(reason, within) {
  const whole = {
    "too few": "Run more trials, or choose another study or other rows.",
    constant: "Choose another metric or other rows.",
    direction: "Choose the metric with a direction under Objective.",
    population: "",
    unsupported: "Choose another method.",
  };
  const inside = { "too few": "Widen the brush.", constant: "Widen the brush.", brush: "Widen or remove the brush." };
  return (within ? { ...whole, ...inside } : whole)[reason] ?? "";
}

const count = (n) => n.toLocaleString("en");
const plural = (n, word) => `${count(n)} ${word}${n === 1 ? "" : "s"}`;

/** Rows used and left out: "232 of 240 rows used, 52 of them pruned and set to the worst (left out: 8 failed)". */
export function rowsText({ rows, imputed, pruned = 0, left_out: left, choice, budget }) {
  const total = rows + Object.values(left).reduce((sum, n) => sum + n, 0);
  const why = Object.entries(left).map(([reason, n]) => `${count(n)} ${reason}`).join(", ");
  const some = pruned ? `, ${count(pruned)} of them pruned` : "";
  const set = imputed ? `, ${count(imputed)} of them pruned and taken as the worst` : some;
  const at = typeof choice === "number" ? `, each with its value at budget ${choice}` : budget ? `, ${budget}` : "";
  return `${count(rows)} of ${plural(total, "row")} used${set}${at}${why ? ` (left out: ${why})` : ""}.`;
}

/** How well the forest knows what the shares divide. */
export function fitText({ oob_r2: r2, settings: { trees, seed } = {} }) {
  if (r2 === null || r2 === undefined) return "";
  const told = r2 < LITTLE ? `only ${percent(Math.max(0, r2))}: the shares divide mostly noise` : percent(r2);
  return `On rows it did not see, the forest (${trees} trees, seed ${seed}) explains ${told}.`;
}

/** Which rows an answer within the brush rests on: those of the whole study's forest, or a forest of its own. */
function insideText({ inside, rows, refitted }) {
  if (refitted) return `a forest on its ${plural(rows, "row")}`;
  return inside === rows ? "all rows, on the same forest" : `${count(inside)} of these rows lie in that part of the space, on the same forest`;
}

/** The sentences under the shares of a target of `model.importance`. */
export function basisSentences({ whole, within, metric }, { running = false, clipped = false } = {}) {
  if (!whole) return [];
  const uncertain = Object.values(whole.single).some(([, low]) => low !== null);
  const inside = within?.single ? `Within the brush: ${insideText(within)}${clipped ? `; what lies beyond the brush on ${metric} counts as its bound` : ""}.` : "";
  return [
    rowsText(whole),
    running ? "The study is running: new trials count every 20 s." : "",
    inside,
    fitText(whole),
    uncertain ? "± is the standard deviation over resamples of the trials." : "",
    whole.sampler ?? "",
  ].filter(Boolean);
}

/** The sentences of several targets as lines: what all say once, last. @param {{metric: string, sentences: string[]}[]} told */
export function basisLines(told) {
  const common = told.length > 1 ? told[0].sentences.filter((one) => told.every(({ sentences }) => sentences.includes(one))) : [];
  const own = told.map(({ metric, sentences }) => {
    const words = sentences.filter((one) => !common.includes(one)).join(" ");
    return words && told.length > 1 ? `${metric}: ${words}` : words;
  });
  return [...own, common.join(" ")].filter(Boolean);
}

/** Mount the lines under the importance card. @param {HTMLElement} host @param {Model} model */
export function mountBasis(host, model) {
  host.classList.add("tr-note");
  const update = () => {
    const told = model.importance.targets.map((target) => {
      const running = model.studies.get(target.study)?.state === "running";
      const clipped = Object.hasOwn(model.brushes, target.metric);
      return { metric: target.metric, sentences: basisSentences(target, { running, clipped }) };
    });
    host.replaceChildren(...basisLines(told.filter(({ sentences }) => sentences.length)).map((textContent) => make("p", { textContent })));
  };
  for (const event of ["importance", "data"]) model.on(event, update);
  update();
}

/** Why there is no importance of a target, with what to do. */
export function refusalOf(model, refusal, methods, within = false) {
  const told = make("p", { className: "tr-note tr-refused", textContent: `${sentence(refusal.refused)} ${advice(refusal.reason, within)}`.trim() });
  const other = refusal.reason === "population" && methods.find(({ name }) => name === "improvement");
  if (!other) return told;
  const button = make("button", { type: "button", className: "tr-btn", textContent: `Show: ${other.label}` });
  button.addEventListener("click", () => chooseImportance(model, { method: "improvement" }));
  return make("div", {}, told, button);
}

/** A message as a sentence: a capital first, a full stop last. */
function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
