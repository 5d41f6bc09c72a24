/** Shares of variance in words. Pure. */

/** A share as a percentage: "62 %", "0.4 %", "< 0.1 %". */
export function percent(share) {
  const points = 100 * share;
  if (points > 0 && points < 0.05) return "< 0.1 %";
  return `${points < 0.95 ? Number(points.toFixed(1)) : Math.round(points)} %`;
}

/**
 * A share with its uncertainty, "62 ± 4 %"; the share alone without bounds, and where they round to it.
 * @param {[number, number | null, number | null]} bounds value, low, high
 */
export function shareText([value, low, high]) {
  const half = low === null || high === null ? 0 : 50 * (high - low);
  if (half < 0.05) return percent(value);
  const middle = value < 0.0005 ? "0" : percent(value).replace(" %", "");
  return `${middle} ± ${half < 0.95 ? Number(half.toFixed(1)) : Math.round(half)} %`;
}
