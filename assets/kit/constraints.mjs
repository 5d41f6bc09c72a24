/**
 * Constraints beside the trade-off: brushes on metrics ('parameters ≤ 50 k'), typed here or dragged on an axis of the plot;
 * under them the best trials that meet all, and what each constraint costs in the objective.
 */
import { setDirection } from "./directions.mjs";
import { parseConstraint, typedBrush } from "./constrainttext.mjs";
import { formatBrush } from "./chiptext.mjs";
import { bestFew, constrained, feasibility } from "./feasible.mjs";
import { whenSeen } from "./live.mjs";
import { make } from "./menu.mjs";
import { comparableText, counted } from "./notes.mjs";
import { formatNumber } from "./scale.mjs";
import { BrushError } from "./selection.mjs";
import { modelRows, replaceRows } from "./modelrows.mjs";

const FEW = 5;

/**
 * Mount the constraints into a host.
 * @param {HTMLElement} host @param {Model} model
 */
export function mountConstraints(host, model) {
  const list = make("ul", { className: "tr-constraints", aria: { label: "Constraints" } });
  const { form, update: offer } = constraintForm(model);
  const told = make("p", { className: "tr-note tr-constraint-note" });
  const best = make("div", { className: "tr-feasible" });
  host.replaceChildren(make("h3", { textContent: "Constraints" }), form, list, told, best);
  const update = () => {
    offer();
    const names = constrained(model);
    const found = feasibility(model, names);
    fillList(list, model, names, found);
    told.textContent = explanation(model, names, found);
    fillBest(best, model, names, found);
  };
  whenSeen(host, model, ["brush", "data", "pins"], update);
}

// --- a new one ------------------------------------------------------------------------------------------------------

function constraintForm(model) {
  const field = make("input", { className: "tr-input", spellcheck: false, autocomplete: "off", aria: { label: "New constraint" } });
  const known = make("datalist", { id: "tr-constraint-names" });
  field.setAttribute("list", known.id);
  const error = make("p", { className: "tr-error", role: "alert" });
  const add = make("button", { type: "submit", className: "tr-btn", textContent: "Add" });
  const form = make("form", { className: "tr-constraint-form" }, field, known, add, error);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tryTo(error, field, () => {
      const { name, brush, direction } = parseConstraint(field.value, model);
      if (direction) setDirection(model, name, direction);
      model.brush(name, brush);
      field.value = "";
    });
  });
  field.addEventListener("input", () => {
    error.textContent = "";
    field.removeAttribute("aria-invalid");
  });
  const update = () => {
    const names = [...model.metrics, ...model.params].filter((name) => !model.axis(name).order && name !== model.objective?.name);
    form.hidden = !names.length;
    field.placeholder = `${names[0]} ≤ …`;
    const offered = names.map((name) => `${name} ≤ `);
    if (offered.join() !== known.dataset.names) known.replaceChildren(...offered.map((value) => make("option", { value })));
    known.dataset.names = offered.join();
  };
  return { form, update };
}

/** Run what may throw a BrushError; its sentence goes to the field. */
function tryTo(error, field, run) {
  try {
    run();
    error.textContent = "";
    field.removeAttribute("aria-invalid");
  } catch (problem) {
    if (!(problem instanceof BrushError)) throw problem;
    error.textContent = `${problem.message}.`;
    field.setAttribute("aria-invalid", "true");
  }
}

// --- those that are there -------------------------------------------------------------------------------------------

/** Bring the list to the constraints; an entry that stays keeps its elements, so that its field keeps what is typed. */
function fillList(list, model, names, found) {
  const present = new Map([...list.children].map((item) => [item.dataset.name, item]));
  for (const [name, item] of present) if (!names.includes(name)) item.remove();
  names.forEach((name, i) => {
    const item = present.get(name) ?? entry(model, name);
    if (list.children[i] !== item) list.insertBefore(item, list.children[i] ?? null);
    const field = item.querySelector("input");
    const text = formatBrush({ name, kind: model.table.columns.get(name).kind, levels: [] }, model.brushes[name]);
    if (document.activeElement !== field) field.value = text;
    item.querySelector(".tr-constraint-cost").textContent = costText(model, found, i);
  });
}

