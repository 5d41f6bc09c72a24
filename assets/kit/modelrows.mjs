/** Some trials as a small table: a click focuses one, its button pins it. */
import { valueText } from "./axes.mjs";
import { make } from "./menu.mjs";

/** Replace what is in a host; a button of a table that is there again keeps the keyboard's focus. */
export function replaceRows(host, ...children) {
  const { study, number } = host.contains(document.activeElement) ? (document.activeElement.closest("tr")?.dataset ?? {}) : {};
  const last = document.activeElement?.classList.contains("tr-icon");
  host.replaceChildren(...children);
  const again = number === undefined ? null : [...host.querySelectorAll("tr")].find(({ dataset }) => dataset.study === study && dataset.number === number);
  again?.querySelector(last ? ".tr-icon" : ".tr-link")?.focus();
}

/**
 * @param {Model} model @param {number[]} rows @param {string[]} names columns
 * @returns {HTMLTableElement}
 */
export function modelRows(model, rows, names) {
  const several = model.shown.length > 1;
  const heads = ["trial", ...(several ? ["study"] : []), ...names, ""];
  const head = make("tr", {}, ...heads.map((name) => make("th", { scope: "col", textContent: name, title: name })));
  return make("table", { className: "tr-model-rows" }, make("thead", {}, head), make("tbody", {}, ...rows.map((row) => line(model, row, names, several))));
}

function line(model, row, names, several) {
  const { study, number } = model.table.keyOf(row);
  const focus = make("button", { type: "button", className: "tr-link", textContent: String(number), title: "Focus this trial" });
  focus.addEventListener("click", () => model.setFocus(model.table.rowOf(study, number)));
  const pinned = model.pins.some((pin) => pin.study === study && pin.number === number);
  const pin = make("button", {
    type: "button", className: "tr-icon", textContent: pinned ? "−" : "+", title: `${pinned ? "Unpin" : "Pin"} this trial`, aria: { label: `${pinned ? "Unpin" : "Pin"} trial ${number}` },
  });
  pin.addEventListener("click", () => model.togglePin(model.table.rowOf(study, number)));
  const value = (name) => make("td", { textContent: valueText(model.table.columns.get(name), model.axis(name), row) });
  const cells = [make("td", {}, focus), ...(several ? [make("td", { className: "tr-model-study", textContent: studyLabel(model, study), title: studyLabel(model, study) })] : []), ...names.map(value), make("td", {}, pin)];
  return make("tr", { dataset: { number, study } }, ...cells);
}

/** The name of a shown study, with a bit of its id where another one has the same. */
export function studyLabel(model, id) {
  return model.axis("study").labels[model.table.ids.indexOf(id)] ?? id;
}
