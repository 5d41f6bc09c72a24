/** Axes that a few outliers would flatten. Pure. */

const TAIL = 0.01;
const ROOM = 0.25;
const WORTH = 0.6;

/**
 * A linear axis without the far ends that less than 1 % of the values need, where it becomes much shorter by that; else the
 * axis itself. What lies beyond stands at its ends, and a brush that reaches an end is open, so it takes that in.
 * @param {object} axis see axes.mjs
 * @param {ArrayLike<number>} values
 * @returns {{axis: object, below: number, above: number}} how many values lie beyond either end
 */
export function trimmed(axis, values) {
  if (axis.order || axis.log) return { axis, below: 0, above: 0 };
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  const room = ROOM * (at(1 - TAIL) - at(TAIL));
  const low = Math.max(axis.low, at(TAIL) - room);
  const high = Math.min(axis.high, at(1 - TAIL) + room);
  if (!(room > 0) || high - low > WORTH * (axis.high - axis.low)) return { axis, below: 0, above: 0 };
  const [below, above] = [sorted.filter((v) => v < low).length, sorted.filter((v) => v > high).length];
  return { axis: { ...axis, low, high }, below, above };
}

/** What lies beyond the ends, in words; empty if nothing. */
export function beyondText({ axis, below, above }) {
  return [
    below ? `${below} below ${axis.format(axis.low)}` : "",
    above ? `${above} above ${axis.format(axis.high)}` : "",
  ].filter(Boolean).join(", ");
}
