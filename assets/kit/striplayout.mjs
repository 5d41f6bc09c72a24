/** Which hyperparameters have a strip, and where strips stand. Pure. */
import { parallelAxes } from "./axes.mjs";

const LOWEST = 56;
const HIGHEST = 96;
const WISHED = 460;
const CATEGORY = 17;
const MOST = 160;
const CLOSE = 6;
const TOP = 4;

/** Height of the lane for missing values under a strip. */
export const LANE = 12;
/** Room between the strips of two hyperparameters. */
export const GAP = 14;

/** The hyperparameters that vary, in the order of the space, or in the analyst's own. */
export function stripNames(model) {
  const { axes, folded } = parallelAxes(model, null);
  return [...axes, ...folded].filter((name) => model.params.includes(name));
}

/**
 * Where strips stand: {name, s (study), first (of its name), top, bottom, lane (its middle) or null} in order, and the height
 * of all. Studies stand one above the other, or `side` by side; `heads` are the heights over the first strip of each study.
 * @param {{name: string, categories: number, studies: {s: number, missing: boolean}[]}[]} wanted
 */
export function stripLayout(wanted, { side = false, heads = [] } = {}) {
  const count = wanted.reduce((sum, { studies }) => sum + (side ? 1 : studies.length), 0);
  const base = Math.min(HIGHEST, Math.max(LOWEST, WISHED / Math.max(1, count)));
  let y = TOP;
  const strips = wanted.flatMap(({ name, categories, studies }, at) => {
    const high = Math.max(base, Math.min(MOST, CATEGORY * categories));
    const lanes = side && studies.some(({ missing }) => missing);
    const row = y + (at ? 0 : Math.max(0, ...heads));
    const placed = studies.map(({ s, missing }, i) => {
      const top = side ? row : y + ((!at && heads[s]) || 0);
      const bottom = top + high;
      y = bottom + (missing || lanes ? LANE : 0) + (side || i + 1 === studies.length ? GAP : CLOSE);
      return { name, s, first: i === 0, top, bottom, lane: missing ? bottom + LANE / 2 + 2 : null };
    });
    return placed;
  });
  return { strips, height: y };
}
