/** Zoom and pan along the x axis that monitor and strips share: Ctrl + wheel or a switch, Space + drag; a double click resets. */
import { make } from "./menu.mjs";

const STEP = 1.25;
const LEAST = 0.002;
export const WHOLE = [0, 1];

/** A window [from, to] of 0 … 1, zoomed by a factor around a place in it (0 … 1 of the window). */
export function zoomed([from, to], factor, place) {
  const wide = Math.min(1, Math.max(LEAST, (to - from) / factor));
  const centre = from + place * (to - from);
  const start = Math.min(Math.max(0, centre - place * wide), 1 - wide);
  return [start, start + wide];
}

/** A window moved by a share of its width, within 0 … 1. */
export function panned([from, to], share) {
  const shift = Math.min(Math.max(share * (to - from), -from), 1 - to);
  return [from + shift, to + shift];
}

export const isWhole = ([from, to]) => from <= 0 && to >= 1;

let held = false;
let listening = false;

/** Follow whether Space is held while the pointer is over a view that zooms: there it presses no button and scrolls nothing. */
function followSpace() {
  if (listening) return;
  listening = true;
  window.addEventListener("keydown", (event) => {
    if (event.code !== "Space" || event.target.closest?.("input, textarea, select, [contenteditable=true]")) return;
    held ||= document.querySelector("[data-zooms]:hover") !== null;
    if (held) event.preventDefault();
  });
  window.addEventListener("keyup", (event) => {
    if (event.code !== "Space" || !held) return;
    held = false;
    event.preventDefault();
  });
  window.addEventListener("blur", () => {
    held = false;
  });
}

/** Choose a window; views hear "window". */
export function setWindow(model, next) {
  model.window = isWhole(next) ? WHOLE : next;
  model.emit("window");
}

/**
 * Let a view zoom: `view.spanAt(x)` gives the [left, right] of the plot at x, or null.
 * @param {View} view
 */
export function attachZoom(view) {
  const { model, host } = view;
  followSpace();
  host.dataset.zooms = "";
  model.window ??= WHOLE;
  model.on("window", () => view.invalidate("data"));
  const place = (event) => {
    const x = event.clientX - host.getBoundingClientRect().left;
    const span = view.ready ? view.spanAt(x) : null;
    return span && (x - span[0]) / (span[1] - span[0]);
  };
  host.addEventListener("wheel", (event) => {
    const at = place(event);
    if (at === null || !(event.ctrlKey || event.metaKey || model.zooms)) return;
    event.preventDefault();
    setWindow(model, zoomed(model.window, event.deltaY < 0 ? STEP : 1 / STEP, at));
  }, { passive: false });
  host.addEventListener("dblclick", (event) => place(event) !== null && setWindow(model, WHOLE));
}

/** A press that pans while Space is held; null else. */
export function panTarget(view, x) {
  const span = held ? view.spanAt(x) : null;
  if (!span) return null;
  const before = view.model.window;
  return {
    cursor: "grab",
    move: (toX) => setWindow(view.model, panned(before, (x - toX) / (span[1] - span[0]))),
    end() {},
    click: () => true,
  };
}

/** The switch that lets the plain wheel zoom, and the button that shows all again. */
export function mountZoom(slot, model) {
  const hint = "The wheel zooms along x. Without it: Ctrl + wheel. Space + drag moves, a double click shows all";
  const toggle = make("button", { type: "button", className: "tr-btn", textContent: "Zoom", title: hint, aria: { pressed: "false" } });
  const reset = make("button", { type: "button", className: "tr-btn", textContent: "Show all", title: "Show the whole search again", hidden: true });
  toggle.addEventListener("click", () => {
    model.zooms = !model.zooms;
    toggle.setAttribute("aria-pressed", String(model.zooms));
  });
  reset.addEventListener("click", () => setWindow(model, WHOLE));
  model.on("window", () => {
    reset.hidden = isWhole(model.window);
  });
  slot.append(toggle, reset);
}
