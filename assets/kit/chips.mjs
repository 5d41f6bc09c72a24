/**
 * The brush bar: every brush as a chip that can be typed into or removed, how many rows are selected, undo and redo, quick
 * brushes, and the budget that counts.
 */
import { budgets, around, ranked, trialsOf } from "./quick.mjs";
import { chipsOf, NEW } from "./chiplist.mjs";
import { editChip } from "./chipedit.mjs";
import { mountAnnotate, mountArchived } from "./markbar.mjs";
import { make, mountActions, mountSelect } from "./menu.mjs";
import { TRIALS } from "./selection.mjs";

const TELL_AFTER = 600;

/**
 * Mount the brush bar into a host.
 * @param {HTMLElement} host @param {Model} model
 */
export function mountChips(host, model) {
  host.classList.add("tr-bar");
  const chips = host.appendChild(make("div", { className: "tr-chips", role: "list", aria: { label: "Brushes" } }));
  const tools = host.appendChild(make("div", { className: "tr-bar-tools" }));
  const add = mountAdd(tools, model, chips);
  const budget = mountBudget(tools, model);
  const count = mountCount(tools, model);
  const buttons = mountButtons(tools, model);
  mountBest(tools, model);
  mountAnnotate(tools, model);
  mountArchived(tools, model);
  const update = () => {
    updateChips(chips, model);
    add.element.hidden = model.table.rows === 0;
    count();
    buttons();
  };
  model.on("brush", update);
  for (const event of ["commit", "history"]) model.on(event, buttons);
  model.on("data", () => {
    budget();
    update();
  });
  update();
}

// --- chips ----------------------------------------------------------------------------------------------------------

/** Bring the chips to the model's brushes; a chip that stays keeps its elements, only its text changes. */
function updateChips(host, model) {
  const wanted = chipsOf(model);
  const present = new Map([...host.children].map((element) => [element.dataset.chip, element]));
  for (const element of [...host.children]) {
    const made = element.dataset.chip.startsWith(NEW) && !(element.dataset.column in model.brushes);
    if (!made && !wanted.some((chip) => chip.key === element.dataset.chip)) element.remove();
  }
  wanted.forEach((chip, i) => {
    const element = present.get(chip.key) ?? makeChip(model, chip);
    element.chip = chip;
    showText(element, chip);
    if (host.children[i] !== element) host.insertBefore(element, host.children[i] ?? null);
  });
}

function makeChip(model, chip) {
  const name = make("b", { textContent: chip.label });
  const edit = make("button", { type: "button", className: "tr-chip-text" }, name, " ", make("span"));
  const remove = make("button", {
    type: "button", className: "tr-chip-remove", textContent: "×", title: "Remove this brush", aria: { label: `Remove the brush on ${chip.label}` },
  });
  const element = make("span", { className: "tr-chip", role: "listitem", dataset: { chip: chip.key, column: chip.column } }, edit, remove);
  edit.addEventListener("click", () => element.chip.edit && editChip(element, element.chip));
  remove.addEventListener("click", () => {
    const next = element.nextElementSibling ?? element.previousElementSibling;
    element.chip.remove();
    (next?.isConnected ? next.querySelector("button") : element.closest(".tr-bar")?.querySelector("summary"))?.focus();
  });
  return element;
}

function showText(element, { label, text, note, off }) {
  const button = element.querySelector(".tr-chip-text");
  const span = button.lastElementChild;
  if (span.textContent === text && button.title) return;
  span.textContent = text;
  button.title = note ?? `${label}: ${text}. Click to type exact bounds`;
  button.setAttribute("aria-label", `${off ? "Not in the shown studies" : "Edit the brush on"} ${label}: ${text}`);
  button.disabled = Boolean(off);
  element.classList.toggle("tr-chip-off", Boolean(off));
}

