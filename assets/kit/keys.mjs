/** Keys that work anywhere on the page but in text fields: undo, redo; pin, star, note, tags and details of the focus. */
import { editNote, editTags, toggleStar } from "./markedit.mjs";
import { openDetail } from "./modeldetail.mjs";

/** Listen on the window. */
export function mountKeys(model) {
  window.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || typing(event.target)) return;
    const run = event.ctrlKey || event.metaKey ? withControl(model, event) : alone(model, event.key);
    if (!run) return;
    event.preventDefault();
    run();
  });
}

function typing(target) {
  return target instanceof Element && target.closest("input:not([type=checkbox]), textarea, select, [contenteditable=true], dialog[open]") !== null;
}

function withControl(model, { key, shiftKey }) {
  const letter = key.toLowerCase();
  if (letter === "z") return shiftKey ? () => model.timeline.redo() : () => model.timeline.undo();
  return letter === "y" && !shiftKey ? () => model.timeline.redo() : null;
}

function alone(model, key) {
  const row = model.focusRow;
  const run = { p: () => model.togglePin(row), "+": () => model.togglePin(row), s: () => toggleStar(model, row), n: () => editNote(model, row), t: () => editTags(model, row), d: () => openDetail(model, row) }[key.toLowerCase()];
  return row >= 0 ? run : null;
}
