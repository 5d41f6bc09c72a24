/** Around the front: which metrics it is over, what the hypervolume is and rests on, and the trials on it as a table. */
import { directed, directionItems, takeDirection } from "./directions.mjs";
import { frontier, frontierMetrics } from "./frontier.mjs";
import { whenSeen } from "./live.mjs";
import { make, mountMenu } from "./menu.mjs";
import { modelRows, replaceRows, studyLabel } from "./modelrows.mjs";
import { comparableText, counted } from "./notes.mjs";
import { trialsOf } from "./quick.mjs";
import { formatNumber } from "./scale.mjs";
import { BrushError, TRIALS } from "./selection.mjs";
import { withoutUnits } from "./units.mjs";
import { VolumeFeed } from "./volumes.mjs";

const FEW = 8;
const MOST = 200;

/**
 * Mount the front into a host.
 * @param {HTMLElement} host @param {Model} model
 */
export function mountFront(host, model) {
  const title = make("h3");
  const tools = make("div", { className: "tr-tools" });
  const said = make("p", { className: "tr-note" });
  const reference = referenceField(model);
  const rows = make("div", { className: "tr-front-rows" });
  const more = make("button", { type: "button", className: "tr-btn" });
  host.replaceChildren(make("div", { className: "tr-front-head" }, title, tools), said, reference.element, rows, more);
  const offer = mountTools(tools, model);
  new VolumeFeed(model, () => host.offsetParent !== null);
  let open = false;
  const update = () => {
    const { metrics, whole, selected } = frontier(model);
    offer();
    title.textContent = metrics.length > 1 ? `Front over ${metrics.join(", ")}` : "Front";
    said.textContent = frontText(model, metrics, whole, selected);
    reference.update(metrics);
    const shown = sorted(model, metrics, selected).slice(0, open ? MOST : FEW);
    replaceRows(rows, ...(shown.length ? [modelRows(model, shown, metrics)] : []));
    more.hidden = selected.length <= FEW;
    more.textContent = open ? "Fewer" : `Show ${Math.min(MOST, selected.length)} of ${selected.length}`;
  };
  more.addEventListener("click", () => {
    open = !open;
    update();
  });
  whenSeen(host, model, ["brush", "data", "pins", "volumes"], update);
}

function mountTools(slot, model) {
  const items = () => {
    const chosen = frontierMetrics(model);
    const offered = directed(model).map((name) => ({ name: JSON.stringify({ name }), label: name, on: chosen.includes(name) }));
    return [...offered, ...directionItems(model, model.metrics)];
  };
  const menu = mountMenu(slot, "metrics of the front", items, (item, on) => {
    if (item.startsWith("[")) return takeDirection(model, item, on);
    const { name } = JSON.parse(item);
    const others = frontierMetrics(model).filter((other) => other !== name);
    model.set("front", on ? [...others, name] : others);
  }, { hint: "Choose the metrics of the front; give one a direction" });
  const brush = slot.appendChild(make("button", { type: "button", className: "tr-btn", textContent: "Brush this front" }));
  brush.addEventListener("click", () => model.brush(TRIALS, trialsOf(model, frontier(model).selected)));
  return () => {
    menu.element.hidden = !items().length;
    brush.hidden = frontier(model).metrics.length < 2;
  };
}

/** Rows on the front, best in the first metric first. */
function sorted(model, [first], rows) {
  if (!first) return [];
  const { values } = model.table.columns.get(first);
  const down = model.axis(first).direction === "minimize" || model.settings.better?.[first] === "minimize";
  return [...rows].sort((a, b) => (down ? values[a] - values[b] : values[b] - values[a]));
}

function frontText(model, metrics, whole, selected) {
  if (!model.table.rows) return "";
  if (metrics.length < 2) {
    return "A front needs two metrics with a direction: choose them, or say which way a metric is better, in the menu at the right.";
  }
  if (!whole.length) return `No completed trial has a value of ${metrics.join(" and ")}.`;
  const counts = `${counted(selected.length)} of the selected and ${counted(whole.length)} of all trials that no other beats in ${metrics.length === 2 ? "both" : "all"} metrics (${comparableText(model)})`;
  return `${counts}. ${volumeText(model, metrics)}`;
}

/** 'Hypervolume 84.2 % of the box between …', a study each. */
function volumeText(model, metrics) {
  const { state, whole, within, sentence } = model.volumes;
  if (state === "refused") return `No hypervolume: ${sentence}.`;
  if (!whole || String(Object.keys(whole.reference).sort()) !== String([...metrics].sort())) return "";
  const share = ({ shares, error }) => `${formatNumber(100 * (shares.at(-1) ?? 0), 4)} %${error ? ` ± ${formatNumber(100 * error, 1)}` : ""}`;
  const name = (i) => (whole.studies.length > 1 ? `${studyLabel(model, whole.studies[i].study)} ` : "");
  const each = whole.studies.map((study, i) => `${name(i)}${share(study)}${within ? `, within the brushes ${share(within.studies[i])}` : ""}`).join("; ");
  const point = (at) => metrics.map((metric) => `${metric} ${formatNumber(at[metric])}`).join(", ");
  const method = whole.exact ? "exact" : `estimated at ${whole.points.toLocaleString("en")} points, seed ${whole.seed}`;
  return `Hypervolume so far: ${each} of the box from the reference point (${point(whole.reference)}: ${whole.source}) to the ideal point (${point(whole.ideal)}), ${method}.`;
}

/** A field for a reference point of the analyst's own: numbers in the order of the metrics, parted by semicolons; empty: the default. */
function referenceField(model) {
  const field = make("input", { className: "tr-input", spellcheck: false, autocomplete: "off", aria: { label: "Reference point" } });
  const error = make("span", { className: "tr-error", role: "alert" });
  const element = make("label", { className: "tr-front-reference" }, make("span", { textContent: "Reference point" }), field, error);
  let metrics = [];
  field.addEventListener("change", () => {
    try {
      model.choose("reference", readPoint(field.value, model, metrics), "data");
      error.textContent = "";
    } catch (problem) {
      if (!(problem instanceof BrushError)) throw problem;
      error.textContent = `${problem.message}.`;
    }
  });
  const update = (shown) => {
    metrics = shown;
    element.hidden = metrics.length < 2;
    const given = model.settings.reference ?? {};
    const parts = (point) => metrics.map((name) => (point[name] === undefined ? "" : formatNumber(point[name], 6)));
    if (document.activeElement !== field) field.value = metrics.some((name) => name in given) ? parts(given).join("; ") : "";
    const { whole } = model.volumes;
    field.placeholder = whole ? parts(whole.reference).join("; ") : metrics.join("; ");
  };
  return { element, update };
}

/** A reference point as it is typed; null for an empty text. @throws {BrushError} with one sentence */
export function readPoint(text, model, metrics) {
  if (!text.trim()) return null;
  const parts = text.split(";").map((part) => part.trim());
  if (parts.length !== metrics.length) {
    throw new BrushError(`'${text}' has ${parts.length} numbers; expected ${metrics.length}, parted by semicolons: ${metrics.join("; ")}`);
  }
  const given = metrics.map((name, i) => {
    const unit = model.axis(name).metric?.unit ?? "";
    const value = parts[i] ? Number(withoutUnits(parts[i], { name, unit })) : NaN;
    if (parts[i] && !Number.isFinite(value)) throw new BrushError(`'${parts[i]}' for ${name} is no number; expected one such as 0.5, 50 k or 2 ms`);
    return [name, value];
  });
  return Object.fromEntries(given.filter(([, value]) => !Number.isNaN(value)));
}
