/** Learning curves of a few models over each other, a small picture a metric: for details and comparisons. */
import { make } from "./menu.mjs";
import { formatNumber } from "./scale.mjs";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [280, 132];
const MARGIN = { left: 44, right: 20, top: 8, bottom: 20 };
const POINTS = 300;
const MOST = 6;

/** How the lines of models are told apart, in their order. */
export const LINES = ["tr-line-0", "tr-line-1", "tr-line-2", "tr-line-3", "tr-line-4", "tr-line-5", "tr-line-6", "tr-line-7"];

/**
 * The curves of some trials, asked of the server.
 * @param {{study: string, number: number, label: string}[]} trials
 * @returns {Promise<{metric: string, label: string, at: number, step: number[], value: (number | null)[]}[]>}
 */
export async function fetchCurves(trials) {
  const studies = [...new Set(trials.map(({ study }) => study))];
  const answers = await Promise.all(studies.map((study) => ask(study, trials.filter((trial) => trial.study === study).map(({ number }) => number))));
  return studies.flatMap((study, s) =>
    answers[s].map(({ number, metric, step, value }) => {
      const at = trials.findIndex((trial) => trial.study === study && trial.number === number);
      return { metric, step, value, at, label: trials[at].label };
    }),
  );
}

async function ask(study, numbers) {
  const query = new URLSearchParams({ study, trials: numbers.join(","), points: String(POINTS) });
  const response = await fetch(`/api/history?${query}`, { cache: "no-store" }).catch(() => null);
  return response?.ok ? (await response.json()).curves : [];
}

/** Pictures of the curves, the given metrics first; a sentence where there is none. */
export function pictures(all, first = []) {
  const long = all.filter(({ metric }) => all.some((curve) => curve.metric === metric && curve.step.length > 1));
  const curves = long.length ? long : all; // a value reported once is in the metrics already
  const names = [...new Set([...first.filter((name) => curves.some(({ metric }) => metric === name)), ...curves.map(({ metric }) => metric)])];
  if (!names.length) return make("p", { className: "tr-note", textContent: "No learning curves: the source holds only final values. Report a metric each step (trial.report, run.report, or a table of curves) to see them." });
  const made = names.slice(0, MOST).map((name) => picture(name, curves.filter(({ metric }) => metric === name)));
  const left = names.slice(MOST);
  if (left.length) made.push(make("p", { className: "tr-note", textContent: `Also logged: ${left.join(", ")}.` }));
  return make("div", { className: "tr-minis" }, ...made);
}

function picture(name, curves) {
  const points = curves.map((curve) => curve.step.map((x, i) => [x, curve.value[i]]).filter(([, y]) => y !== null));
  const [x, y] = [0, 1].map((k) => extent(points.flat().map((point) => point[k])));
  const at = ([px, py]) => `${scaled(px, x, MARGIN.left, WIDTH - MARGIN.right).toFixed(1)},${scaled(py, y, HEIGHT - MARGIN.bottom, MARGIN.top).toFixed(1)}`;
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "tr-mini", role: "img" });
  svg.setAttribute("aria-label", `${name} over ${curves.length === 1 ? "the steps of one model" : `the steps of ${curves.length} models`}`);
  svg.append(shape("path", { d: `M${MARGIN.left},${MARGIN.top}V${HEIGHT - MARGIN.bottom}H${WIDTH - MARGIN.right}`, class: "tr-mini-axis" }));
  for (const [value, place] of [[y[0], HEIGHT - MARGIN.bottom], [y[1], MARGIN.top + 4]]) svg.append(label(formatNumber(value, 3), MARGIN.left - 4, place, "end"));
  svg.append(label(formatNumber(x[0], 3), MARGIN.left, HEIGHT - 6, "start"), label(formatNumber(x[1], 4), WIDTH - MARGIN.right, HEIGHT - 6, "end"));
  curves.forEach((curve, i) => {
    if (!points[i].length) return;
    const kind = LINES[curve.at % LINES.length];
    if (points[i].length === 1) svg.append(shape("circle", { cx: at(points[i][0]).split(",")[0], cy: at(points[i][0]).split(",")[1], r: 2.5, class: `tr-mini-dot ${kind}` }));
    svg.append(shape("polyline", { points: points[i].map(at).join(" "), class: `tr-mini-line ${kind}` }));
  });
  const ends = curves.map((curve, i) => ({ text: curve.label, place: points[i].length ? at(points[i].at(-1)).split(",").map(Number) : null }));
  for (const { text, x: left, y: top } of apart(ends)) svg.append(label(text, left, top, "start"));
  return make("figure", { className: "tr-mini-figure" }, make("figcaption", { textContent: name, title: name }), svg);
}

/** Labels at the ends of lines, moved down as far as they would cover each other. */
function apart(ends) {
  let last = -Infinity;
  const placed = ends.filter(({ text, place }) => text && place).sort((a, b) => a.place[1] - b.place[1]);
  return placed.map(({ text, place: [x, y] }) => ({ text, x: x + 3, y: (last = Math.max(y, last + 9)) }));
}

/** Lowest and highest; some room around a single value. */
function extent(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (!values.length) return [0, 1];
  return low < high ? [low, high] : [low - (Math.abs(low) || 1) * 0.05, high + (Math.abs(high) || 1) * 0.05];
}

const scaled = (value, [low, high], from, to) => from + ((value - low) / (high - low)) * (to - from);

function shape(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function label(text, x, y, anchor) {
  const made = shape("text", { x, y, "text-anchor": anchor, "dominant-baseline": "middle", class: "tr-mini-text" });
  made.textContent = text;
  return made;
}
