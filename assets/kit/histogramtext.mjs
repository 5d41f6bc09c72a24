/** What histograms say in words. */
import { fit } from "./draw.mjs";

/** Why there is no histogram. */
export function noMetricText({ metrics, settings }) {
  const hidden = metrics.filter((name) => settings.histograms?.includes(name));
  if (!metrics.length) return "No metric to show: the shown studies log none.";
  return hidden.length ? `All metrics are hidden; choose them at the right: ${hidden.join(", ")}.` : `No trial has a value of ${metrics.join(", ")} yet.`;
}

/** Mean, spread and best in one line: without the spread where they would not fit. */
export function fitting(pen, words, width) {
  if (words.length < 3) return fit(pen, words.join(""), width);
  const [mean, spread, best] = words;
  const whole = `${mean}${spread}  ${best}`;
  return pen.measureText(whole).width <= width ? whole : fit(pen, `${mean}  ${best}`, width);
}
