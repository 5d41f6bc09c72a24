/** Flags as buttons that brush the trials that have them, and those of the focused trial in sentences. */
import { make } from "./menu.mjs";
import { normalizeBrush } from "./selection.mjs";

const WORDS = {
  overfitting: "The validation metric gets worse while the training metric still gets better",
  divergence: "It ends clearly worse than it began, or without a number",
  plateau: "Nothing was gained in the last two fifths of the steps or more",
  noise: "It jumps from step to step by more than an eighth of what it covers",
  "still improving": "It still got better by at least 3 % of the whole gain when it was stopped",
};

/**
 * Mount the buttons into a host.
 * @param {HTMLElement} host @param {Model} model
 */
export function mountFlagChips(host, model) {
  const row = host.appendChild(make("div", { className: "tr-flags", role: "group", aria: { label: "Flags" } }));
  let told = null;
  const update = () => {
    const counts = model.flags.counts();
    const key = JSON.stringify(counts);
    if (key === told) return;
    told = key;
    const at = [...row.children].indexOf(document.activeElement);
    row.hidden = !counts.length;
    row.replaceChildren(make("span", { className: "tr-note", textContent: "Flags of the selected:" }), ...counts.map((one) => chip(model, one)));
    row.children[at]?.focus?.();
  };
  for (const event of ["data", "brush"]) model.on(event, update);
  update();
}

function chip(model, { kind, name, count, on }) {
  const button = make("button", { type: "button", className: "tr-flag", title: `${WORDS[kind]}. Click to ${on ? "take the brush away" : "brush these trials"}.`, disabled: !count && !on, aria: { pressed: String(on) } }, kind, " ", make("b", { textContent: count.toLocaleString("en") }));
  button.addEventListener("click", () => model.brush(name, on ? null : normalizeBrush(name, ["yes"])));
  return button;
}

/**
 * Mount the sentences about the focused trial into a host.
 * @param {HTMLElement} host @param {Model} model
 */
export function mountFlagWords(host, model) {
  const list = host.appendChild(make("ul", { className: "tr-flag-words", aria: { label: "Flags of the focused trial" } }));
  const update = () => {
    const row = model.focus ? model.table.rowOf(model.focus.study, model.focus.number) : -1;
    if (row >= 0) model.flags.want("focus", [row]);
    const flags = row >= 0 ? model.flags.of(row) : [];
    list.hidden = !flags.length;
    list.replaceChildren(...flags.map(({ kind, sentence }) => make("li", {}, make("b", { textContent: kind }), ` ${sentence}`)));
  };
  let focus = null;
  model.on("focus", () => {
    if (model.focus !== focus) update();
    focus = model.focus;
  });
  for (const event of ["data", "flags"]) model.on(event, update);
  update();
}
