/**
 * The x axes of monitor and strips: one over all studies that stand one above the other, or one for each, side by side; what
 * they run over, and the boundaries of brackets, rungs and generations on them.
 */
import { fit, horizontalAxis, line, text } from "./draw.mjs";
import { budgetWords } from "./bestsofar.mjs";
import { formatNumber, NumberScale } from "./scale.mjs";
import { ALONG } from "./tracks.mjs";
import { WHOLE } from "./zoom.mjs";

/** Pixels left of the plots, for names and tick labels. */
export const GUTTER = 176;
const RIGHT = 20;
const BETWEEN = 28;
const LABEL = 14;
const UNITS = [[7200, 3600, "hours"], [300, 60, "minutes"], [0, 1, "seconds"]];
const SHADE = [0.015, 0.075];

const AXES = {
  trials: { title: "trial", column: "number" },
  batch: { title: "trial, those sampled together in one column", column: "number" },
  generation: { title: "generation", column: "generation" },
  rung: { title: "rungs side by side, in each the trials as they were sampled", column: null },
  step: { title: "steps trained", column: null },
};

/** A linear scale whose ends may lie outside the plot [left, right]: a window of 0 … 1 of the domain is in sight. */
export class PanelScale {
  constructor(low, high, left, right, [from, to] = WHOLE) {
    Object.assign(this, { low, high, left, right });
    const span = (right - left) / (to - from);
    this.p0 = left - from * span;
    this.p1 = this.p0 + span;
  }

  toPixel(value) {
    return this.p0 + ((value - this.low) / (this.high - this.low)) * (this.p1 - this.p0);
  }

  toValue(pixel) {
    return this.low + ((pixel - this.p0) / (this.p1 - this.p0)) * (this.high - this.low);
  }

  /** The part of [a, b], in pixels, that is in sight; null if none is. */
  clip(a, b) {
    const [low, high] = [Math.max(Math.min(a, b), this.left), Math.min(Math.max(a, b), this.right)];
    return low < high || (low === high && low > this.left && high < this.right) ? [low, high] : null;
  }

  /** The same scale in other units, of what is in sight, for its ticks. */
  inSight(unit = 1, format = formatNumber) {
    return new NumberScale({ low: this.toValue(this.left) / unit, high: this.toValue(this.right) / unit, format }, this.left, this.right);
  }
}

/** What runs along x now, and whether studies stand side by side. */
export function chosen(model) {
  const { x = "iteration", side = false } = model.settings.trace ?? {};
  return { along: model.traces.tracks.choices().includes(x) ? x : "iteration", side: side && model.table.ids.length > 1 };
}

/**
 * The x axis of each shown study over a width: {s, left, right, scale, xs (pixels by evaluation), along, kind, trace}.
 */
export function panelsOf(model, width) {
  const { tracks } = model.traces;
  const { along, side } = chosen(model);
  const count = side ? model.table.ids.length : 1;
  const wide = (Math.max(GUTTER + 40 * count, width - RIGHT) - GUTTER - BETWEEN * (count - 1)) / count;
  const values = tracks.along(along);
  const domains = tracks.traces.map((trace, s) => domainOf(trace, along, values, tracks.offsets[s]));
  const kinds = new Set(tracks.traces.map((trace) => (trace?.axis === "batch" ? "trials" : trace?.axis)));
  const one = along !== "iteration" || kinds.size === 1 ? merged(domains) : null;
  return tracks.traces.map((trace, s) => {
    const left = GUTTER + (side ? s * (wide + BETWEEN) : 0);
    const [low, high] = one ?? domains[s] ?? [0, 1];
    const scale = new PanelScale(low, high, left, left + wide, model.window ?? WHOLE);
    return { s, left, right: left + wide, scale, along, trace, column: along === "order" ? "number" : along === "iteration" ? AXES[trace?.axis]?.column ?? null : null };
  });
}

function domainOf(trace, along, values, offset) {
  if (!trace?.number.length) return null;
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < trace.number.length; i++) {
    const value = values[offset + i];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return null;
  const steps = along === "iteration" && trace.axis !== "step";
  if (steps || along === "order") return [low - 0.5, high + 0.5];
  return [0, high > 0 ? high * 1.01 : 1];
}

function merged(domains) {
  const known = domains.filter(Boolean);
  return known.length ? [Math.min(...known.map(([low]) => low)), Math.max(...known.map(([, high]) => high))] : null;
}

/** Pixels of all evaluations along x. @returns {Float32Array} */
export function pixelsAlong(model, panels) {
  const { tracks } = model.traces;
  const xs = tracks.along(panels[0]?.along ?? "iteration");
  for (const { s, scale, trace } of panels) {
    for (let i = 0; i < (trace?.number.length ?? 0); i++) xs[tracks.offsets[s] + i] = scale.toPixel(xs[tracks.offsets[s] + i]);
  }
  return xs;
}

// --- boundaries -----------------------------------------------------------------------------------------------------

