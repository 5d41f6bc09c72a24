/** Shares of variance in words. Pure. */

/** A share as a percentage: "62 %", "0.4 %", "< 0.1 %". */
export function percent(share) {
  const points = 100 * share;
  if (points > 0 && points < 0.05) return "< 0.1 %";
  return `${points < 0.95 ? Number(points.toFixed(1)) : Math.round(points)} %`;
}

/**
 * A share with its uncertainty, both to the same digit: "62 ± 4 %"; without bounds, or next to nothing, the share alone.
 * @param {[number, number | null, number | null]} bounds value, low, high
 */
export function shareText([value, low, high]) {
  const [points, half] = [100 * value, low === null || high === null ? 0 : 50 * (high - low)];
  if (low === null || high === null || (points < 0.05 && half < 0.05)) return percent(value);
  const digits = half < 0.95 ? 1 : 0;
  return `${points.toFixed(digits)} ± ${half.toFixed(digits)} %`;
}