/** 'Brush ▾': type a brush on any column, for those who cannot drag. */
function mountAdd(host, model, chips) {
  const items = () =>
    [...model.params, ...model.metrics, ...rowColumns(model)]
      .filter((name) => !(name in model.brushes))
      .map((name) => ({ label: name, run: () => openNew(chips, model, name) }));
  return mountActions(host, "+", items, { hint: "Brush a column by typing", className: "tr-icon" });
}

function rowColumns(model) {
  const extra = [...model.table.columns.values()].filter(({ name, role }) => role === "flag" || (role === "mark" && name !== "archived"));
  const offered = ["state", "study", "number", "budget", "seed", "generation", "rung", "bracket", "duration", "start", ...extra.map(({ name }) => name)];
  return offered.filter((name) => model.table.columns.get(name)?.values.some((value) => value === value));
}

function openNew(host, model, name) {
  const chip = chipsOf(model, name).find(({ column }) => column === name);
  const element = makeChip(model, chip);
  element.chip = chip;
  host.append(element);
  editChip(element, chip, () => element.remove());
}

// --- the rest of the bar --------------------------------------------------------------------------------------------

/** '312 of 2,000', told to screen readers when it comes to rest. */
function mountCount(host, model) {
  const shown = host.appendChild(make("span", { className: "tr-count" }));
  const told = host.appendChild(make("span", { className: "visually-hidden", role: "status", aria: { live: "polite" } }));
  let timer = null;
  return () => {
    const text = `${model.selected.toLocaleString("en")} of ${model.table.rows.toLocaleString("en")}`;
    if (shown.textContent === text) return;
    shown.textContent = text;
    clearTimeout(timer);
    timer = setTimeout(() => {
      told.textContent = `${text} trials selected`;
    }, TELL_AFTER);
  };
}

function mountButtons(host, model) {
  const button = (text, label, run) => {
    const element = host.appendChild(make("button", { type: "button", className: "tr-icon", textContent: text, title: label, aria: { label } }));
    element.addEventListener("click", run);
    return element;
  };
  const undo = button("↶", "Undo (Ctrl+Z)", () => model.timeline.undo());
  const redo = button("↷", "Redo (Ctrl+Y)", () => model.timeline.redo());
  const clear = button("Clear", "Remove all brushes", () => model.clear());
  clear.className = "tr-btn";
  return () => {
    undo.disabled = !model.timeline.canUndo;
    redo.disabled = !model.timeline.canRedo;
    clear.disabled = chipsOf(model).length === 0;
  };
}

/** 'Best ▾': quick brushes. */
function mountBest(host, model) {
  const items = () => {
    const rows = ranked(model);
    const few = Math.ceil(0.05 * rows.length);
    const { focus, table } = model;
    const row = focus ? table.rowOf(focus.study, focus.number) : -1;
    const best = (count) => ({ off: rows.length === 0, run: () => model.brush(TRIALS, trialsOf(model, rows.slice(0, count))) });
    const by = model.objective ? `by ${model.objective.name}, among completed trials that the other brushes select` : "no objective";
    return [
      { label: "Best 10", hint: by, ...best(10) },
      { label: `Best 5 %${rows.length ? ` (${few})` : ""}`, hint: by, ...best(few) },
      {
        label: row < 0 ? "Around this trial (click one first)" : `Around trial ${focus.number}`,
        hint: "a tenth of each axis to both sides, its categories",
        off: row < 0,
        run: () => model.setBrushes(around(model, row)),
      },
    ];
  };
  mountActions(host, "Best ▾", items, { hint: "Brush the best trials, or those around one" });
}

/** Which budget counts, where rows were measured at several. */
function mountBudget(host, model) {
  const names = () => [
    { value: "highest", label: "highest of each" },
    ...budgets(model.table).slice(-30).map((budget) => ({ value: String(budget), label: String(budget) })),
    { value: "all", label: "all" },
  ];
  const set = (value) => model.set("budget", ["highest", "all"].includes(value) ? value : Number(value));
  const { element, update } = mountSelect(host, "Budget", names, () => String(model.settings.budget), set);
  return () => {
    element.hidden = budgets(model.table).length === 0;
    update();
  };
}