const boundariesOf = ({ along, trace }) => (along === "iteration" ? trace?.boundaries ?? [] : []);

/** Whether two panels have the same boundaries at the same places. */
export function sameBoundaries(a, b) {
  const key = (panel) => JSON.stringify([panel.scale.low, panel.scale.high, boundariesOf(panel)]);
  return key(a) === key(b);
}

/** How many rows of labels the boundaries of some panels need. */
export function labelRows(panels) {
  const levels = new Set(panels.flatMap((panel) => boundariesOf(panel).map(({ level }) => level)));
  return levels.size;
}

/** Shade the rungs or generations of a panel between two heights: deeper with every rung. */
export function drawShades(pen, panel, top, bottom, style) {
  for (const { start, end, level, shade } of boundariesOf(panel)) {
    const span = panel.scale.clip(panel.scale.toPixel(start), panel.scale.toPixel(end));
    if (!span) continue;
    if (level === 1) {
      pen.globalAlpha = SHADE[0] + (SHADE[1] - SHADE[0]) * shade;
      pen.fillStyle = style.ink;
      pen.fillRect(span[0], top, span[1] - span[0], bottom - top);
      pen.globalAlpha = 1;
    } else {
      line(pen, span[0], top, span[0], bottom, style.grid, 2);
    }
  }
}

/** Names of brackets, rungs and generations over a panel, from `y` down, a row each; those without room are left out. */
export function drawLabels(pen, panel, y, style) {
  const rows = labelRows([panel]);
  const free = [-Infinity, -Infinity];
  const noun = panel.trace?.axis === "generation" ? ["", "generation"] : ["bracket", ""];
  for (const { start, end, label, level } of boundariesOf(panel)) {
    const span = panel.scale.clip(panel.scale.toPixel(start), panel.scale.toPixel(end));
    if (!span || !label) continue;
    const room = span[1] - span[0] - 4;
    const full = noun[level] ? `${noun[level]} ${label}` : budgetWords(label, panel.trace.unit);
    const words = pen.measureText(full).width <= room ? full : label;
    const x = (span[0] + span[1]) / 2 - pen.measureText(words).width / 2;
    if (x < free[level] || x < panel.left - 2) continue;
    if (noun[level] && words === label && free[level] === -Infinity && panel.left === GUTTER) text(pen, noun[level], GUTTER - 8, y + 11, style.muted, "right");
    free[level] = x + pen.measureText(words).width + 6;
    text(pen, words, x, y + LABEL * (rows === 1 ? 0 : level) + 11, level ? style.muted : style.ink);
  }
}

/** Height of the labels of some panels. */
export const labelHeight = (panels) => LABEL * labelRows(panels);

// --- the axis beneath -----------------------------------------------------------------------------------------------

/** Ticks and title of a panel's x axis at a height. */
export function drawAlong(pen, panel, y, style) {
  const { scale, along, trace, left, right } = panel;
  const largest = Math.max(Math.abs(scale.toValue(right)), 1);
  const seconds = along === "time" || along === "seconds";
  const [, unit, name] = seconds ? UNITS.find(([from]) => largest >= from) : [0, 1, ""];
  const kind = AXES[trace?.axis] ?? AXES.trials;
  const ordinal = along === "iteration" && ["trials", "batch", "generation"].includes(trace?.axis);
  if (along === "iteration" && trace?.axis === "rung") line(pen, left, y, right, y, style.grid);
  else horizontalAxis(pen, scale.inSight(unit, ordinal ? tickNames(trace) : formatNumber), y, style, { gap: 90 });
  const title = along === "iteration" ? kind.title : { order: "trial", time: `${name} since the study began`, seconds: `${name} of training, all trials`, steps: "steps of training, all trials" }[along];
  text(pen, fit(pen, title, right - left), right, y + 34, style.ink, "right");
}

/** The trial, or the generation, at an iteration; nothing between two. */
function tickNames(trace) {
  const names = new Map();
  if (trace.axis === "generation") for (const { start, label } of trace.boundaries) names.set(Math.round(start + 0.5), label);
  else trace.x.forEach((x, i) => (names.has(x) && names.get(x) <= trace.number[i] ? null : names.set(x, trace.number[i])));
  return (value) => (names.has(value) ? String(names.get(value)) : "");
}

/** A study with its algorithm and settings, those first that differ among the shown ones. */
export function captionOf(model, s) {
  const entries = model.entries;
  const entry = entries[s];
  const settings = entry.settings ?? {};
  const differs = (key) => entries.some((other) => other.algorithm === entry.algorithm && JSON.stringify(other.settings?.[key]) !== JSON.stringify(settings[key]));
  const keys = Object.keys(settings).filter((key) => settings[key] !== null && settings[key] !== "" && settings[key] !== "none");
  const told = [...keys.filter(differs), ...keys.filter((key) => !differs(key))].map((key) => `${key} ${settings[key]}`);
  return [entry.name, entry.algorithm || "algorithm unknown", told.join(", ")].filter(Boolean).join(" · ");
}
