/** A field over the table that finds words in notes and tags, and makes what it found a brush. */
import { markOf } from "./marks.mjs";
import { make } from "./menu.mjs";
import { trialsOf } from "./quick.mjs";
import { TRIALS } from "./selection.mjs";

/** Whether all words stand in the note or the tags of a mark, in any case. */
export function found({ tags, note }, words) {
  const text = [...tags, note].join("\n").toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The words of a text, in lower case. */
export const wordsOf = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

/**
 * @param {Model} model @param {() => void} changed called when other rows pass
 * @returns {{element: HTMLElement, passes: (row: number) => boolean}}
 */
export function mountSearch(model, changed) {
  let words = [];
  const field = make("input", { type: "search", className: "tr-input tr-search", placeholder: "Search notes and tags", aria: { label: "Search notes and tags" } });
  const brush = make("button", { type: "button", className: "tr-btn", textContent: "Brush them", title: "Select the trials found in every view", hidden: true });
  const passes = (row) => !words.length || found(markOf(model, row), words);
  field.addEventListener("input", () => {
    words = wordsOf(field.value);
    brush.hidden = !words.length;
    changed();
  });
  brush.addEventListener("click", () => {
    const rows = Array.from(model.mask.keys()).filter((row) => model.mask[row] && passes(row));
    model.brush(TRIALS, trialsOf(model, rows));
  });
  return { element: make("span", { className: "tr-searching" }, field, brush), passes };
}
