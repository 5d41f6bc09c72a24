/** Two or more models side by side: where they differ, what that did to the metrics. Pure. */
import { valueText } from "./axes.mjs";

/**
 * @param {Model} model @param {number[]} rows the first is what the others are compared with
 * @returns {{differing: {name: string, texts: string[]}[], equal: {name: string, text: string}[],
 *   metrics: {name: string, texts: string[], values: number[], differences: number[], best: boolean[]}[]}}
 *   differences: NaN where one of the two is missing; best: whether a value is the best, never where the direction is unknown
 */
export function comparison(model, rows) {
  const { columns } = model.table;
  const textsOf = (name) => rows.map((row) => valueText(columns.get(name), model.axis(name), row));
  const values = (name) => rows.map((row) => columns.get(name).values[row]);
  const alike = (name) => values(name).every((value, _, [first]) => value === first || (value !== value && first !== first));
  const params = model.params.filter((name) => rows.some((row) => columns.get(name).values[row] === columns.get(name).values[row]));
  const differing = params.filter((name) => !alike(name)).map((name) => ({ name, texts: distinct(textsOf(name), values(name), model.axis(name)) }));
  const equal = params.filter(alike).map((name) => ({ name, text: textsOf(name)[0] }));
  const metrics = model.metrics.filter((name) => !model.axis(name).order && values(name).some((value) => value === value)).map((name) => {
    const own = values(name);
    return { name, texts: textsOf(name), values: own, differences: own.map((value) => value - own[0]), best: bestOf(own, model.axis(name).direction) };
  });
  return { differing, equal, metrics };
}

/** Numbers that differ but read alike get all their digits. */
function distinct(texts, values, axis) {
  if (axis.order || new Set(texts).size === new Set(values.map(String)).size) return texts;
  return texts.map((text, i) => (values[i] === values[i] ? String(values[i]) : text));
}

function bestOf(values, direction) {
  const present = values.filter((value) => value === value);
  const best = direction === "minimize" ? Math.min(...present) : Math.max(...present);
  return values.map((value) => Boolean(direction) && value === best);
}

/** A difference with its sign, and whether it is for the better: "+0.012", "better". */
export function differenceText(difference, direction, format) {
  if (difference !== difference) return { text: "", good: null };
  if (difference === 0) return { text: "same", good: null };
  const text = `${difference > 0 ? "+" : "−"}${format(Math.abs(difference), 3)}`;
  return { text, good: direction ? (difference > 0) === (direction === "maximize") : null };
}
