/** How much of the objective one hyperparameter explains by itself; a quick order for a first look, not an importance. Pure. */

const BINS = 8;

/**
 * Share of the variance of the ranks of `performance` that lies between bins of a hyperparameter: bins of equal counts,
 * one a category, one for rows without a value. Ranks, so that a few diverged trials do not decide.
 * @param {ArrayLike<number>} values NaN: no value @param {boolean} category values are codes
 * @param {ArrayLike<number>} performance NaN: does not take part
 * @returns {number} 0…1
 */
export function explained(values, category, performance) {
  const rows = Array.from(values, (_, row) => row).filter((row) => performance[row] === performance[row]);
  const ranks = ranksOf(rows, performance);
  const bins = category ? rows.map((row) => values[row]) : equalBins(rows, values);
  const groups = new Map();
  rows.forEach((_, i) => {
    const group = groups.get(bins[i]) ?? { n: 0, sum: 0 };
    group.n++;
    group.sum += ranks[i];
    groups.set(bins[i], group);
  });
  const mean = (rows.length - 1) / 2;
  const total = ranks.reduce((sum, rank) => sum + (rank - mean) ** 2, 0);
  const between = [...groups.values()].reduce((sum, { n, sum: s }) => sum + n * (s / n - mean) ** 2, 0);
  return total > 0 ? between / total : 0;
}

/** Rank of each row's value among them, equal values their mean rank. */
function ranksOf(rows, values) {
  const order = rows.map((_, i) => i).sort((a, b) => values[rows[a]] - values[rows[b]]);
  const ranks = new Float64Array(rows.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && values[rows[order[end]]] === values[rows[order[start]]]) end++;
    for (let i = start; i < end; i++) ranks[order[i]] = (start + end - 1) / 2;
    start = end;
  }
  return ranks;
}

function equalBins(rows, values) {
  const given = rows.map((_, i) => i).filter((i) => values[rows[i]] === values[rows[i]]);
  const ranks = ranksOf(given.map((i) => rows[i]), values);
  const bins = new Array(rows.length).fill(-1);
  given.forEach((i, k) => {
    bins[i] = Math.floor((BINS * ranks[k]) / given.length);
  });
  return bins;
}
