/** Typing into a chip: Enter applies, Esc restores, what cannot be read says why beneath. */
import { make } from "./menu.mjs";
import { BrushError } from "./selection.mjs";

let editors = 0;

/**
 * Turn a chip into a text field.
 * @param {HTMLElement} element the chip
 * @param {{label: string, exact: () => string, edit: (text: string) => void}} chip see chiplist.mjs
 * @param {() => void} restored called when the field has closed without a change
 */
export function editChip(element, chip, restored = () => {}) {
  if (element.querySelector("form")) return;
  const before = chip.exact();
  const id = `tr-chip-error-${editors++}`;
  const field = make("input", { className: "tr-input", value: before, size: Math.min(Math.max(before.length + 2, 14), 48), spellcheck: false, autocomplete: "off" });
  field.setAttribute("aria-label", `Brush on ${chip.label}`);
  field.setAttribute("aria-describedby", id);
  const error = make("span", { id, className: "tr-error tr-chip-error", role: "alert" });
  const form = make("form", { className: "tr-chip-form" }, make("b", { textContent: chip.label }), field, error);
  const text = element.querySelector(".tr-chip-text");
  const host = element.parentElement;
  let open = true;

  const close = (changed) => {
    const focused = form.contains(document.activeElement);
    open = false;
    form.remove();
    element.classList.remove("tr-chip-editing");
    text.hidden = false;
    if (focused && element.isConnected) text.focus();
    if (!changed) restored();
  };
  const apply = () => {
    if (!open) return;
    if (field.value.trim() === before.trim()) return close(false);
    open = false;
    try {
      chip.edit(field.value);
      close(true);
      if (!element.isConnected) chipOf(host, chip.column)?.focus();
    } catch (problem) {
      if (!(problem instanceof BrushError)) throw problem;
      open = true;
      error.textContent = `${problem.message}.`;
      field.setAttribute("aria-invalid", "true");
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") close(false);
  });
  field.addEventListener("input", () => {
    field.removeAttribute("aria-invalid");
    error.textContent = "";
  });
  field.addEventListener("blur", apply);
  text.hidden = true;
  element.classList.add("tr-chip-editing");
  element.prepend(form);
  field.focus();
  field.select();
}

const chipOf = (host, column) =>
  [...host.children].find((chip) => chip.dataset.column === column)?.querySelector(".tr-chip-text");
