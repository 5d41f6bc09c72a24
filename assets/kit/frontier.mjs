/** The trials that nothing beats in any of the metrics of the front: which they are, of all and within the brushes. No DOM. */
import { directed, directionOf, frontMetrics } from "./directions.mjs";
import { frontFinder } from "./pareto.mjs";
import { scatterColumns } from "./views/scatter.mjs";

const known = new WeakMap();

/** The metrics of the front: chosen or the objectives; where these are not two, what the trade-off shows, if it has directions. */
export function frontierMetrics(model) {
  const metrics = frontMetrics(model);
  if (metrics.length > 1 || model.settings.front) return metrics;
  const pair = Object.values(scatterColumns(model) ?? {}).reverse();
  return pair.length === 2 && pair.every((name) => directed(model).includes(name)) ? pair : metrics;
}

/**
 * @param {Model} model
 * @returns {{metrics: string[], directions: string[], whole: number[], selected: number[]}} rows; none with fewer than two metrics
 */
export function frontier(model) {
  const metrics = frontierMetrics(model);
  const directions = metrics.map((name) => directionOf(model, name));
  const columns = metrics.map((name) => model.table.columns.get(name).values);
  const key = [...columns, ...directions, model.comparable];
  let kept = known.get(model);
  if (!kept || kept.key.length !== key.length || kept.key.some((part, i) => part !== key[i])) {
    const find = metrics.length > 1 ? frontFinder(columns, directions, model.comparable) : () => [];
    kept = { key, find, whole: find(model.comparable), mask: null, selected: [] };
    known.set(model, kept);
  }
  if (kept.mask !== model.mask) Object.assign(kept, { mask: model.mask, selected: kept.find(model.mask) });
  return { metrics, directions, whole: kept.whole, selected: kept.selected };
}
