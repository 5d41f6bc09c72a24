/** Models side by side: what differs first, equal hyperparameters folded, metrics with differences, curves over each other. */
import { comparison, differenceText } from "./compare.mjs";
import { make } from "./menu.mjs";
import { fetchCurves, LINES, pictures } from "./minicurves.mjs";

/**
 * Show the comparison of some pins; nothing for fewer than two.
 * @param {HTMLElement} host @param {Model} model @param {{row: number, label: string}[]} pins
 */
export function showComparison(host, model, pins) {
  const rows = pins.map(({ row }) => row);
  host.hidden = rows.length < 2;
  if (host.hidden) {
    host.dataset.of = "";
    return host.replaceChildren();
  }
  const { differing, equal, metrics } = comparison(model, rows);
  const open = host.querySelector("details")?.open ?? false;
  const studies = pins.map(({ row }) => model.studies.get(model.table.keyOf(row).study).name);
  const body = [
    ...(new Set(studies).size > 1 ? [line("study", studies)] : []),
    ...section(model, "Hyperparameters that differ", differing.map(({ name, texts }) => line(name, texts)), "They have the same hyperparameters."),
    ...section(model, "Metrics", metrics.map((metric) => metricLine(model, metric)), "None of them has a metric."),
  ];
  const table = make("table", { className: "tr-compare" }, headOf(model, pins), make("tbody", {}, ...body));
  const curves = host.querySelector(".tr-compare-curves") ?? make("div", { className: "tr-compare-curves" });
  host.replaceChildren(make("h3", { textContent: "Comparison" }), make("div", { className: "tr-scroll" }, table), fold(equal, open), curves);
  showCurves(host, curves, model, pins);
}

function headOf(model, pins) {
  const cells = pins.map(({ row, label }, i) => {
    const { number } = model.table.keyOf(row);
    const key = make("span", { className: `tr-swatch ${LINES[i]}`, aria: { hidden: "true" } });
    return make("th", { scope: "col" }, make("b", { className: "tr-pin-number", textContent: label }), key, `trial ${number}`);
  });
  return make("thead", {}, make("tr", {}, make("th"), ...cells));
}

function section(model, title, lines, none) {
  const head = make("tr", { className: "tr-compare-title" }, make("th", { colSpan: 99, scope: "rowgroup", textContent: lines.length ? title : none }));
  return [head, ...lines];
}

function line(name, texts) {
  return make("tr", {}, make("th", { scope: "row", textContent: name, title: name }), ...texts.map((textContent) => make("td", { textContent, title: textContent })));
}

/** A metric: values, the best set off, and the difference to the first model. */
function metricLine(model, { name, texts, differences, best }) {
  const { direction, format } = model.axis(name);
  const cells = texts.map((text, i) => {
    const cell = make("td", { className: best[i] ? "tr-best" : "", textContent: text });
    const { text: shown, good } = i ? differenceText(differences[i], direction, format) : { text: "", good: null };
    if (shown) cell.append(" ", make("span", { className: good === null ? "tr-note" : good ? "tr-note tr-better" : "tr-note tr-worse", textContent: shown, title: good === null ? "" : good ? "better than the first" : "worse than the first" }));
    return cell;
  });
  return make("tr", {}, make("th", { scope: "row", textContent: name, title: name }), ...cells);
}

function fold(equal, open) {
  if (!equal.length) return "";
  const items = equal.flatMap(({ name, text }) => [make("dt", { textContent: name }), make("dd", { textContent: text })]);
  return make("details", { className: "tr-equal", open }, make("summary", { textContent: `${equal.length} equal` }), make("dl", { className: "tr-values" }, ...items));
}

/** Fetch and draw the curves, once for the same models at the same revision. */
async function showCurves(host, place, model, pins) {
  const trials = pins.map(({ row, label }) => ({ ...model.table.keyOf(row), label }));
  const of = JSON.stringify([trials, trials.map(({ study }) => model.studies.get(study).results)]);
  if (host.dataset.of === of) return;
  host.dataset.of = of;
  const curves = await fetchCurves(trials);
  if (host.dataset.of === of) place.replaceChildren(pictures(curves, model.metrics));
}
