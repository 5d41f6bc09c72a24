/** Quick brushes: the best trials, and what lies around one. Pure. */
import { TRIALS } from "./selection.mjs";
import { NumberScale } from "./scale.mjs";

const AROUND = 0.1;

/** Rows that compete for 'best' and that all brushes but a set of trials select, best first. */
export function ranked(model) {
  const { objective, table } = model;
  if (!objective || !model.performance) return [];
  const { [TRIALS]: _, ...others } = model.brushes;
  const mask = model.selector.mask(others);
  const rows = Array.from({ length: table.rows }, (_, row) => row);
  const sign = objective.direction === "minimize" ? 1 : -1;
  const competing = rows.filter((row) => mask[row] && !Number.isNaN(model.performance[row]));
  return competing.sort((a, b) => sign * (model.performance[a] - model.performance[b]) || a - b);
}

/** Rows as a brush of trials: {study: [number, …]}. */
export function trialsOf(model, rows) {
  const sets = {};
  for (const row of rows) {
    const { study, number } = model.table.keyOf(row);
    (sets[study] ??= []).push(number);
  }
  return sets;
}

/**
 * Brushes around a row: numeric hyperparameters within a tenth of their axis to both sides, categories as they are, and
 * inactive where it is. Constant hyperparameters are left out.
 */
export function around(model, row) {
  const brushes = {};
  for (const name of model.params) {
    const column = model.table.columns.get(name);
    const value = column.values[row];
    if (constant(column)) continue;
    if (value !== value) brushes[name] = { missing: true };
    else if (column.kind === "category") brushes[name] = { values: [column.levels[value]] };
    else if (Number.isFinite(value)) brushes[name] = { ranges: [rangeAround(model.axis(name), value)] };
    else brushes[name] = { values: [value] };
  }
  return brushes;
}

const constant = ({ values }) => values.every((value) => value === values[0] || (value !== value && values[0] !== values[0]));

function rangeAround(axis, value) {
  const scale = new NumberScale(axis, 0, 1);
  const at = scale.unit(value);
  const [low, high] = [scale.toValue(at - AROUND), scale.toValue(at + AROUND)];
  const round = (bound) => (bound === axis.low || bound === axis.high ? bound : Number(bound.toPrecision(3)));
  if (!axis.integer) return [Math.min(round(low), value), Math.max(round(high), value)];
  return [Math.min(Math.ceil(low), value), Math.max(Math.floor(high), value)];
}

/** Budgets that rows were measured at, in order; empty if all were measured at one. */
export function budgets(table) {
  const column = table.columns.get("budget");
  const found = [...new Set(column?.values)].filter((value) => value === value).sort((a, b) => a - b);
  return found.length > 1 ? found : [];
}
