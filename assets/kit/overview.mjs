/**
 * The overview in figures (HyperTendril 5.2, Fig. 3): what the trials came to, the best so far, mean and spread of a metric, per
 * study and together. All of it follows the brush in the browser.
 */
import { directionOf } from "./directions.mjs";
import { figures } from "./figures.mjs";
import { groupFigures } from "./groups.mjs";
import { whenSeen } from "./live.mjs";
import { make, mountSelect } from "./menu.mjs";
import { comparableText, counted, toolsOf } from "./notes.mjs";
import { formatNumber } from "./scale.mjs";

/**
 * Mount the figures into a host.
 * @param {HTMLElement} host @param {Model} model
 */
export function mountOverview(host, model) {
  const numeric = () => model.metrics.filter((name) => !model.axis(name).order);
  const shown = () => (numeric().includes(model.settings.overview) ? model.settings.overview : (model.objective?.name ?? numeric()[0] ?? null));
  const select = mountSelect(toolsOf(host), "figures of", numeric, shown, (name) => model.choose("overview", name, "overview"));
  const table = host.appendChild(make("table", { className: "tr-overview-table" }));
  const said = host.appendChild(make("p", { className: "tr-note tr-overview-note" }));
  const update = () => {
    select.element.hidden = numeric().length < 2;
    select.update();
    const metric = shown();
    const direction = metric === null ? null : metric === model.objective?.name ? model.objective.direction : directionOf(model, metric);
    const found = figures(model, metric, direction);
    table.hidden = model.table.rows === 0;
    fillTable(table, model, metric, found);
    said.textContent = sentence(model, metric, direction, found);
  };
  whenSeen(host, model, ["brush", "overview", "data"], update);
}

/** What the figures rest on, and what is missing for better ones. */
function sentence(model, metric, direction, { states, lines }) {
  const all = lines.at(-1);
  if (!all.total) return "";
  const completed = all.counts[states.indexOf("complete")] ?? 0;
  if (!completed) {
    const told = states.map((state, i) => `${counted(all.counts[i])} ${state}`).join(", ");
    return `No trial is completed yet (${told}): there is no best and no mean. A completed trial needs a final value, which the objective returns; of a study launched here the tab Runs tells why trials failed.`;
  }
  if (metric === null) return "No metric of numbers is logged. Return the objective; log others with trial.set_user_attr(name, number), or as a column of a table.";
  const rest = all.total - all.all.n - all.infinite;
  return [
    `${metric}: ${comparableText(model)}, ${counted(all.all.n)} of ${counted(all.total)} trials`,
    rest ? `${counted(rest)} do not count: not completed, at a lower budget, or without a value` : "",
    all.infinite ? `${counted(all.infinite)} infinite, in no mean` : "",
    direction ? "" : `no best: nothing says whether ${metric} should be small or large (⇅ beside the trade-off)`,
  ].filter(Boolean).join(" · ");
}

function fillTable(table, model, metric, { states, lines }) {
  const several = lines.length > 1;
  const heads = [...(several ? ["study"] : []), "trials", "selected", ...states, "best so far", "best selected", "mean ± spread", "within the selection", "median"];
  const cells = (line) => [
    ...(several ? [line.study ?? "together"] : []),
    counted(line.total),
    counted(line.selected),
    ...line.counts.map(counted),
    bestOf(model, metric, line.best),
    bestOf(model, metric, line.bestSelected),
    meanOf(line.all),
    meanOf(line.chosen),
    Number.isNaN(line.all.median) ? "–" : formatNumber(line.all.median, 4),
  ];
  const head = make("tr", {}, ...heads.map((name) => make("th", { scope: "col", textContent: name })));
  const averaged = groupFigures(model, metric, lines).map(({ label, figures }) => [label, ...figures.map((figure) => meanOf({ n: Number.isFinite(figure.mean), ...figure }))]);
  const told = [...lines.slice(0, -1).map(cells), ...averaged, cells(lines.at(-1))];
  const rows = told.map((line) => make("tr", {}, ...line.map((cell, i) => make(several && i === 0 ? "th" : "td", {}, cell))));
  const focused = document.activeElement?.dataset.best;
  table.replaceChildren(make("thead", {}, head), make("tbody", {}, ...rows));
  if (focused) table.querySelector(`[data-best="${CSS.escape(focused)}"]`)?.focus();
}

/** The best value with its trial; a click focuses the trial. */
function bestOf(model, metric, row) {
  if (row < 0) return "–";
  const { study, number } = model.table.keyOf(row);
  const value = formatNumber(model.table.columns.get(metric).values[row], 4);
  const button = make("button", { type: "button", className: "tr-link", title: "Focus this trial", dataset: { best: `${study}:${number}` } }, `${value} `, make("small", { textContent: `trial ${number}` }));
  button.addEventListener("click", () => model.setFocus(model.table.rowOf(study, number)));
  return button;
}

const meanOf = ({ n, mean, spread }) => (n ? `${formatNumber(mean, 4)}${Number.isNaN(spread) ? "" : ` ± ${formatNumber(spread, 2)}`}` : "–");
