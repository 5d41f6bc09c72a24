/**
 * What an axis shows: the domain, direction and name of a column, from the table and what the studies declare. Pure.
 */
import { levelKey } from "./columns.mjs";
import { formatNumber, formatTime } from "./scale.mjs";

const LOG_SPREAD = 100;
const SKEWED_SPREAD = 20;
const SKEWED = 0.6;

/**
 * @param {Table} table
 * @param {string} name a column
 * @param {object[]} studies entries of `/api/studies` of the shown studies
 * @returns {object} {name, kind, role, direction} and {low, high, log, integer, format} or, of a category, {order, labels}
 */
export function axisOf(table, name, studies) {
  const column = table.columns.get(name);
  const declared = studies.map((study) => study.space[name]).filter(Boolean);
  const metric = studies.flatMap((study) => study.metrics).find((m) => m.name === name);
  const base = { name, kind: column.kind, role: column.role, direction: metric?.direction ?? null, metric };
  if (column.kind === "category") return { ...base, ...categories(column, declared, studies) };
  const log = declared.length ? declared.some((entry) => entry.log) : column.role === "metric" && spreads(column.values);
  const label = column.role === "row" && column.kind === "int"; // a trial number or a seed names something
  const format = column.kind === "time" ? formatTime : label ? String : formatNumber;
  return { ...base, ...domain(column.values, declared, log), log, integer: column.kind === "int", format };
}

/** Lowest and highest finite value of the column and of the declared bounds; of a log axis only what is positive. */
function domain(values, declared, log) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low && value > (log ? 0 : -Infinity)) low = value;
    if (value > high && value < Infinity) high = value;
  }
  for (const entry of declared) {
    if (entry.low !== undefined) {
      low = Math.min(low, entry.low);
      high = Math.max(high, entry.high);
    }
  }
  return low > high ? { low: 0, high: 1 } : { low, high };
}

/** Whether positive values spread over so many decades, or crowd so much at their low end, that a linear axis would hide most of them. */
function spreads(values) {
  const sorted = values.filter(Number.isFinite).sort();
  if (!sorted.length || sorted[0] <= 0) return false;
  const [low, middle, high] = [0.05, 0.5, 0.95].map((q) => sorted[Math.floor(q * (sorted.length - 1))]);
  const skew = (a, b, c) => (a + c - 2 * b) / (c - a);
  const crowded = skew(low, middle, high) > SKEWED && Math.abs(skew(...[low, middle, high].map(Math.log))) < SKEWED / 2;
  return high / low > (crowded ? SKEWED_SPREAD : LOG_SPREAD);
}

function categories(column, declared, studies) {
  const labels = levelLabels(column, studies);
  const order = column.levels.map((_, code) => code);
  const choices = declared.flatMap((entry) => entry.choices ?? []).map(levelKey);
  const rank = (code) => {
    const at = choices.indexOf(levelKey(column.levels[code]));
    return at < 0 ? choices.length : at;
  };
  if (choices.length) order.sort((a, b) => rank(a) - rank(b));
  else if (column.levels.every((level) => typeof level === "number")) order.sort((a, b) => column.levels[a] - column.levels[b]);
  else if (column.name !== "study") order.sort((a, b) => (labels[a] < labels[b] ? -1 : 1));
  return { order, labels };
}

/** Labels of a column's levels; where two would look alike ('1' and 1, two studies of one name), they say more. */
function levelLabels({ name, levels }, studies) {
  const study = (id) => studies.find((entry) => entry.id === id)?.name ?? id;
  const labels = levels.map((level) => (name === "study" ? study(level) : level === null ? "None" : String(level)));
  const uses = new Map();
  for (const label of labels) uses.set(label, (uses.get(label) ?? 0) + 1);
  const longer = (label, level) => (name === "study" ? `${label} · ${level.slice(0, 4)}` : typeof level === "string" ? `'${label}'` : label);
  return labels.map((label, i) => (uses.get(label) > 1 ? longer(label, levels[i]) : label));
}

/** An axis on which every whole number has the same room, those at the ends too; another axis as it is. */
export function roomy(axis) {
  return axis.integer && !axis.log ? { ...axis, low: axis.low - 0.5, high: axis.high + 0.5 } : axis;
}

/** The value of a column in a row as text. */
export function valueText(column, axis, row) {
  const value = column.values[row];
  if (value !== value) return column.role === "param" ? "inactive" : "missing";
  return axis.order ? axis.labels[value] : axis.format(value, 4);
}

/**
 * Short labels for names: the common prefix is cut at a separator, the middle is elided; two never look alike.
 * @param {string[]} names
 * @param {number} length longest label in characters
 */
export function shortLabels(names, length = 16) {
  const prefix = names.length > 1 ? commonPrefix(names) : "";
  const labels = names.map((name) => elide(name.slice(prefix.length) || name, length));
  return labels.map((label, i) => (labels.indexOf(label) === i && labels.lastIndexOf(label) === i ? label : names[i]));
}

