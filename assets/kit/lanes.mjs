/** Lanes under the axes of the parallel coordinates: for values that are missing, and on the objective for states. */
import { fit, line, text } from "./draw.mjs";
import { lowDiscrepancy } from "./scale.mjs";

/** Height of a lane in pixels. */
export const LANE = 16;

const STATE_LANES = [
  { label: "pruned", states: ["pruned"] },
  { label: "failed", states: ["failed"] },
  { label: "running", states: ["running", "waiting"] },
];

/** Lanes of the states that some trials have: {label, states, values, count, hint}. */
export function stateLanes({ table }) {
  const state = table.columns.get("state");
  if (!state) return [];
  const count = (states) => state.values.reduce((n, code) => n + states.includes(state.levels[code]), 0);
  return STATE_LANES.map((lane) => ({ ...lane, values: lane.states, count: count(lane.states) }))
    .filter((lane) => lane.count)
    .map((lane) => ({ ...lane, hint: `click: brush the ${lane.count} ${lane.label} trials` }));
}

/**
 * The lanes of an axis whose plot ends at `bottom`.
 * @param {boolean} missing some rows have no value on it @param {object[]} states lanes of the objective's axis, else none
 */
export function lanesOf(axis, missing, states, bottom) {
  const y = (i) => bottom + 10 + LANE * (i + 0.5);
  if (states.length) return states.map((lane, i) => ({ ...lane, y: y(i), column: "state" }));
  if (!missing) return [];
  const label = axis.role === "param" ? "inactive" : "missing";
  const hint = `click: brush the trials where ${axis.name} is ${label}`;
  return [{ label, y: y(0), column: axis.name, missing: true, hint }];
}

/** y of every row on an axis, in device pixels; what has no place on it stands in a lane. */
export function axisPositions({ columns }, { name, axis, scale, objective, lanes }, dpr) {
  const { values } = columns.get(name);
  const state = objective ? columns.get("state") : null;
  const ys = new Float32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const lane = state && lanes.find((l) => l.values?.includes(state.levels[state.values[row]]));
    if (lane || Number.isNaN(values[row])) ys[row] = (lane ?? lanes[0])?.y + (lowDiscrepancy(row) - 0.5) * 8 || scale.p0;
    else ys[row] = axis.order ? scale.spread(values[row], row) : scale.toPixel(values[row]);
    ys[row] *= dpr;
  }
  return ys;
}

/**
 * Draw a lane of an axis at x; the caption of the objective's stands to the right, others have one where there is room
 * between the axes. Keeps its reach for presses.
 */
export function drawLane(pen, lane, x, right, { width, gap, style }) {
  line(pen, x - 5, lane.y, x + 5, lane.y, style.grid);
  const words = lane.count ? `${lane.label} ${lane.count}` : lane.label;
  const tight = !right && pen.measureText(words).width > gap - 12;
  const caption = tight ? "" : fit(pen, words, right ? width - x - 10 : 70);
  text(pen, caption, x + (right ? 8 : -8), lane.y, style.muted, right ? "left" : "right", "middle");
  const wide = pen.measureText(caption).width + 8;
  lane.reach = right ? [0, wide] : [-wide, 0];
}
