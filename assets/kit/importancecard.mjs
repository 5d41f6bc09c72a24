/**
 * The importance of hyperparameters and pairs (HyperTendril 5.3.2, Fig. 6B): which metric, by which method, of which rows is
 * chosen in the card's head; one target or two stand side by side.
 */
import { refusalOf } from "./basis.mjs";
import { chooseImportance } from "./importance.mjs";
import { make, mountSelect } from "./menu.mjs";
import { toolsOf } from "./notes.mjs";
import { PairMatrix } from "./pairmatrix.mjs";
import { rowChoices } from "./rowchoices.mjs";
import { mostFirst, ShareBars } from "./sharebars.mjs";

const BEST = ["0.05", "0.1", "0.25"];

/**
 * Mount the card.
 * @param {HTMLElement} host its options hold `methods`: [{name, label}] @param {Model} model
 */
export function mountImportance(host, model) {
  const { methods } = JSON.parse(host.dataset.options);
  const tools = mountTools(toolsOf(host), model, methods);
  const targets = [0, 1].map(() => new Target(model, methods, () => update()));
  const question = make("p", { className: "tr-question" });
  host.replaceChildren(question, make("div", { className: "tr-metrics-told" }, ...targets.map(({ element }) => element)));
  const update = () => {
    const { importance } = model;
    const first = importance.targets.find(({ whole }) => whole)?.whole;
    question.textContent = questionOf(importance, first);
    host.setAttribute("aria-busy", String(importance.updating));
    Object.assign(host.parentElement.dataset, { state: importance.state, active: model.settings.active.length });
    const order = first ? mostFirst(first) : [];
    targets.forEach((target, i) => target.show(importance.targets[i], order, importance.targets.length > 1));
    for (const tool of tools) tool();
  };
  for (const event of ["importance", "data", "active", "asked"]) model.on(event, update);
  update();
}

/** The question that the numbers answer; what is going on where there are none. */
function questionOf({ lost, state, targets }, first) {
  if (lost) return "The server does not answer; it is asked again every few seconds.";
  if (!targets.length) return "No study with a metric is shown: tick one on the left.";
  if (targets.length > 1 && first) return "";
  return first?.question ?? (state === "loading" ? "Importance is being computed …" : "");
}

/** The choices in the card's head; returns what brings them up to date. */
function mountTools(slot, model, methods) {
  const chosen = () => model.settings.importance;
  const target = () => model.importance.targets[0];
  const entry = () => model.studies.get(target()?.study);
  const metrics = () => (entry()?.metrics ?? []).map(({ name }) => name);
  const population = () => chosen().method === "improvement" || target()?.refused?.reason === "population";
  const offered = () => methods.filter(({ name }) => name !== "improvement" || population());
  const none = { value: "", label: "one metric" };
  const select = (label, names, get, part, shown = () => true) => {
    const made = mountSelect(slot, label, names, get, (value) => chooseImportance(model, part(value)));
    return () => {
      made.element.hidden = !shown();
      made.update();
    };
  };
  return [
    select("in", () => model.entries.map(({ id, name }) => ({ value: id, label: name })), () => target()?.study, (study) => ({ study }), () => model.entries.length > 1),
    select("of", metrics, () => target()?.metric, (metric) => ({ metric })),
    select("and", () => [none, ...metrics().filter((name) => name !== target()?.metric)], () => model.importance.targets[1]?.metric ?? "", (second) => ({ second: second || null }), () => metrics().length > 1),
    select("by", () => offered().map(({ name, label }) => ({ value: name, label })), () => chosen().method ?? "fanova", (method) => ({ method: method === "fanova" ? null : method })),
    select("best", () => BEST.map((value) => ({ value, label: `${100 * value} %` })), () => String(chosen().best ?? 0.1), (best) => ({ best: Number(best) }), () => chosen().method === "ped"),
    select("rows", () => rowChoices(model, target()?.study), () => String(chosen().rows ?? "completed"), (rows) => ({ rows: rows === "completed" ? null : Number.isNaN(Number(rows)) ? rows : Number(rows) }), () => chosen().method !== "improvement" && rowChoices(model, target()?.study).length > 1),
  ];
}

/** One metric: bars and pairs, or why there are none. */
class Target {
  constructor(model, methods, again) {
    Object.assign(this, { model, methods });
    this.title = make("h3");
    this.question = make("p", { className: "tr-question" });
    this.bars = new ShareBars(model, again);
    this.pairs = new PairMatrix(model);
    this.refusal = make("div", { role: "status" });
    this.inside = make("div", { role: "status" });
    this.shares = make("div", { className: "tr-shares" }, make("div", { className: "tr-bars-column" }, this.bars.element, this.inside), this.pairs.whole);
    this.element = make("section", { className: "tr-metric-told" }, this.title, this.question, this.shares, this.refusal);
  }

  /** @param {object | undefined} target of `model.importance` @param {string[]} order @param {boolean} several */
  show(target, order, several) {
    this.element.hidden = !target;
    if (!target) return;
    const { whole, within, refused, metric } = target;
    this.element.setAttribute("aria-label", `Importance for ${metric}`);
    this.title.hidden = !several;
    this.title.textContent = metric;
    this.question.textContent = several && whole ? whole.question : "";
    this.shares.hidden = !whole;
    if (whole) {
      const names = [...order.filter((name) => whole.single[name]), ...mostFirst(whole).filter((name) => !order.includes(name))];
      this.bars.show(target, names);
      this.pairs.show(target, names);
    }
    this.#say(this.refusal, refused);
    this.#say(this.inside, within?.refused ? { ...within, refused: `Within the brush: ${within.refused}` } : null);
  }

  /** Say a refusal; only what changes is written, so that it is read out once. */
  #say(host, refusal) {
    if (host.dataset.said === (refusal?.refused ?? "")) return;
    host.dataset.said = refusal?.refused ?? "";
    host.replaceChildren(...(refusal ? [refusalOf(this.model, refusal, this.methods, host === this.inside)] : []));
  }
}
