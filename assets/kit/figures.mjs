/** The figures of the overview: counts by state, bests, means and spreads, per study and together. Pure. */
import { bestIn } from "./feasible.mjs";

/** States in the order in which they are told; what else a source knows follows. */
const STATES = ["complete", "pruned", "failed", "running", "waiting"];

/**
 * @typedef {{n: number, mean: number, spread: number, median?: number}} Summary spread: standard deviation of the sample;
 * NaN without (or, of the spread, with fewer than two) rows; the median is known of all rows only
 * @typedef {{study: string | null, total: number, selected: number, counts: number[], best: number, bestSelected: number,
 *   all: Summary, chosen: Summary, infinite: number}} Line study: its name, null for all together; counts by state; best: rows, -1: none
 */

/**
 * @param {Model} model @param {string | null} metric a column of numbers; null: counts only
 * @param {"minimize" | "maximize" | null} direction null: there is no best
 * @returns {{states: string[], lines: Line[]}} a line a study where there are several, and one of all together
 */
export function figures(model, metric, direction) {
  const { table } = model;
  const state = table.columns.get("state");
  const found = state?.levels.filter((_, code) => state.values.includes(code)) ?? [];
  const states = [...STATES.filter((name) => found.includes(name)), ...found.filter((name) => !STATES.includes(name))];
  const codes = states.map((name) => state.levels.indexOf(name));
  const values = metric === null ? null : table.columns.get(metric).values;
  const of = (study, from, to) => line(model, { study, from, to, codes, state, values, direction });
  const together = of(null, 0, table.rows);
  if (table.ids.length < 2) return { states, lines: [together] };
  const end = (s) => table.offsets[s + 1] ?? table.rows;
  const { labels } = model.axis("study");
  return { states, lines: [...table.ids.map((_, s) => of(labels[s], table.offsets[s], end(s))), together] };
}

function line({ mask, comparable }, { study, from, to, codes, state, values, direction }) {
  const counts = codes.map(() => 0);
  let selected = 0;
  for (let row = from; row < to; row++) {
    selected += mask[row];
    const at = state ? codes.indexOf(state.values[row]) : -1;
    if (at >= 0) counts[at]++;
  }
  const base = { study, total: to - from, selected, counts };
  if (!values) return { ...base, best: -1, bestSelected: -1, all: { ...NOTHING, median: NaN }, chosen: NOTHING, infinite: 0 };
  const whole = competing(comparable, values, from, to);
  const inside = whole.rows.filter((row) => mask[row]);
  const best = (some) => (direction ? bestIn(values, direction, some) : -1);
  const chosen = inside.length === whole.rows.length ? whole.summary : summary(picked(values, inside));
  return { ...base, best: best(whole.rows), bestSelected: best(inside), all: whole.summary, chosen, infinite: whole.infinite };
}

const NOTHING = { n: 0, mean: NaN, spread: NaN };
const known = new WeakMap();

/** Rows from…to that compete with a finite value, their summary, and how many are infinite; looked up once a table. */
function competing(comparable, values, from, to) {
  const kept = known.get(comparable) ?? new Map();
  known.set(comparable, kept);
  const before = kept.get(from);
  if (before?.values === values && before.to === to) return before;
  const rows = new Uint32Array(to - from);
  let [count, infinite] = [0, 0];
  for (let row = from; row < to; row++) {
    if (!comparable[row] || values[row] !== values[row]) continue;
    if (Math.abs(values[row]) === Infinity) infinite++;
    else rows[count++] = row;
  }
  const inside = rows.subarray(0, count);
  const found = { values, to, rows: inside, infinite, summary: { ...summary(picked(values, inside)), median: median(picked(values, inside)) } };
  kept.set(from, found);
  return found;
}

function picked(values, rows) {
  const some = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) some[i] = values[rows[i]];
  return some;
}

/** Mean and spread of finite numbers. @param {Float64Array} values @returns {{n: number, mean: number, spread: number}} */
export function summary(values) {
  const n = values.length;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < n; i++) sum += values[i] - values[0];
  const mean = values[0] + sum / n;
  for (let i = 0; i < n; i++) squares += (values[i] - mean) ** 2;
  return { n, mean: n ? mean : NaN, spread: n > 1 ? Math.sqrt(squares / (n - 1)) : NaN };
}

/** The middle of finite numbers; NaN without any. @param {Float64Array} values sorted in place */
export function median(values) {
  const n = values.length;
  values.sort();
  return n % 2 ? values[n >> 1] : values[n / 2 - 1] / 2 + values[n / 2] / 2;
}
