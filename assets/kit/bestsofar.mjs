/** Best so far at equal budgets (HyperTendril 5.3.1, Fig. 4a). Pure. */
import { formatNumber } from "./scale.mjs";

/**
 * Which evaluations compete, and with which others: each with the budget at which it is compared, NaN where it does not compete.
 *
 * Over rungs side by side every rung has its own budget, so only evaluations at one rung's budget compete with each other. In a
 * population each generation has trained as long as its members, and all compete. Else those of the rows that
 * compete do, or those at the budget that the analyst chose.
 * @param {Model} model @param {object} panel see panels.mjs
 * @returns {Float32Array} by evaluation of the panel's study
 */
export function budgetsOf(model, { s, along, trace }) {
  const { tracks } = model.traces;
  const { budget } = model.settings;
  const count = trace?.number.length ?? 0;
  const found = new Float32Array(count).fill(NaN);
  const state = model.table.columns.get("state");
  const highest = highestOf(model, s, trace);
  const failed = (row) => state && ["failed", "waiting"].includes(state.levels[state.values[row]]);
  for (let i = 0; i < count; i++) {
    const e = tracks.offsets[s] + i;
    const row = tracks.row[e];
    if (row < 0 || tracks.value[e] !== tracks.value[e] || failed(row)) continue;
    if (typeof budget === "number") found[i] = tracks.step[e] === Math.fround(budget) ? budget : NaN;
    else if (along === "iteration" && trace.axis === "rung") found[i] = tracks.step[e];
    else if (isPopulation(trace)) found[i] = 0;
    else if (model.comparable[row] && tracks.of(row).at(-1) === e && !(tracks.step[e] < highest)) found[i] = 0;
  }
  return found;
}

/** The highest budget of a search that measures at several, among what may compete; -∞ where it has one, or budgets are told by chance. */
function highestOf({ traces: { tracks }, comparable, settings }, s, trace) {
  if (!trace?.rungs?.length || settings.budget !== "highest") return -Infinity;
  let most = -Infinity;
  for (let e = tracks.offsets[s]; e < tracks.offsets[s] + trace.number.length; e++) {
    if (tracks.row[e] >= 0 && comparable[tracks.row[e]] && tracks.step[e] > most) most = tracks.step[e];
  }
  return most;
}

const isPopulation = ({ axis, flags }) => axis === "step" || (axis === "generation" && flags.some((flag) => flag & 4));

/** "1 step", "9 steps", "budget 9". */
export function budgetWords(value, unit) {
  const told = typeof value === "number" ? formatNumber(value) : value;
  return unit === "budget" ? `budget ${told}` : `${told} ${Number(value) === 1 ? unit.replace(/s$/, "") : unit}`;
}

/** At which budget values compete, in words. */
export function budgetText(model, panel) {
  const { trace, along } = panel;
  const { budget } = model.settings;
  const unit = trace?.unit || "steps";
  if (typeof budget === "number") return `at ${budgetWords(budget, unit)}`;
  if (!trace) return "";
  if (along === "iteration" && trace.axis === "rung") return "each rung at its own budget";
  if (isPopulation(trace)) return "all members, trained on through generations";
  const steps = new Set();
  const budgets = budgetsOf(model, panel);
  budgets.forEach((value, i) => value === value && steps.add(trace.step[i]));
  const known = [...steps].filter((step) => step === step);
  if (known.length === 1 && steps.size === 1) return `at ${budgetWords(known[0], unit)}`;
  return budget === "all" ? "all budgets" : "each configuration at its highest budget";
}

/**
 * The levels of the best so far: each from the evaluation that set it to the next better one, or to the end of its rung.
 * @param {Float32Array} xs by evaluation @param {Float64Array} values
 * @param {number[]} order evaluations along x, those that do not compete left out
 * @param {(e: number) => number} budgetOf
 * @param {"minimize" | "maximize"} direction
 * @param {(e: number) => boolean} keep whether it takes part
 * @returns {{from: number, e: number, budget: number}[]} from: where the level begins, an index into `order`
 */
export function levelsOf(values, order, budgetOf, direction, keep = () => true) {
  const sign = direction === "minimize" ? -1 : 1;
  const best = new Map();
  const levels = [];
  let before = null;
  order.forEach((e, at) => {
    const budget = budgetOf(e);
    const standing = best.get(budget);
    const better = keep(e) && (standing === undefined || sign * values[e] > sign * values[standing]);
    if (better) best.set(budget, e);
    const now = best.get(budget);
    if (now !== undefined && (now !== levels.at(-1)?.e || budget !== before)) levels.push({ from: at, e: now, budget });
    else if (now === undefined && budget !== before && levels.length && levels.at(-1).e >= 0) levels.push({ from: at, e: -1, budget });
    before = budget;
  });
  return levels;
}
