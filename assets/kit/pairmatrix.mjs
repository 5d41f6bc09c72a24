/**
 * Importance of pairs as a triangle of squares: area and number say what two hyperparameters explain beyond their singles.
 *
 * The names stand on the diagonal: a pair is where the row of one meets the column of the other. Cells are buttons; arrow
 * keys move between them, a press makes both hyperparameters active.
 */
import { shortLabels } from "./axes.mjs";
import { make } from "./menu.mjs";
import { percent, shareText } from "./shares.mjs";

const MOST = 6;
const LONGEST = 16;
const LARGEST = 22;
const SMALLEST = 2;
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** The hyperparameters of the matrix, in the order given: those of the strongest pairs, then the most important. */
export function matrixNames({ pairs }, order) {
  const strongest = [...pairs].sort((p, q) => q[2] - p[2]).flatMap(([a, b]) => [a, b]);
  const kept = new Set([...strongest, ...order].filter((name) => order.includes(name)));
  const chosen = [...kept].slice(0, MOST);
  return order.filter((name) => chosen.includes(name));
}

/** Bounds of pairs by both orders of their names, as `bounds(a, b)`; null where there are none. */
export function pairBounds(pairs) {
  const known = new Map((pairs ?? []).map(([a, b, ...bounds]) => [JSON.stringify([a, b].sort()), bounds]));
  return (a, b) => known.get(JSON.stringify([a, b].sort())) ?? null;
}

/** Side of a square whose area stands for a share, in pixels. */
export function side(share, full) {
  return share > 0 ? Math.max(SMALLEST, LARGEST * Math.sqrt(Math.min(share, full) / full)) : 0;
}

export class PairMatrix {
  #cells = [];
  #key = null;
  #at = [1, 0];

  /** @param {Model} model */
  constructor(model) {
    Object.assign(this, { model, element: make("div", { className: "tr-matrix", role: "grid" }) });
    this.element.addEventListener("keydown", (event) => this.#move(event));
    this.note = make("p", { className: "tr-note" });
    this.whole = make("div", { className: "tr-pairs" }, this.element, this.note);
  }

  /** Show the pairs of a target of `model.importance`; hidden where its method tells none. */
  show(target, order) {
    const { whole, within, metric } = target;
    const names = whole.pairs.length ? matrixNames(whole, order) : [];
    this.whole.hidden = names.length < 2;
    if (this.whole.hidden) return;
    const key = JSON.stringify(names);
    if (key !== this.#key) this.#build(names, metric);
    this.#key = key;
    const [all, brushed] = [pairBounds(whole.pairs), pairBounds(within?.pairs)];
    const full = Math.max(0.005, ...[...whole.pairs, ...(within?.pairs ?? [])].map(([, , value]) => value));
    for (const { cell, a, b } of this.#cells) this.#fill(cell, [a, b], all(a, b), brushed(a, b), full, metric);
    this.note.textContent = noteOf(whole, names);
  }

  #build(names, metric) {
    const focused = this.element.contains(document.activeElement);
    this.#cells = [];
    this.#at = [1, 0];
    this.element.setAttribute("aria-label", `Pairs of hyperparameters, their share of the variance of ${metric}`);
    this.element.style.setProperty("--cells", names.length);
    const labels = shortLabels(names, LONGEST);
    const rows = names.map((a, i) => {
      const cells = names.slice(0, i).map((b, j) => this.#cell(a, b, i, j));
      const name = make("span", { className: "tr-matrix-name", role: "rowheader", textContent: labels[i], title: a });
      return make("div", { className: "tr-matrix-row", role: "row" }, ...cells, name);
    });
    this.element.replaceChildren(...rows);
    if (focused) this.#cells[0].cell.focus();
  }

  #cell(a, b, i, j) {
    const square = make("span", { className: "tr-squares" }, make("i", { className: "tr-square" }), make("i", { className: "tr-square-inside" }));
    const cell = make("button", { type: "button", className: "tr-pair-cell", tabIndex: i === 1 ? 0 : -1, dataset: { a, b } }, square, make("span", { className: "tr-pair-number" }, make("span"), make("span")));
    cell.setAttribute("role", "gridcell");
    cell.addEventListener("click", () => this.#press(a, b));
    cell.addEventListener("focus", () => this.#stand(i, j));
    this.#cells.push({ cell, a, b, i, j });
    return cell;
  }

  #press(a, b) {
    const { active } = this.model.settings;
    const both = active.includes(a) && active.includes(b);
    this.model.choose("active", both ? [] : [b, a], "active");
  }

  #stand(i, j) {
    this.#at = [i, j];
    for (const one of this.#cells) one.cell.tabIndex = one.i === i && one.j === j ? 0 : -1;
  }

  #move(event) {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const [i, j] = [this.#at[0] + step[0], this.#at[1] + step[1]];
    this.#cells.find((one) => one.i === i && one.j === j)?.cell.focus();
  }

  #fill(cell, [a, b], bounds, inside, full, metric) {
    const size = (mark, share) => Object.assign(mark.style, { width: `${side(share, full)}px`, height: `${side(share, full)}px` });
    size(cell.querySelector(".tr-square"), bounds[0]);
    const second = cell.querySelector(".tr-square-inside");
    second.hidden = !inside;
    if (inside) size(second, inside[0]);
    [bounds, inside].forEach((told, k) => {
      cell.lastChild.children[k].textContent = told ? percent(told[0]).replace(" %", "").replace("< 0.1", "0") : "";
    });
    const brushed = inside ? `, within the brush ${shareText(inside)}` : "";
    const label = `${b} and ${a}: ${shareText(bounds)} of the variance of ${metric} beyond their singles${brushed}`;
    cell.title = `${label}. Click: their heatmap`;
    cell.setAttribute("aria-label", label);
    const { active } = this.model.settings;
    cell.setAttribute("aria-pressed", String(active.includes(a) && active.includes(b)));
  }
}

/** What the squares say and leave out. */
function noteOf({ pairs, rest }, names) {
  const left = pairs.filter(([a, b]) => !names.includes(a) || !names.includes(b));
  const more = left.reduce((sum, [, , value]) => sum + value, 0);
  const others = left.length ? `; ${left.length} other pairs together ${percent(more)}` : "";
  return `% of the variance of a pair, beyond its singles${others}; three or more together ${percent(rest)}.`;
}