function entry(model, name) {
  const field = make("input", { className: "tr-input", spellcheck: false, autocomplete: "off", aria: { label: `Constraint on ${name}` } });
  const remove = make("button", { type: "button", className: "tr-icon", textContent: "×", title: "Remove this constraint", aria: { label: `Remove the constraint on ${name}` } });
  const error = make("span", { className: "tr-error", role: "alert" });
  const label = make("b", { textContent: name, title: name });
  const cost = make("span", { className: "tr-constraint-cost" });
  const apply = () => tryTo(error, field, () => model.brush(name, typedBrush(field.value, model, name)));
  field.addEventListener("change", apply);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") apply();
  });
  remove.addEventListener("click", () => model.brush(name, null));
  return make("li", { className: "tr-constraint", dataset: { name } }, label, field, remove, cost, error);
}

/** 'costs 0.012 [0.003, 0.02]: 812 trials meet it …' */
function costText({ objective }, found, i) {
  if (!found) return "";
  const { alone, cost, low, high, none } = found.costs[i];
  const met = `${counted(alone)} of ${counted(found.rows)} trials ${alone === 1 ? "meets" : "meet"} it`;
  if (cost === null) return `${met}; without it ${counted(found.costs[i].without)} meet all others`;
  const interval = `95 % ${formatNumber(low)} … ${formatNumber(high)}`;
  const rare = none > 0.001 ? `; in ${formatNumber(100 * none, 2)} % of resamples nothing meets all` : "";
  return `costs ${formatNumber(cost)} ${objective.name} (${interval})${rare} · ${met}`;
}

// --- words and the best ---------------------------------------------------------------------------------------------

function explanation(model, names, found) {
  const { table, metrics, objective } = model;
  if (!table.rows) return "";
  if (!metrics.length) return "No metric is logged: nothing can be chosen by. Return the objective, log others with trial.set_user_attr(name, number), or as a column of a table.";
  if (!objective) return "No metric has a direction, so there is no best: choose the objective on the left.";
  if (metrics.length === 1) {
    return `Only ${metrics[0]} is logged, neither size nor time: nothing to weigh it against. Log what a model costs with trial.set_user_attr("parameters", number), run.report(step, parameters=…) or a column of the table${model.entries.some(({ table }) => table) ? " (Column roles… on the left makes a column a metric)" : ""}.`;
  }
  if (!found.rows) return `No completed trial with a value of ${objective.name} is within the brushes.`;
  if (!names.length) return "Type a constraint, such as a size or a time that the device allows, or drag along an axis of the plot.";
  return `Cost: the best ${objective.name} without the constraint, all others kept, less the best with all; in brackets the middle 95 % of an exact bootstrap over the ${counted(found.rows)} trials that compete (${comparableText(model)}), without a seed. How much hangs on single trials, not what more search would find.`;
}

function fillBest(host, model, names, found) {
  if (!found?.rows || (model.metrics.length < 2 && !names.length)) return host.replaceChildren();
  const { objective, table } = model;
  const rows = bestFew(table.columns.get(objective.name).values, objective.direction, found.feasible, FEW);
  const head = rows.length
    ? `${names.length ? "Best feasible" : "Best"}: ${rows.length} of ${counted(found.feasible.length)} trials`
    : `No trial meets ${names.length === 1 ? "the constraint" : `all ${names.length} constraints`}`;
  const columns = [objective.name, ...names, ...model.metrics.filter((name) => ![objective.name, ...names].includes(name))].slice(0, model.shown.length > 1 ? 3 : 4);
  replaceRows(host, make("h3", { textContent: head }), ...(rows.length ? [modelRows(model, rows, [...new Set(columns)])] : []));
}
