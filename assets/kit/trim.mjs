/** Axes that a few outliers would flatten. Pure. */

const TAIL = 0.01;
const ROOM = 0.25;
const WORTH = 0.6;

/**
 * An axis of numbers without the far ends that less than 1 % of the values need, where it becomes much shorter by that; else
 * the axis itself. What lies beyond stands at its ends, and a brush that reaches an end is open, so it takes that in.
 * @param {object} axis see axes.mjs
 * @param {ArrayLike<number>} values
 * @returns {{axis: object, below: number, above: number}} how many values lie beyond either end
 */
export function trimmed(axis, values) {
  if (axis.order) return { axis, below: 0, above: 0 };
  const [to, back] = axis.log ? [Math.log, Math.exp] : [Number, Number];
  const shown = (value) => Number.isFinite(value) && !(axis.log && value <= 0);
  const sorted = Float64Array.from(values).filter(shown).sort();
  const at = (share) => to(sorted[Math.round(share * (sorted.length - 1))]);
  const room = ROOM * (at(1 - TAIL) - at(TAIL));
  const [from, until] = [Math.max(to(axis.low), at(TAIL) - room), Math.min(to(axis.high), at(1 - TAIL) + room)];
  if (!(room > 0) || until - from > WORTH * (to(axis.high) - to(axis.low))) return { axis, below: 0, above: 0 };
  const [low, high] = [from === to(axis.low) ? axis.low : back(from), until === to(axis.high) ? axis.high : back(until)];
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
