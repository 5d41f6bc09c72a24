/**
 * Importance of each hyperparameter as bar and number: of the whole study, and as a second mark within the brush.
 *
 * The bars are buttons: a press does what one on the box over the axis does, it makes the hyperparameter active.
 */
import { shortLabels } from "./axes.mjs";
import { toggleActive } from "./importance.mjs";
import { make } from "./menu.mjs";
import { percent, shareText } from "./shares.mjs";

const MOST = 12;
const LONGEST = 16;

/** Hyperparameters from the most to the least important, equal ones in the order of the space. */
export function mostFirst({ names, single }) {
  return names.filter((name) => single[name]).sort((a, b) => single[b][0] - single[a][0]);
}

/** Which of them have a bar: 12, the others fold. */
export function barred(order, open) {
  return order.length > MOST + 1 && !open ? order.slice(0, MOST) : order;
}

export class ShareBars {
  #rows = new Map();
  #key = null;
  #open = false;

  /** @param {Model} model @param {() => void} again called when folded bars are to show */
  constructor(model, again) {
    Object.assign(this, { model, again, element: make("div", { className: "tr-bars" }) });
  }

  /**
   * Show a target of `model.importance`.
   * @param {object} target its `whole` is there @param {string[]} order of the bars
   */
  show(target, order) {
    const { whole, within } = target;
    const names = barred(order, this.#open);
    const key = JSON.stringify([names, order.length, Boolean(within)]);
    if (key !== this.#key) this.#build(names, order.slice(names.length), target);
    this.#key = key;
    const shares = [...Object.values(whole.single), ...Object.values(within?.single ?? {})];
    const full = Math.max(0.01, ...shares.map(([value, , high]) => high ?? value));
    for (const name of names) this.#fill(this.#rows.get(name), name, target, full);
    this.#head(target);
  }

  #build(names, folded, { whole, within }) {
    const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    this.head = make("div", { className: "tr-share-row tr-share-head" }, make("span"), make("span"), make("span"), ...(within ? [make("span")] : []));
    const labels = shortLabels(names, LONGEST);
    this.#rows = new Map(names.map((name, i) => [name, this.#row(name, labels[i], Boolean(within))]));
    const more = folded.length ? [this.#more(folded, whole)] : [];
    this.element.replaceChildren(this.head, ...this.#rows.values(), ...more);
    this.element.classList.toggle("tr-bars-two", Boolean(within));
    this.#rows.get(focused)?.focus();
  }

  #row(name, label, both) {
    const track = make("span", { className: "tr-track" }, make("i", { className: "tr-share-bar" }), make("i", { className: "tr-whisker" }));
    if (both) track.append(make("i", { className: "tr-inside" }), make("i", { className: "tr-inside-whisker" }));
    const numbers = [make("span", { className: "tr-share-number" }), ...(both ? [make("span", { className: "tr-share-number tr-share-brushed" })] : [])];
    const row = make("button", { type: "button", className: "tr-share-row", dataset: { name } }, make("span", { className: "tr-share-name", textContent: label }), track, ...numbers);
    row.addEventListener("click", () => toggleActive(this.model, name));
    return row;
  }

  #more(folded, { single }) {
    const together = folded.reduce((sum, name) => sum + single[name][0], 0);
    const more = make("button", { type: "button", className: "tr-share-more", textContent: `${folded.length} more, together ${percent(together)}`, title: folded.join(", ") });
    more.addEventListener("click", () => {
      this.#open = true;
      this.again();
    });
    return more;
  }

  #head({ whole, within }) {
    const words = ["", "", "whole study"];
    const titles = ["", "", `${whole.rows} rows of the study`];
    if (within) {
      words.push("within the brush");
      titles.push(within.single ? `${within.inside} of these rows lie within the brush` : within.refused);
    }
    words.forEach((text, i) => Object.assign(this.head.children[i], { textContent: text, title: titles[i] }));
  }

  #fill(row, name, { metric, whole, within }, full) {
    const share = whole.single[name];
    const inside = within?.single?.[name] ?? null;
    const at = (value) => `${(100 * Math.min(value, full)) / full}%`;
    const bar = (selector, bounds) => place(row.querySelector(selector), bounds && [0, bounds[0]], at);
    const whisker = (selector, bounds) => place(row.querySelector(selector), bounds && bounds[1] !== null ? bounds.slice(1) : null, at);
    bar(".tr-share-bar", share);
    whisker(".tr-whisker", share);
    if (within) {
      bar(".tr-inside", inside);
      whisker(".tr-inside-whisker", inside);
      row.lastChild.textContent = inside ? shareText(inside) : "–";
    }
    row.querySelector(".tr-share-number").textContent = shareText(share);
    const brushed = inside ? `, within the brush ${shareText(inside)}` : "";
    const label = `${name}: ${shareText(share)} of the variance of ${metric}${brushed}`;
    row.title = `${label}. Click: its marginal; a second one: the heatmap of both`;
    row.setAttribute("aria-label", label);
    row.setAttribute("aria-pressed", String(this.model.settings.active.includes(name)));
  }
}

/** Lay a mark from one share to another; null hides it. */
function place(mark, ends, at) {
  mark.hidden = !ends;
  if (ends) Object.assign(mark.style, { left: at(ends[0]), right: `calc(100% - ${at(ends[1])})` });
}
