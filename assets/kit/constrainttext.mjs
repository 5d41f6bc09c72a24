/** Constraints as text: 'parameters ≤ 50 k', 'inference <= 2 ms', or a bare number where the direction is known. Pure. */
import { parseBrush } from "./chiptext.mjs";
import { directionOf } from "./directions.mjs";
import { constrainable } from "./feasible.mjs";
import { BrushError } from "./selection.mjs";
import { withoutUnits } from "./units.mjs";

const WORDS = [[/^(?:at most|no more than|under|max(?:imum)?)\s+/i, "≤ "], [/^(?:at least|no less than|over|min(?:imum)?)\s+/i, "≥ "]];

/**
 * The column and the brush that a text says.
 * @param {string} text @param {Model} model
 * @returns {{name: string, brush: object, direction: string | null}} direction: what the bound says of a hyperparameter, which
 * becomes a constraint by it
 * @throws {BrushError} with one sentence
 */
export function parseConstraint(text, model) {
  const typed = text.trim();
  const names = [...model.metrics, ...model.params].filter((name) => model.table.columns.get(name).kind !== "category");
  const starts = names.filter((name) => typed.toLowerCase().startsWith(name.toLowerCase()) && !/^[\p{L}\d_]/u.test(typed.slice(name.length)));
  const name = starts.sort((a, b) => b.length - a.length)[0];
  if (name === undefined) throw new BrushError(`'${typed}' names no column of numbers; expected one such as '${names.find((one) => one !== model.objective?.name) ?? "parameters"} ≤ 50 k', with ${names.slice(0, 6).join(", ")}`);
  const brush = typedBrush(typed.slice(name.length), model, name);
  if (!brush) throw new BrushError(`'${typed}' says no bound of ${name}; expected one such as '${name} ≤ 50 k'`);
  if (constrainable(model, name)) return { name, brush, direction: null };
  const [low, high] = brush.ranges[0] ?? [null, null];
  return { name, brush, direction: low === null ? "minimize" : high === null ? "maximize" : null };
}

/**
 * The brush on a column that a text such as '≤ 50 k' says; null for an empty one.
 * @throws {BrushError} with one sentence
 */
export function typedBrush(text, model, name) {
  const { kind, values } = model.table.columns.get(name);
  const info = { name, kind, levels: [], unit: model.axis(name).metric?.unit ?? "" };
  const worded = WORDS.reduce((said, [words, sign]) => said.replace(words, sign), text.trim());
  const plain = withoutUnits(worded, { ...info, most: values.reduce((most, value) => (value > most && value < Infinity ? value : most), 0) });
  const brush = parseBrush(plain, info);
  if (!brush || !brush.values.length) return brush;
  const direction = directionOf(model, name);
  if (brush.values.length > 1 || !direction) {
    throw new BrushError(`'${text.trim()}' for ${name} can be read in two ways; expected ≤ ${text.trim()} or ≥ ${text.trim()}`);
  }
  const [bound] = brush.values;
  return { ...brush, values: [], ranges: [direction === "minimize" ? [null, bound] : [bound, null]] };
}
