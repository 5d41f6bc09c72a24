/** A small dialog that asks for text; Esc closes it without an answer. */
import { make } from "./menu.mjs";

let asked = 0;

/**
 * Ask for a text.
 * @param {{title: string, note?: string, value?: string, lines?: number, most: number, offers?: string[], verb?: string}} question
 *   lines: 1 for a field, more for a box; offers: texts to choose from
 * @returns {Promise<string | null>} null: closed without an answer
 */
export function ask({ title, note = "", value = "", lines = 1, most, offers = [], verb = "Save" }) {
  const list = `tr-offers-${asked++}`;
  const field = lines > 1 ? make("textarea", { className: "tr-input", rows: lines, value }) : make("input", { className: "tr-input", value, autocomplete: "off" });
  Object.assign(field, { maxLength: most, spellcheck: false });
  field.setAttribute("aria-label", title);
  if (offers.length) field.setAttribute("list", list);
  const save = make("button", { type: "submit", className: "tr-btn tr-primary", textContent: verb, title: lines > 1 ? "Ctrl + Enter" : "Enter" });
  const close = make("button", { type: "button", className: "tr-icon", textContent: "×", aria: { label: "Close" }, dataset: { close: "" } });
  const form = make(
    "form",
    { method: "dialog" },
    make("header", { className: "tr-dialog-head" }, make("h2", { textContent: title }), close),
    make("div", { className: "tr-dialog-body" }, field, make("datalist", { id: list }, ...offers.map((text) => new Option(text))), make("p", { className: "tr-note", textContent: note })),
    make("footer", { className: "tr-dialog-foot" }, save),
  );
  const dialog = make("dialog", { className: "tr-ask", aria: { label: title } }, form);
  field.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && form.requestSubmit());
  document.body.append(dialog);
  dialog.showModal();
  field.focus();
  return new Promise((resolve) => {
    let answer = null;
    form.addEventListener("submit", () => (answer = field.value));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
  });
}
