/**
 * The marginal of one hyperparameter along its axis: its cells in pixels, its effective range, and both in words. Pure.
 *
 * A marginal is what `POST /api/importance` sends (docs/automation.md): cells in the order of the axis, *inactive* last.
 */
import { levelKey, reviveLevel } from "./columns.mjs";
import { formatNumber } from "./scale.mjs";
import { normalizeBrush } from "./selection.mjs";

/**
 * The cells along one axis of a marginal or a surface: their ends in pixels (NaN: the axis does not show it).
 * @param {{grid: unknown[], low: number[], high: number[], inactive: boolean}} told
 * @param {NumberScale | CategoryScale} scale of the axis
 * @param {unknown[]} levels of its column
 * @param {[number, number] | null} lane pixels of *inactive*
 * @returns {{from: number, to: number, at: number, words: string, inactive: boolean}[]}
 */
export function placesOf(told, scale, levels, lane = null) {
  const places = scale.category ? bands(told.grid, scale, levels) : spans(told, scale);
  if (told.inactive) places[places.length - 1] = { from: lane?.[0] ?? NaN, to: lane?.[1] ?? NaN, words: "inactive", inactive: true };
  return places.map(({ inactive = false, ...place }) => ({ ...place, at: (place.from + place.to) / 2, inactive }));
}

/**
 * The cells of a marginal that an axis shows, see `placesOf`.
 * @returns {{from: number, to: number, at: number, words: string, inactive: boolean, mean: number, std: number, support: number, effective: boolean}[]}
 */
export function cellsOf(marginal, scale, levels, lane = null) {
  const { grid, mean, std, support } = marginal;
  const belongs = effectiveTest(marginal.effective);
  return placesOf(marginal, scale, levels, lane)
    .map((place, i) => {
      const effective = belongs(reviveLevel(grid[i]), place.inactive, scale.category);
      return { ...place, mean: mean[i] ?? NaN, std: std[i] ?? NaN, support: support[i], effective };
    })
    .filter(({ at }) => Number.isFinite(at));
}

/** Whether a cell is in an effective range, which a metric without a direction does not have. */
function effectiveTest(effective) {
  if (!effective) return () => false;
  const { ranges, missing } = effective;
  const keys = new Set(effective.values.map(reviveLevel).map(levelKey));
  const within = (value) => ranges.some(([low, high]) => value >= (low ?? -Infinity) && value <= (high ?? Infinity));
  return (value, inactive, category) => (inactive ? missing : category ? keys.has(levelKey(value)) : within(value));
}

function spans({ low, high }, scale) {
  return low.map((a, i) => {
    const b = high[i];
    if (a === null) return { from: NaN, to: NaN, words: "" };
    const words = a === b ? scale.format(a) : `${scale.format(a)} … ${scale.format(b)}`;
    return { from: scale.toPixel(a), to: scale.toPixel(b), words };
  });
}

function bands(grid, scale, levels) {
  const codes = new Map(levels.map((level, code) => [levelKey(level), code]));
  const half = scale.band / 2;
  return grid.map(reviveLevel).map((level) => {
    const code = codes.get(levelKey(level));
    if (code === undefined) return { from: NaN, to: NaN, words: String(level) };
    return { from: scale.toPixel(code) - half, to: scale.toPixel(code) + half, words: scale.format(code) };
  });
}

/**
 * The worst and the best expected value over several marginals: one scale for all bars, so that what matters little looks flat.
 * @returns {[number, number] | null} null where no cell has a value
 */
export function expectedRange(marginals, direction) {
  let [low, high] = [Infinity, -Infinity];
  for (const { mean } of marginals) {
    for (const value of mean) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return null;
  return direction === "minimize" ? [high, low] : [low, high];
}

/** Place of a value in a range [worst, best], in 0…1. */
export function placeIn([worst, best], value) {
  return worst === best ? 0.5 : Math.min(Math.max((value - worst) / (best - worst), 0), 1);
}

/**
 * The effective range as stretches of the axis in pixels, neighbouring cells joined.
 * @param {object[]} cells of `cellsOf`
 * @returns {[number, number][]} in pixel order
 */
export function effectiveSpans(cells) {
  const found = cells.filter((cell) => cell.effective).map(({ from, to }) => (from < to ? [from, to] : [to, from]));
  const joined = [];
  for (const span of found.sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && span[0] - last[1] < 0.75) last[1] = Math.max(last[1], span[1]);
    else joined.push([...span]);
  }
  return joined;
}

/** The effective range in words: "1e-3 … 0.02, or inactive". */
export function effectiveText({ effective: { ranges, values, missing } }, format = formatNumber) {
  const end = (value, open) => (value === null ? open : format(value));
  const parts = [
    ...ranges.map(([low, high]) => (low !== null && low === high ? format(low) : `${end(low, "−∞")} … ${end(high, "∞")}`)),
    ...values.map(reviveLevel).map((value) => (value === null ? "None" : typeof value === "number" ? format(value) : String(value))),
    ...(missing ? ["inactive"] : []),
  ];
  return parts.length > 1 ? `${parts.slice(0, -1).join(", ")} or ${parts.at(-1)}` : (parts[0] ?? "none");
}

/** Whether a brush is the effective range. */
export function isEffective(name, brush, { effective }) {
  return Boolean(brush && effective) && JSON.stringify(effectiveBrush(name, effective)) === JSON.stringify(brush);
}

/** Brush a hyperparameter's effective range, or take that brush away where it is the brush already. */
export function toggleEffective(model, name, marginal) {
  model.brush(name, isEffective(name, model.brushes[name], marginal) ? null : effectiveBrush(name, marginal.effective));
}

const effectiveBrush = (name, { brush }) => normalizeBrush(name, { ...brush, values: brush.values.map(reviveLevel) });
