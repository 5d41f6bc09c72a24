/** Keys that work anywhere on the page but in text fields: undo, redo, pin the focus. */

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
  if (letter === "z") return shiftKey ? () => model.redo() : () => model.undo();
  return letter === "y" && !shiftKey ? () => model.redo() : null;
}

function alone(model, key) {
  const row = model.focusRow;
  return ["p", "P", "+"].includes(key) && row >= 0 ? () => model.togglePin(row) : null;
}
