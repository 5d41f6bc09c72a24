/** Which way metrics are better: declared by the study, or said by the analyst beside the trade-off. No DOM. */

/** "minimize" or "maximize" of a column of numbers; null of a category, and where nobody said it. */
export function directionOf(model, name) {
  const axis = model.axis(name);
  return axis.order ? null : (axis.direction ?? model.settings.better?.[name] ?? null);
}

/** Whether a column of numbers has no direction that the study says. */
export function undirected(model, name) {
  const axis = model.axis(name);
  return !axis.order && !axis.direction;
}

/** Say which way a metric is better; null: unknown. */
export function setDirection(model, name, direction) {
  model.set("better", { ...model.settings.better, [name]: direction });
}

/** Checkboxes 'smaller NAME', 'larger NAME' for those of some columns whose direction the study does not say. */
export function directionItems(model, names) {
  return [...new Set(names)].filter((name) => undirected(model, name)).flatMap((name) =>
    [["minimize", "smaller"], ["maximize", "larger"]].map(([direction, word]) => ({
      name: JSON.stringify([name, direction]),
      label: `${word} ${name}`,
      on: directionOf(model, name) === direction,
    })),
  );
}

/** Take a checkbox of `directionItems`. */
export function takeDirection(model, item, on) {
  const [name, direction] = JSON.parse(item);
  setDirection(model, name, on ? direction : null);
}

/** Metrics and hyperparameters of numbers that have a direction, objectives first. */
export const directed = (model) => [...model.metrics, ...model.params].filter((name) => directionOf(model, name));

/**
 * The metrics that the front is over: the analyst's choice, else the objectives of the shown study that has most of them.
 * @returns {string[]}
 */
export function frontMetrics(model) {
  const chosen = model.settings.front?.filter((name) => model.table.columns.has(name) && directionOf(model, name));
  if (chosen?.length) return chosen;
  const known = directed(model);
  const objectives = model.entries.map(({ metrics }) => metrics.filter(({ name, objective }) => objective && known.includes(name)).map(({ name }) => name));
  return objectives.reduce((most, some) => (some.length > most.length ? some : most), []);
}
