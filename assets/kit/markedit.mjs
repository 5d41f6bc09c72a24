/** What keys, menus and the drawer do to annotations: toggle a star, ask for a note or tags. */
import { ask } from "./askdialog.mjs";
import { knownTags, markOf } from "./marks.mjs";

const LONGEST_NOTE = 10_000;
const LONGEST_TAG = 60;
const MARKDOWN = "**bold**, *italic*, `code`, - lists and links are shown so; anything else stays text. Ctrl + Enter saves.";

/** Tags as they are typed: separated by commas. */
export const tagsOf = (text) => [...new Set(text.split(",").map((tag) => tag.trim()).filter(Boolean))];

const named = (model, row) => `trial ${model.table.keyOf(row).number}`;

export function toggleStar(model, row) {
  return model.marks.change([row], { star: !markOf(model, row).star });
}

/** Ask for the note of a row. The row is named by its key: rows may move while the dialog is open. */
export async function editNote(model, row) {
  const key = model.table.keyOf(row);
  const { note } = markOf(model, row);
  const text = await ask({ title: `Note on ${named(model, row)}`, note: MARKDOWN, value: note, lines: 8, most: LONGEST_NOTE });
  if (text !== null && text.trim() !== note) await model.marks.noteOf(key, text.trim(), note);
}

/** Ask for all tags of a row. */
export async function editTags(model, row) {
  const key = model.table.keyOf(row);
  const { tags } = markOf(model, row);
  const offers = knownTags(model).filter((tag) => !tags.includes(tag)).map((tag) => [...tags, tag].join(", "));
  const text = await ask({ title: `Tags of ${named(model, row)}`, note: "Separated by commas.", value: tags.join(", "), most: 1000, offers });
  if (text !== null) await model.marks.tagsOf(key, tagsOf(text), tags);
}

/** Ask for a tag, and give it to rows. */
export async function tagRows(model, rows) {
  const keys = rows.map((row) => model.table.keyOf(row));
  const text = await ask({ title: `Tag ${count(rows)}`, note: "One tag, or several separated by commas.", most: 1000, offers: knownTags(model), verb: "Tag" });
  for (const tag of tagsOf(text ?? "").map((one) => one.slice(0, LONGEST_TAG))) await model.marks.change(rowsOf(model, keys), { tag });
}

/** Ask for a line, and add it to the notes of rows. */
export async function noteRows(model, rows) {
  const keys = rows.map((row) => model.table.keyOf(row));
  const text = await ask({ title: `Note on ${count(rows)}`, note: `It goes under the notes that they have. ${MARKDOWN}`, lines: 6, most: LONGEST_NOTE });
  if (text?.trim()) await model.marks.change(rowsOf(model, keys), { addNote: text });
}

export const count = (rows) => `${rows.length.toLocaleString("en")} ${rows.length === 1 ? "trial" : "trials"}`;

const rowsOf = (model, keys) => keys.map(({ study, number }) => model.table.rowOf(study, number)).filter((row) => row >= 0);
