/** What learning curves say in words: what is drawn of how many, and why there is nothing and how to change that. Pure. */
import { POINTS } from "./curvefeed.mjs";

const HOW = "To have curves, log a value a step: trial.report(value, step) in an Optuna objective, run.report(step, val_loss=…) in one of ours; a table opens with its curves by app.py TABLE --curves FILE.";

const count = (number) => number.toLocaleString("en");

/** Why no curve is drawn. */
export function missingText({ model, plan, compact }) {
  const { curves, table } = model;
  if (!table.rows) return "No trial is shown.";
  if (curves.failed) return "The server does not answer; the curves are asked for again.";
  if (!plan.rows.length) return compact ? "" : plan.selected ? "Every curve is switched off in the legend." : "No trial is selected; pin one or widen the brush.";
  if (curves.loading) return "Learning curves are being fetched …";
  const names = model.entries.map(({ name }) => name).join(", ");
  if (!curves.logged.length) return `${names}: the source holds only final values, no values over steps. ${compact ? "" : HOW}`;
  return `The trials drawn here logged no value over steps. ${compact ? "" : HOW}`;
}

/** What of the selection is drawn and how, for the head of the card. */
export function noteText(view) {
  const { plan, lines, model } = view;
  if (!view.panels.length) return "";
  const lacking = plan.rows.length - plan.having.length;
  const longest = [...lines.values()].flat().reduce((most, { curve }) => (curve.step.length < curve.of ? Math.max(most, curve.of) : most), 0);
  return [
    plan.sampled ? `${count(lines.size)} of ${count(plan.selected)} selected trials, spread over their ranking, the best among them` : `${count(lines.size)} trials`,
    view.panels[0].groups.length > 1 ? "each metric on its own scale" : "",
    lacking && !model.curves.loading ? `${count(lacking)} have no curve` : "",
    longest ? `${count(POINTS)} of ${count(longest)} points, zoom for more` : "",
  ].filter(Boolean).join(" · ");
}

/** What x is, with its unit. */
export function xTitle({ look, model }) {
  return look.x === "time" && !model.curves.logged.includes("time") ? "seconds since the trial began" : look.x;
}

/** What a panel shows, over it. */
export function panelTitle({ model }, { row, groups, title }) {
  const arrow = (name) => {
    const direction = model.entries.flatMap(({ metrics }) => metrics).find((metric) => metric.name === name)?.direction;
    return direction ? (direction === "minimize" ? " ↓ better" : " ↑ better") : "";
  };
  const parts = groups.length === 1 ? groups[0].series.map(({ part }) => part).filter(Boolean) : [];
  const named = row >= 0 ? `trial ${model.table.keyOf(row).number}: ${groups.map((group) => group.title).join(", ")}` : title;
  const lines = parts.length > 1 ? ` (${parts.map((part) => (part === "train" ? "train dashed" : part === "test" ? "test dotted" : part)).join(", ")})` : "";
  return named + lines + (groups.length === 1 ? arrow(groups[0].series[0].metric) : "");
}

/** The drawn trials with the points of their curves, and the panels with their place in the window and their ranges. */
export function toldOf({ host, model, panels, lines, plan }) {
  const bounds = host.getBoundingClientRect();
  const trials = [...(lines ?? [])].map(([row, own]) => ({
    ...model.table.keyOf(row),
    points: Object.fromEntries(own.map(({ metric, curve }) => [metric, curve.step.length])),
    of: Object.fromEntries(own.map(({ metric, curve }) => [metric, curve.of])),
    at: Object.fromEntries(own.map(({ metric, xs, ys }) => [metric, [bounds.left + xs.at(-1), bounds.top + ys.at(-1)]])),
  }));
  const places = panels.map(({ title, groups, box: [left, right, top, bottom], xScale }) => ({
    title,
    metrics: groups.flatMap(({ series }) => series.map(({ metric }) => metric)),
    box: [bounds.left + left, bounds.left + right, bounds.top + top, bounds.top + bottom],
    x: [xScale.low, xScale.high],
    y: [groups[0].scale.low, groups[0].scale.high],
  }));
  return { trials, panels: places, loading: model.curves.loading, selected: plan?.selected ?? 0 };
}
