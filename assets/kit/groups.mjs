/**
 * Groups of studies, the seeds or runs of one search: averaged where the analyst asks for it. Pure.
 *
 * `settings.averaged` holds the ids of the groups that are averaged (it travels in links); a group counts with at least
 * two of its studies shown.
 */

/**
 * The averaged groups among the shown studies.
 * @returns {{id: string, name: string, studies: number[]}[]} studies as indices into `table.ids`
 */
export function averagedGroups({ settings, table, studies }) {
  const groups = new Map();
  table.ids.forEach((id, s) => {
    const group = studies.get(id)?.group;
    if (!group || !(settings.averaged ?? []).includes(group.id)) return;
    if (!groups.has(group.id)) groups.set(group.id, { id: group.id, name: group.name, studies: [] });
    groups.get(group.id).studies.push(s);
  });
  return [...groups.values()].filter((group) => group.studies.length > 1);
}

/** Average a group, or show each of its runs again. */
export function toggleAverage(model, id) {
  const now = model.settings.averaged ?? [];
  model.set("averaged", now.includes(id) ? now.filter((other) => other !== id) : [...now, id]);
}

/**
 * The mean of several lines, with a spread of one standard deviation (n - 1) to each side.
 *
 * A line is a list of points [x, y] in ascending order of x. A stepped line keeps its value until the next point, as the
 * best so far does; another one is joined straight. The mean is told where all lines are: from the last beginning to the
 * first end.
 * @param {[number, number][][]} lines @param {boolean} stepped
 * @returns {{x: number, mean: number, low: number, high: number}[]}
 */
export function meanOf(lines, stepped = true) {
  const own = lines.filter((line) => line.length);
  if (own.length < 2) return [];
  const first = Math.max(...own.map((line) => line[0][0]));
  const last = Math.min(...own.map((line) => line[line.length - 1][0]));
  const xs = [...new Set(own.flatMap((line) => line.map(([x]) => x)))].filter((x) => x >= first && x <= last).sort((a, b) => a - b);
  const cursors = own.map(() => 0);
  return xs.map((x) => {
    const values = own.map((line, i) => {
      while (cursors[i] + 1 < line.length && line[cursors[i] + 1][0] <= x) cursors[i]++;
      return valueAt(line, cursors[i], x, stepped);
    });
    const { mean, spread } = spreadOf(values);
    return { x, mean, low: mean - spread, high: mean + spread };
  });
}

/** Mean and standard deviation (n - 1) of the numbers among some values; NaN where there are too few. */
export function spreadOf(values) {
  const known = values.filter(Number.isFinite);
  const mean = known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : NaN;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, spread: known.length > 1 ? Math.sqrt(squares / (known.length - 1)) : NaN };
}

/**
 * The figures of the overview averaged over the runs of each averaged group: of each figure its mean and the spread
 * between runs.
 * @param {Model} model @param {string} metric @param {object[]} lines of figures.mjs, a study each first
 */
export function groupFigures(model, metric, lines) {
  const { values } = model.table.columns.get(metric) ?? { values: [] };
  return averagedGroups(model).map(({ name, studies }) => {
    const own = studies.map((s) => lines[s]);
    const over = (figure) => spreadOf(own.map(figure));
    const best = (key) => over((line) => (line[key] < 0 ? NaN : values[line[key]]));
    const counts = own[0].counts.map((_, i) => over((line) => line.counts[i]));
    const figures = [over(({ total }) => total), over(({ selected }) => selected), ...counts];
    figures.push(best("best"), best("bestSelected"), over(({ all }) => all.mean), over(({ chosen }) => chosen.mean), over(({ all }) => all.median));
    return { label: `mean of ${own.length} runs, ${name}`, figures };
  });
}

function valueAt(line, at, x, stepped) {
  const [x0, y0] = line[at];
  const next = line[at + 1];
  return stepped || !next || next[0] === x0 ? y0 : y0 + ((next[1] - y0) * (x - x0)) / (next[0] - x0);
}
