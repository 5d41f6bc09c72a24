/** Which curves are drawn and where: metrics of one kind share a panel, training beside validation. Pure. */

/** How curves look; what differs from it stands in `model.settings.curves`, and so in links. */
export const LOOK = {
  metrics: null, layout: "metric", x: "step", logx: false, logy: false, apart: false,
  smooth: "none", strength: 0.4, from: null, to: null, hidden: [],
};
export const MOST_DRAWN = 200;
const MOST_PANELS = 3;
const MOST_MODELS = 24;

const PARTS = { train: "train", training: "train", val: "validation", valid: "validation", validation: "validation", dev: "validation", test: "test", eval: "validation" };
const WORDS = Object.keys(PARTS).join("|");
const BEFORE = new RegExp(`^(${WORDS})[_\\-./ ]+(.+)$`, "i");
const AFTER = new RegExp(`^(.+)[_\\-./ ]+(${WORDS})$`, "i");
const ALONG = /(^|[_\-./ ])(epochs?|time|seconds?|minutes?|hours?|iterations?|iter|samples?|tokens?|wall_?clock)($|[_\-./ ])/i;

/** The present look of a model's curves. */
export function lookOf({ settings }) {
  return { ...LOOK, ...settings.curves };
}

/** Change the look; zoom belongs to one x. */
export function setLook(model, change) {
  const look = { ...lookOf(model), ...change };
  if ("x" in change || "logx" in change) Object.assign(look, { from: null, to: null });
  const differs = ([name, value]) => JSON.stringify(value) !== JSON.stringify(LOOK[name]);
  model.choose("curves", Object.fromEntries(Object.entries(look).filter(differs)), "curves");
}

/** What a metric measures and on which data: val_loss → {group: "loss", part: "validation"}. */
export function partOf(name) {
  const [before, after] = [name.match(BEFORE), name.match(AFTER)];
  if (before) return { group: before[2], part: PARTS[before[1].toLowerCase()] };
  if (after) return { group: after[1], part: PARTS[after[2].toLowerCase()] };
  return { group: name, part: "" };
}

/** What curves can run over: the step, the time of the report where it is known, logged metrics that count on. */
export function alongs(names, timed) {
  return ["step", ...(timed && !names.includes("time") ? ["time"] : []), ...names.filter((name) => ALONG.test(name))];
}

/** Metrics that are drawn at first: the objectives with what belongs to them, then others, up to three panels. */
export function defaultMetrics(names, objectives) {
  const offered = names.filter((name) => !ALONG.test(name));
  const groups = [...new Set([...objectives.filter((name) => offered.includes(name)), ...offered].map((name) => partOf(name).group))];
  const shown = groups.slice(0, MOST_PANELS);
  return offered.filter((name) => shown.includes(partOf(name).group)).sort((a, b) => shown.indexOf(partOf(a).group) - shown.indexOf(partOf(b).group));
}

/**
 * Metrics by what they measure: [{title, series: [{metric, part}]}]. A bare name beside a validation metric is its training part,
 * as Keras logs it.
 */
export function groupsOf(metrics, apart = false) {
  const groups = new Map();
  for (const metric of metrics) {
    const { group, part } = apart ? { group: metric, part: "" } : partOf(metric);
    groups.set(group, [...(groups.get(group) ?? []), { metric, part }]);
  }
  return [...groups].map(([group, series]) => {
    if (series.length === 1) return { title: series[0].metric, series: [{ ...series[0], part: "" }] };
    const bare = series.some(({ part }) => part === "validation") ? "train" : "";
    return { title: group, series: series.map(({ metric, part }) => ({ metric, part: part || bare })) };
  });
}

/**
 * The panels of a layout: [{key, title, groups, row}]; `row` is the one row of a panel of one model, else -1.
 * @param {{title: string, series: object[]}[]} groups @param {number[]} rows drawn, the most wanted first
 */
export function panelsOf(groups, layout, rows) {
  if (!groups.length) return [];
  if (layout === "together") return [{ key: "together", title: groups.map(({ title }) => title).join(", "), groups, row: -1 }];
  if (layout === "model") return rows.slice(0, MOST_MODELS).map((row) => ({ key: `row ${row}`, title: "", groups, row }));
  return groups.map((group) => ({ key: group.title, title: group.title, groups: [group], row: -1 }));
}

/**
 * Rows whose curves are drawn, the most wanted first: pins, focus, running ones, then the selected; of too many a sample spread
 * evenly over their ranking, with the best.
 * @returns {{rows: number[], selected: number, sampled: boolean}} selected: how many rows the selection has
 */
export function rowsToDraw(model, most = MOST_DRAWN) {
  const first = wantedRows(model);
  const { table, mask } = model;
  const state = table.columns.get("state");
  const waiting = state ? state.levels.indexOf("waiting") : -1;
  const [running, others] = [[], []];
  let selected = 0;
  for (let row = 0; row < mask.length; row++) {
    if (!mask[row] || (state && state.values[row] === waiting)) continue;
    selected++;
    (state && state.levels[state.values[row]] === "running" ? running : others).push(row);
  }
  const sorted = byPerformance(model, others);
  const room = Math.max(most - running.length, 1);
  const spread = sorted.length > room ? Array.from({ length: room }, (_, i) => sorted[Math.round((i * (sorted.length - 1)) / Math.max(room - 1, 1))]) : sorted;
  return { rows: [...new Set([...first, ...running.slice(0, most), ...spread])], selected, sampled: sorted.length > room };
}

/** Rows that are pinned, and the focused one. */
export function wantedRows({ pinnedRows, focus, table }) {
  const focused = focus ? table.rowOf(focus.study, focus.number) : -1;
  return [...new Set([...pinnedRows.map(({ row }) => row), ...(focused >= 0 ? [focused] : [])])];
}

/** Rows from the best to the worst, those that do not compete last. */
function byPerformance({ performance, objective }, rows) {
  const sign = objective?.direction === "minimize" ? 1 : -1;
  const rank = (row) => (performance[row] === performance[row] ? sign * performance[row] : Infinity);
  return [...rows].sort((a, b) => rank(a) - rank(b) || a - b);
}
