/** Sentences on what a view leaves out, and where a view's own choices go. */
import { formatNumber } from "./scale.mjs";

/** A count with every digit: "12,345". */
export const counted = (count) => count.toLocaleString("en");

/** "1 trial", "12.3 k trials". */
export function trials(count) {
  return `${formatNumber(count)} ${count === 1 ? "trial" : "trials"}`;
}

/** Which rows compete, in words. */
export function comparableText(model) {
  const { budget } = model.settings;
  const final = model.table.columns.get("final");
  const several = final?.values.some((code) => final.levels[code] === false);
  if (budget === "highest") return several ? "completed trials, each configuration at its highest budget" : "completed trials";
  return budget === "all" ? "completed trials, all budgets" : `completed trials at budget ${formatNumber(budget)}`;
}

/**
 * How many rows an axis cannot show, by reason.
 * @param {(row: number) => boolean} counts rows to look at
 * @returns {{missing: number, infinite: number, low: number}} low: 0 or below, on a log axis
 */
export function leftOut(scale, values, counts = () => true) {
  const out = { missing: 0, infinite: 0, low: 0 };
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (!counts(row)) continue;
    if (value !== value) out.missing++;
    else if (Math.abs(value) === Infinity) out.infinite++;
    else if (scale.log && value <= 0) out.low++;
  }
  return out;
}

/** What `leftOut` counted, in words; empty if nothing. */
export function leftOutText({ missing, infinite, low }, role = "metric") {
  return [
    missing ? `${formatNumber(missing)} ${role === "param" ? "inactive or missing" : "without a value"}` : "",
    infinite ? `${formatNumber(infinite)} infinite` : "",
    low ? `${formatNumber(low)} at 0 or below` : "",
  ].filter(Boolean).join(", ");
}

/** What a pointer over a view's last line gets: the whole of a note that may be cut short; null elsewhere. */
export function noteTarget(view, note, y) {
  return note && y > view.height - 18 ? { cursor: "default", hint: note, move() {}, end() {} } : null;
}

/** The line beside a card's title that says what of the view is not drawn; over the view where there is no card. */
export function noteOf(host) {
  const scope = host.closest(".tr-card") ?? host;
  const known = scope.querySelector(".tr-sample-note");
  if (known) return known;
  const note = Object.assign(document.createElement("span"), { className: "tr-note tr-sample-note" });
  const title = scope.querySelector(".tr-card-head h2");
  if (title) title.after(note);
  else host.prepend(note);
  return note;
}

/** The part of the card's head where a view puts its choices; the view itself where there is no card. */
export function toolsOf(host) {
  const head = host.closest(".tr-card")?.querySelector("[data-tools], .tr-tools");
  const slot = document.createElement("div");
  slot.className = "tr-tools";
  if (head) head.prepend(slot);
  else host.prepend(slot);
  return slot;
}
