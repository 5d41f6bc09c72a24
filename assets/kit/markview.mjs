/** Annotations of one trial, as elements: the star as a switch, tags that brush, the note as safe Markdown. */
import { render } from "./markdown.mjs";
import { editNote, editTags, toggleStar } from "./markedit.mjs";
import { markOf, tagBrush } from "./marks.mjs";
import { make } from "./menu.mjs";

/** A star that can be pressed. */
export function starButton(model, row) {
  const { star } = markOf(model, row);
  const title = star ? "Take the star off (S)" : "Star (S)";
  const button = make("button", { type: "button", className: "tr-star", textContent: star ? "★" : "☆", title, aria: { label: "Star", pressed: String(star) } });
  button.addEventListener("click", () => toggleStar(model, row));
  return button;
}

/** Tags and note of a row, with what changes them. */
export function fillMarks(model, row) {
  const { tags, note, archived } = markOf(model, row);
  const chips = tags.map((tag) => {
    const chip = make("button", { type: "button", className: "tr-tag", textContent: tag, title: `Brush all trials tagged ${tag}` });
    chip.addEventListener("click", () => model.brush("tags", tagBrush(model, tag)));
    return chip;
  });
  const links = make(
    "div",
    { className: "tr-tags" },
    ...chips,
    link(tags.length ? "Tags …" : "+ Tag", "Tags (T)", () => editTags(model, row)),
    ...(note ? [] : [link("+ Note", "Note (N)", () => editNote(model, row))]),
    link(archived ? "Bring back" : "Archive", archived ? "Count this trial again" : "Hide this trial everywhere", () => model.marks.change([row], { archived: !archived })),
  );
  const host = make("div", { className: "tr-marks" }, links);
  if (note) host.append(make("div", { className: "tr-note-text" }, render(note)), link("Edit note", "Note (N)", () => editNote(model, row)));
  return host;
}

function link(text, title, run) {
  const button = make("button", { type: "button", className: "tr-link", textContent: text, title });
  button.addEventListener("click", run);
  return button;
}
