/** The one tooltip of the page: what the pointer is over. Text only, so that hostile names stay text. */
import { valueText } from "./axes.mjs";

let box = null;

/** Show a row's trial and values (unless row is -1) and a hint near a point of the window. */
export function showTooltip(model, row, x, y, hint = null) {
  if (!box) {
    box = document.body.appendChild(document.createElement("div"));
    box.className = "tr-tooltip";
    box.setAttribute("role", "tooltip");
  }
  box.replaceChildren(...(row >= 0 ? rowLines(model, row) : []), ...(hint ? hint.split("\n").map(line) : []));
  box.hidden = false;
  const { offsetWidth: w, offsetHeight: h } = box;
  box.style.left = `${x + 16 + w > window.innerWidth ? x - 12 - w : x + 16}px`;
  box.style.top = `${Math.max(4, Math.min(y + 12, window.innerHeight - h - 8))}px`;
}

export function hideTooltip() {
  if (box) box.hidden = true;
}

function rowLines(model, row) {
  const { columns } = model.table;
  const { study, number } = model.table.keyOf(row);
  const state = columns.get("state");
  const head = line(`trial ${number} · ${model.studies.get(study).name} · ${state.levels[state.values[row]]}`);
  head.className = "tr-tooltip-head";
  const names = [...model.metrics.slice(0, 4), ...model.params].filter((name) => !Number.isNaN(columns.get(name).values[row]));
  return [head, ...names.slice(0, 16).map((name) => pair(name, valueText(columns.get(name), model.axis(name), row)))];
}

function line(text) {
  const element = document.createElement("div");
  element.textContent = text;
  return element;
}

function pair(name, value) {
  const element = line("");
  element.className = "tr-tooltip-pair";
  element.append(Object.assign(document.createElement("span"), { textContent: name }));
  element.append(Object.assign(document.createElement("b"), { textContent: value }));
  return element;
}
