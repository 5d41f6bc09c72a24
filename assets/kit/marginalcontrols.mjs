/** What can be chosen over the marginal: how much of the axis counts as effective, and a button that brushes that. */
import { chooseImportance } from "./importance.mjs";
import { isEffective, toggleEffective } from "./marginals.mjs";
import { make } from "./menu.mjs";

const QUANTILE = 0.75;
const WAIT_MS = 150;

/** The quantile of the marginal above which a range is effective. */
const quantileOf = ({ settings }) => settings.importance.quantile ?? QUANTILE;

export class MarginalControls {
  /** @param {Marginal} view */
  constructor(view) {
    Object.assign(this, { view, model: view.model, timer: null });
    const label = "Share of the axis that counts as its effective range";
    this.range = make("input", { type: "range", min: "5", max: "50", step: "5", className: "tr-range", title: label, aria: { label } });
    this.share = make("output", {});
    this.button = make("button", { type: "button", className: "tr-btn" });
    const choice = make("label", { className: "tr-choice" }, make("span", { textContent: "effective" }), this.range, this.share);
    this.row = view.host.appendChild(make("div", { className: "tr-view-controls" }, choice, this.button));
    this.range.addEventListener("input", () => this.#chosen());
    this.button.addEventListener("click", () => toggleEffective(this.model, view.name, view.marginal));
    this.model.on("brush", () => this.#name());
  }

  /** Show what holds now. */
  update() {
    this.row.hidden = !this.view.marginal?.effective;
    if (this.row.hidden) return;
    if (this.timer === null) this.range.value = String(Math.round(100 * (1 - quantileOf(this.model))));
    this.share.textContent = `${this.range.value} %`;
    this.#name();
  }

  #name() {
    const { name, marginal } = this.view;
    if (!marginal?.effective) return;
    const words = isEffective(name, this.model.brushes[name], marginal) ? "clear it" : "brush it";
    if (this.button.textContent !== words) this.button.textContent = words;
    this.button.setAttribute("aria-label", `Effective range of ${name}: ${words}`);
  }

  /** The slider moved: asked for once it rests. */
  #chosen() {
    this.share.textContent = `${this.range.value} %`;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      chooseImportance(this.model, { quantile: (100 - Number(this.range.value)) / 100 });
    }, WAIT_MS);
  }
}