function commonPrefix(names) {
  let end = 0;
  while (names.every((name) => end < name.length - 1 && name[end] === names[0][end])) end++;
  const cut = Math.max(...["/", ".", "_", ":", "-"].map((sign) => names[0].lastIndexOf(sign, end - 1)));
  return cut > 2 ? names[0].slice(0, cut + 1) : "";
}

function elide(text, length) {
  if (text.length <= length) return text;
  const tail = Math.floor((length - 1) / 2);
  return `${text.slice(0, length - 1 - tail)}…${text.slice(-tail)}`;
}

const MOST_AXES = 10;

/**
 * The axes of the parallel coordinates in order, and a note on what is not among them.
 *
 * *study* comes first where several are shown, then the hyperparameters that vary, the objective last; the analyst's
 * order and choice (settings.order, hidden, extra, unfold) come before that.
 * @param {string[] | null} ranking hyperparameters from the least to the most important, see axisorder.mjs; null: the space's order
 * @returns {{axes: string[], folded: string[], constant: string[], note: string}} folded: what has no axis only because there are many
 */
export function parallelAxes(model, ranking = model.axisRanking ?? null, settings = model.settings) {
  const { order, hidden, extra } = settings;
  const constant = model.params.filter((name) => isConstant(model.table, name));
  const varying = ranked(model.params.filter((name) => !constant.includes(name)), ranking);
  const offered = varying.filter((name) => !hidden.includes(name));
  const shown = unfolded(offered, ranking, settings);
  const aside = [...offered.filter((name) => !shown.includes(name)), ...varying.filter((name) => hidden.includes(name))];
  const folded = aside.filter((name) => !extra.includes(name));
  const last = model.objective ? [model.objective.name] : [];
  const study = model.shown.length > 1 ? ["study"] : [];
  const more = extra.filter((name) => model.table.columns.has(name) && ![...shown, ...last].includes(name));
  const axes = [...study, ...ranked([...shown.filter((name) => !more.includes(name)), ...more], ranking), ...last];
  const rank = (name) => (order?.includes(name) ? order.indexOf(name) : axes.indexOf(name));
  if (order) axes.sort((a, b) => rank(a) - rank(b));
  return { axes, folded, constant, note: foldNote(model, constant, folded) };
}

/**
 * The hyperparameters that fold for want of room, and whether they are unfolded now; null where there is room for all.
 * @returns {{names: string[], open: boolean} | null}
 */
export function foldable(model) {
  const { settings, axisRanking } = model;
  const { folded } = parallelAxes(model, axisRanking ?? null, { ...settings, unfold: null });
  const names = folded.filter((name) => !settings.hidden.includes(name));
  return names.length ? { names, open: Boolean(settings.unfold) } : null;
}

/** Names by their place in a ranking, those that it lacks first; as they are without one. */
function ranked(names, ranking) {
  return ranking ? [...names].sort((a, b) => ranking.indexOf(a) - ranking.indexOf(b)) : names;
}

/** Which hyperparameters get an axis: all or, of many, those that matter most, the analyst's own order before any other. */
function unfolded(offered, ranking, { order, unfold }) {
  if (unfold || offered.length <= MOST_AXES) return offered;
  const wanted = ranking ? [...offered].reverse() : offered;
  const own = wanted.filter((name) => order?.includes(name));
  const kept = [...own, ...wanted.filter((name) => !own.includes(name))].slice(0, MOST_AXES);
  return offered.filter((name) => kept.includes(name));
}

/** Whether a hyperparameter has one value in all studies that have it; trials that are not complete may lack it. */
function isConstant(table, name) {
  const { values } = table.columns.get(name);
  const state = table.columns.get("state");
  const first = values.find((value) => value === value);
  const having = studiesWith(table, name);
  const mayLack = (row) => !having.has(table.study[row]) || (state && state.levels[state.values[row]] !== "complete");
  return values.every((value, row) => value === first || (value !== value && mayLack(row)));
}

/** Studies, as indices of a table, in which a column has a value. */
export function studiesWith({ columns, study }, name) {
  const found = new Set();
  columns.get(name).values.forEach((value, row) => value === value && found.add(study[row]));
  return found;
}

function foldNote(model, constant, folded) {
  const value = (column) => Math.max(0, column.values.findIndex((v) => v === v));
  const fixed = constant.map((name) => {
    const column = model.table.columns.get(name);
    return `${name} = ${valueText(column, model.axis(name), value(column))}`;
  });
  return [
    fixed.length ? `constant: ${fixed.join(", ")}` : "",
    folded.length ? `${folded.length} more: ${folded.join(", ")}` : "",
  ].filter(Boolean).join(" · ");
}
