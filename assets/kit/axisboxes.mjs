/**
 * Boxes over the axes of the parallel coordinates: importance as bar and number, a press makes the hyperparameter active.
 *
 * They are painted with the axes, so that a saved picture has them; over each lies a real button for pointer and keyboard.
 */
import { toggleActive } from "./importance.mjs";
import { make } from "./menu.mjs";
import { percent, shareText } from "./shares.mjs";
import { fit, line, text } from "./draw.mjs";

/** Pixels that the boxes take over the names of the axes. */
export const BOX_ROW = 38;
const HEIGHT = 34;
const WIDEST = 116;
const BAR = 6;
const INSET = 7;

/**
 * What a box says of a hyperparameter's importance.
 * @param {object} importance `model.importance`
 * @returns {{share: number[] | null, within: number[] | null, words: string}}
 */
export function boxContent({ state, whole, within, refused, metric }, name) {
  const share = whole?.single?.[name] ?? null;
  const inside = within?.single?.[name] ?? null;
  if (share) {
    const more = inside ? `; within the brush ${shareText(inside)}` : within?.refused ? `; within the brush: ${within.refused}` : "";
    return { share, within: inside, words: `importance for ${metric}: ${shareText(share)}${more}` };
  }
  const words = state === "refused" ? refused.refused : state === "ready" ? "no importance of its own" : "importance is being computed";
  return { share: null, within: null, words };
}

/** The share at which a bar fills its box: the largest that any box shows. */
export function fullShare({ whole, within }) {
  const shares = [...Object.values(whole?.single ?? {}), ...Object.values(within?.single ?? {})];
  return Math.max(0.01, ...shares.map(([value, , high]) => high ?? value));
}

/** What the box of folded hyperparameters says: "6 more, together 3 %". */
export function foldedText(folded, { whole }) {
  const shares = folded.map((name) => whole?.single?.[name]?.[0]);
  const more = `${folded.length} more`;
  if (!folded.length || shares.some((share) => share === undefined)) return [more];
  return [more, `together ${percent(shares.reduce((sum, share) => sum + share, 0))}`];
}

export class AxisBoxes {
  /** @param {View} view */
  constructor(view) {
    this.view = view;
    this.model = view.model;
    this.strip = view.host.appendChild(make("div", { className: "tr-axis-boxes" }));
    this.boxes = [];
    this.fold = null;
  }

  /**
   * Say which boxes there are.
   * @param {{name: string, x: number}[]} axes of hyperparameters @param {number} gap pixels between axes
   * @param {{names: string[], open: boolean} | null} fold hyperparameters that fold for want of room
   */
  place(axes, gap, fold) {
    const width = Math.max(36, Math.min(WIDEST, gap - 8));
    this.boxes = axes.map((shown) => ({ name: shown.name, shown, width }));
    this.fold = fold;
    const wanted = [...this.boxes.map(({ name }) => name), ...(fold ? [null] : [])];
    const kept = new Map([...this.strip.children].map((button) => [button.dataset.name ?? null, button]));
    const buttons = wanted.map((name) => kept.get(name) ?? (name === null ? this.#foldButton() : this.#button(name)));
    if (buttons.some((button, i) => this.strip.children[i] !== button) || buttons.length !== kept.size) {
      const focused = document.activeElement;
      this.strip.replaceChildren(...buttons);
      if (buttons.includes(focused)) focused.focus();
    }
  }

  #button(name) {
    const button = make("button", { type: "button", className: "tr-axis-box", dataset: { name } });
    button.addEventListener("click", () => toggleActive(this.model, name));
    return button;
  }

  #foldButton() {
    const button = make("button", { type: "button", className: "tr-axis-box tr-axis-fold" });
    button.addEventListener("click", () => this.model.set("unfold", this.fold.open ? null : true));
    return button;
  }

