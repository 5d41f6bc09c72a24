/**
 * Constraints, which are brushes on metrics: what they leave, and what each of them costs in the objective. Pure.
 *
 * The cost of a constraint is a difference of two maxima: the best of the trials that meet all others, less the best of
 * those that meet it too. Its interval is that of a bootstrap over trials (Efron 1979), not drawn but summed up: n draws with
 * replacement miss s given trials of n with the probability (1 - s/n)^n (the exact bootstrap of order statistics, Hutson and
 * Ernst 2000).
 */
import { directionOf } from "./directions.mjs";
import { Selector } from "./selection.mjs";

const NEGLIGIBLE = 1e-9;
const TAIL = 0.025;

/** Names of the columns that have a constraint: brushes of ranges on metrics, or on what was given a direction. */
export function constrained(model) {
  return Object.entries(model.brushes)
    .filter(([name, brush]) => brush.ranges?.length && !brush.values.length && constrainable(model, name))
    .map(([name]) => name);
}

/** Whether a column can have a constraint. */
export function constrainable(model, name) {
  const column = model.table.columns.get(name);
  return Boolean(column) && column.kind !== "category" && (column.role === "metric" || directionOf(model, name) !== null);
}

/** The row with the best value of those given; -1 without any. */
export function bestIn(values, direction, rows) {
  const sign = direction === "minimize" ? -1 : 1;
  let best = -1;
  for (const row of rows) if (values[row] === values[row] && (best < 0 || sign * values[row] > sign * values[best])) best = row;
  return best;
}

/** The `count` rows with the best values of those given, best first. */
export function bestFew(values, direction, rows, count) {
  const sign = direction === "minimize" ? -1 : 1;
  const few = [];
  for (const row of rows) {
    const height = sign * values[row];
    if (few.length === count && !(height > sign * values[few.at(-1)])) continue;
    let at = few.length;
    while (at > 0 && height > sign * values[few[at - 1]]) at--;
    few.splice(at, 0, row);
    if (few.length > count) few.pop();
  }
  return few;
}

/**
 * What constraints leave and cost.
 * @param {Model} model @param {string[]} names of `constrained`
 * @returns {{rows: number, feasible: number[], costs: {name: string, alone: number, without: number, cost: number | null,
 *   low: number, high: number, none: number}[]} | null} null without an objective. rows: trials that compete within the other
 *   brushes; feasible: those that meet all constraints; alone: how many meet this one; without: how many meet all others; cost: in
 *   the objective's own unit, null where nothing is feasible; low…high: 95 %; none: share of resamples without a feasible trial
 */
export function feasibility(model, names) {
  const { objective, table } = model;
  if (!objective) return null;
  const values = table.columns.get(objective.name).values;
  const others = Object.fromEntries(Object.entries(model.brushes).filter(([name]) => !names.includes(name)));
  const base = maskOf(table, "", others);
  const meets = names.map((name) => maskOf(table, `of ${name}`, { [name]: model.brushes[name] }));
  const feasible = [];
  const without = names.map(() => []);
  const alone = names.map(() => 0);
  let rows = 0;
  for (let row = 0; row < base.length; row++) {
    if (!base[row] || !model.comparable[row] || !Number.isFinite(values[row])) continue;
    rows++;
    let [broken, which] = [0, -1];
    for (let k = 0; k < meets.length; k++) {
      alone[k] += meets[k][row];
      if (!meets[k][row]) [broken, which] = [broken + 1, k];
    }
    if (!broken) feasible.push(row);
    for (let k = 0; k < meets.length; k++) if (!broken || (broken === 1 && which === k)) without[k].push(row);
  }
  const cost = (k) => costOf(values, objective.direction, without[k], feasible, rows);
  const costs = names.map((name, k) => ({ name, alone: alone[k], without: without[k].length, ...cost(k) }));
  return { rows, feasible, costs };
}

const selectors = new WeakMap();

/** Rows that brushes select, by a selector of their own, so that a drag computes only what it changes. */
function maskOf(table, use, brushes) {
  const kept = selectors.get(table) ?? new Map();
  selectors.set(table, kept);
  if (!kept.has(use)) kept.set(use, new Selector(table));
  return kept.get(use).mask(brushes);
}

/**
 * The difference of the best of some rows and the best of a part of them, and its exact bootstrap interval.
 * @param {number[]} without rows @param {number[]} feasible some of them @param {number} n rows that are drawn from
 * @returns {{cost: number | null, low: number, high: number, none: number}}
 */
export function costOf(values, direction, without, feasible, n) {
  const most = Math.min(n, Math.ceil(-Math.log(NEGLIGIBLE)) + 1);
  const above = bestFew(values, direction, without, most);
  const within = bestFew(values, direction, feasible, most);
  const none = (1 - feasible.length / n) ** n;
  if (!within.length) return { cost: null, low: NaN, high: NaN, none: 1 };
  const difference = (a, b) => Math.abs(values[above[a]] - values[within[b]]);
  const part = new Set(within);
  const passed = [0]; // how many of the feasible are among the first i
  for (const row of above) passed.push(passed.at(-1) + (part.has(row) ? 1 : 0));
  const missed = (i, m) => Math.max(0, 1 - (i + Math.max(0, m - passed[i])) / n) ** n;
  const chances = [];
  for (let i = 0; i < above.length; i++) {
    for (let m = 0; m < within.length; m++) {
      const chance = missed(i, m) - missed(i + 1, m) - missed(i, m + 1) + missed(i + 1, m + 1);
      if (chance > 1e-12) chances.push([difference(i, m), chance]);
    }
  }
  chances.sort((a, b) => a[0] - b[0]);
  const [low, high] = [TAIL, 1 - TAIL].map((share) => quantile(chances, share));
  return { cost: difference(0, 0), low, high, none };
}

/** The smallest value that a share of all chances does not exceed. */
function quantile(chances, share) {
  const total = chances.reduce((sum, [, chance]) => sum + chance, 0);
  let passed = 0;
  for (const [value, chance] of chances) {
    passed += chance;
    if (passed >= share * total - 1e-12) return value;
  }
  return chances.at(-1)?.[0] ?? NaN;
}
