/** How good rows are: which may compete for 'best', and the colour that tells it. Pure. */
import { colourIndex, colourRange } from "./colour.mjs";

const HOLD_FROM = 20;

/**
 * Rows that may compete for 'best': completed, and at the budget that the analyst looks at.
 * @param {"highest" | "all" | number} budget
 * @returns {Uint8Array} 1 where comparable
 */
export function comparableRows(table, budget) {
  const mask = new Uint8Array(table.rows).fill(1);
  const keep = (name, test) => {
    const column = table.columns.get(name);
    if (column) for (let i = 0; i < mask.length; i++) mask[i] &= test(column, column.values[i]);
  };
  keep("state", (column, code) => column.levels[code] === "complete");
  if (budget === "highest") keep("final", (column, code) => column.levels[code] !== false);
  else if (budget !== "all") keep("budget", (_, value) => value === budget);
  return mask;
}

/**
 * How good the rows of a model are: which are comparable, their objective (NaN where they are not), the colour range
 * (null without an objective) and their colour indices.
 */
export function ranked({ table, settings, objective, keeper, shown, entries }) {
  const { budget, rank, range } = settings;
  const comparable = comparableRows(table, budget);
  const none = { comparable, performance: new Float64Array(table.rows).fill(NaN), range: null, colours: new Uint8Array(table.rows) };
  if (!objective) return none;
  const { name, direction } = objective;
  const performance = table.columns.get(name).values.map((value, i) => (comparable[i] ? value : NaN));
  const natural = keeper.range(performance, direction, JSON.stringify([name, direction, budget, shown]), entries.some(isRunning));
  if (!natural) return { ...none, performance };
  const spanned = range ?? natural;
  const colours = rank ? coloursByRank(performance, direction) : coloursByValue(performance, spanned);
  return { comparable, performance, range: spanned, colours };
}

/** The comparable row with the best objective among those of a mask; -1 if there is none. */
export function bestRow({ performance, objective }, mask) {
  const sign = objective?.direction === "minimize" ? -1 : 1;
  let best = -1;
  for (let i = 0; i < performance.length; i++) {
    if ((mask && !mask[i]) || Number.isNaN(performance[i])) continue;
    if (best < 0 || sign * performance[i] > sign * performance[best]) best = i;
  }
  return best;
}

/** Colour index of every value in a range [worst, best]. */
export function coloursByValue(values, range) {
  return Uint8Array.from(values, (value) => colourIndex(value, range));
}

/** Colour index of every value by its rank: the best 255, the worst 0, equal values the same; 0 where missing. */
export function coloursByRank(values, direction) {
  const sorted = values.filter((value) => value === value).sort();
  const last = sorted.length - 1;
  const place = direction === "minimize" ? (value) => last + 1 - rankOf(sorted, value, true) : (value) => rankOf(sorted, value, false);
  return Uint8Array.from(values, (value) => (value !== value ? 0 : last === 0 ? 255 : Math.round((255 * place(value)) / last)));
}

/** How many sorted values are below (or, with `equal`, not above) a value. */
function rankOf(sorted, value, equal) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value || (equal && sorted[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a study is being searched now: ours by its state, others by a running trial. */
export function isRunning(entry) {
  return entry.state ? entry.state === "running" : Boolean(entry.counts?.running);
}

/** The colour range of the values, held still while a study runs until the analyst asks for a new one. */
export class RangeKeeper {
  constructor() {
    this.key = null;
    this.kept = null;
    this.fresh = null;
  }

  /**
   * @param {string} key what the range belongs to: another key lets it go
   * @param {boolean} hold a study is running
   * @returns {[number, number] | null}
   */
  range(values, direction, key, hold) {
    this.fresh = colourRange(values, direction);
    const enough = values.reduce((count, value) => count + Number.isFinite(value), 0) >= HOLD_FROM;
    if (!hold || key !== this.key || !this.kept) this.kept = hold && enough ? this.fresh : null;
    this.key = key;
    return this.current;
  }

  /** The range last given. */
  get current() {
    return this.kept ?? this.fresh;
  }

  /** Whether the range is held although the values would give another one. */
  get stale() {
    return this.kept !== null && String(this.kept) !== String(this.fresh);
  }

  /** Take the range of the present values the next time. */
  release() {
    this.kept = null;
  }
}
