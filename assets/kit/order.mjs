/** The x axis of trial order that monitor and strips share. */
import { scaleOf } from "./scale.mjs";

/** Pixels left of the plot, for names and tick labels. */
export const GUTTER = 176;
const RIGHT = 20;

/** The scale of trial numbers over a width; null where there is nothing to show. */
export function orderScale(model, width) {
  if (!model.table.rows) return null;
  const axis = model.axis("number");
  return scaleOf({ ...axis, low: axis.low - 0.5, high: axis.high + 0.5 }, GUTTER, Math.max(GUTTER + 40, width - RIGHT));
}
