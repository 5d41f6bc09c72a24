/** The table's columns of annotations: star, tags and note are edited where they stand. Pure but for what a click starts. */
import { markOf } from "./marks.mjs";
import { tagsOf, toggleStar } from "./markedit.mjs";

const STARRED = "★";
const PLAIN = "☆";
const LONGEST_NOTE = 10_000;

/** Names of the columns of annotations, in the order of the table. */
export const MARKS = ["star", "tags", "note", "archived"];

/** Whether a column is one of annotations. */
export const isMark = (model, name) => MARKS.includes(name) && model.table.columns.get(name)?.role === "mark";

/** What the definition of such a column has beyond that of any column. */
export function markDef(model, name) {
  if (name === "star") {
    return {
      headerName: STARRED,
      headerTooltip: "Star: click a cell, or press S",
      width: 64,
      minWidth: 56,
      pinned: "left",
      cellClass: ({ data }) => (data && markOf(model, data.i).star ? "tr-cell-star tr-starred" : "tr-cell-star"),
      valueGetter: ({ data }) => (data && markOf(model, data.i).star ? STARRED : PLAIN),
      filterValueGetter: ({ data }) => (data && markOf(model, data.i).star ? "starred" : "no star"),
      comparator: (a, b) => Number(a === STARRED) - Number(b === STARRED),
    };
  }
  if (name === "tags") {
    const edit = { cellEditor: "agTextCellEditor", cellEditorParams: { maxLength: 1000 } };
    return { ...edited(model, "Tags, separated by commas: double-click to edit, or press T", saveTags), ...edit, width: 144 };
  }
  if (name === "note") {
    const edit = { cellEditor: "agLargeTextCellEditor", cellEditorPopup: true, cellEditorParams: { maxLength: LONGEST_NOTE, rows: 6, cols: 44 } };
    return { ...edited(model, "Note: double-click to edit, or press N", saveNote), ...edit, width: 220, tooltipValueGetter: ({ value }) => value };
  }
  return {};
}

function edited(model, headerTooltip, save) {
  return {
    headerTooltip,
    editable: true,
    valueSetter: ({ data, newValue }) => {
      save(model, model.table.keyOf(data.i), markOf(model, data.i), newValue ?? "");
      return false; // the column changes when the server has it
    },
  };
}

function saveTags(model, key, { tags }, text) {
  model.marks.tagsOf(key, tagsOf(text), tags);
}

function saveNote(model, key, { note }, text) {
  if (text.trim() !== note) model.marks.noteOf(key, text.trim(), note);
}

/** React to a click or Enter on a cell of annotations; true if that was all. */
export function pressMark(model, row, name) {
  if (name === "star") toggleStar(model, row);
  return name === "star";
}