  /** Draw all boxes, each over where its axis stands now, and lay the buttons over them. */
  draw(pen, at) {
    const { style, width: all } = this.view;
    const full = fullShare(this.model.importance);
    for (const { name, shown, width } of this.boxes) {
      const left = Math.min(Math.max(at(shown) - width / 2, 1), all - width - 1);
      const active = this.model.settings.active.includes(name);
      const content = boxContent(this.model.importance, name);
      drawBox(pen, { left, width, active, full, ...content }, style);
      this.#lay(this.#buttonOf(name), left, width, { label: `${name}: ${content.words}`, pressed: active });
    }
    if (this.fold) this.#drawFold(pen, style);
  }

  #drawFold(pen, style) {
    const { names, open } = this.fold;
    const lines = open ? ["fold"] : foldedText(names, this.model.importance);
    const room = FOLD - 6;
    const fitting = (words) => (pen.measureText(words).width <= room ? words : fit(pen, words.replace("together ", ""), room));
    lines.forEach((words, i) => text(pen, fitting(words), 1 + FOLD / 2, 1 + HEIGHT / 2 + 14 * (i - (lines.length - 1) / 2), style.muted, "center", "middle"));
    pen.setLineDash([3, 3]);
    outline(pen, 1, FOLD, style.edge);
    pen.setLineDash([]);
    const label = open ? `Fold the ${names.length} least important` : `${lines.join(", ")}: ${names.join(", ")}. Show them`;
    this.#lay(this.strip.querySelector(".tr-axis-fold"), 1, FOLD, { label });
  }

  #buttonOf(name) {
    return [...this.strip.children].find((button) => button.dataset.name === name);
  }

  #lay(button, left, width, { label, pressed = null }) {
    Object.assign(button.style, { left: `${left}px`, width: `${width}px`, height: `${HEIGHT}px` });
    if (button.title !== label) button.title = label;
    button.setAttribute("aria-label", label);
    if (pressed !== null) button.setAttribute("aria-pressed", String(pressed));
  }
}

/** Pixels of the box of the folded, to the left of all others. */
export const FOLD = 84;

/** One box: number over bar, the uncertainty as a whisker, the value within the brush as a second mark. */
function drawBox(pen, { left, width, active, full, share, within }, style) {
  if (active) {
    pen.globalAlpha = 0.14;
    pen.fillStyle = style.accent;
    pen.fillRect(left, 1, width, HEIGHT);
    pen.globalAlpha = 1;
  }
  outline(pen, left, width, active ? style.accent : style.grid);
  const middle = left + width / 2;
  if (!share) {
    text(pen, "–", middle, 1 + HEIGHT / 2, style.muted, "center", "middle");
    return;
  }
  const wordings = [shareText(share), percent(share[0]), percent(share[0]).replaceAll(" ", "").replace("%", ""), ""];
  const words = wordings.find((one) => pen.measureText(one).width <= width - 4);
  text(pen, words, middle, 15, active ? style.ink : style.muted, "center");
  drawBar(pen, { left: left + INSET, room: width - 2 * INSET, full, share, within }, style);
}

function drawBar(pen, { left, room, full, share: [value, low, high], within }, style) {
  const top = HEIGHT - BAR - 5;
  const at = (share) => left + (room * Math.min(share, full)) / full;
  pen.fillStyle = style.grid;
  pen.fillRect(left, top, room, BAR);
  pen.fillStyle = style.muted;
  pen.fillRect(left, top, Math.max(1, at(value) - left), BAR);
  if (low !== null && high !== null) line(pen, at(low), top + BAR / 2, at(high), top + BAR / 2, style.ink);
  if (!within) return;
  pen.fillStyle = style.accent;
  pen.fillRect(at(within[0]) - 1.5, top - 3, 3, BAR + 6);
}

function outline(pen, left, width, colour) {
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  pen.strokeRect(left + 0.5, 1.5, width - 1, HEIGHT - 1);
}
