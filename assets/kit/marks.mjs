/**
 * The analyst's annotations: reading them off the columns, changing them on the server, taking changes back.
 *
 * A change is {star: bool} | {archived: bool} | {tag: text} | {untag: text} | {note: text} | {addNote: text}.
 */
import { TRIALS } from "./selection.mjs";
import { trialsOf } from "./quick.mjs";

const EXTRA = ["mark", "flag"];

/** The annotations of a row. @returns {{star: boolean, tags: string[], note: string, archived: boolean}} */
export function markOf(model, row) {
  const read = (name) => {
    const column = model.table.columns.get(name);
    const value = column?.role === "mark" ? column.values[row] : NaN;
    return value === value ? column.levels[value] : null;
  };
  return { star: read("star") === true, tags: read("tags")?.split(", ") ?? [], note: read("note") ?? "", archived: read("archived") === true };
}

/** All tags that rows of the shown studies have, in alphabetic order. */
export function knownTags(model) {
  const column = model.table.columns.get("tags");
  if (column?.role !== "mark") return [];
  const used = new Set(column.values);
  return [...new Set(column.levels.filter((_, code) => used.has(code)).flatMap((text) => text.split(", ")))].sort();
}

/** The brush that selects the rows with a tag, among others they have. */
export function tagBrush(model, tag) {
  return model.table.columns.get("tags").levels.filter((text) => text.split(", ").includes(tag));
}

/**
 * What a change does to rows: only those that become different.
 * @returns {{count: number, edits: object[], inverse: object[]}} edits for the server, and those that take them back
 */
export function planned(model, rows, change) {
  const steps = rows.map((row) => ({ row, step: stepOf(markOf(model, row), change) })).filter(({ step }) => step);
  const side = (name) => {
    const groups = new Map();
    for (const { row, step } of steps) {
      const key = JSON.stringify(step[name]);
      groups.set(key, { change: step[name], rows: [...(groups.get(key)?.rows ?? []), row] });
    }
    return [...groups.values()].flatMap((group) => Object.entries(trialsOf(model, group.rows)).map(([study, numbers]) => ({ study, numbers, ...group.change })));
  };
  return { count: steps.length, edits: side("forth"), inverse: side("back") };
}

/** A change of one row and the way back; null where it changes nothing. */
function stepOf(mark, change) {
  const [[field, value]] = Object.entries(change);
  if (field === "tag") return mark.tags.includes(value) ? null : { forth: { tag: value }, back: { untag: value } };
  if (field === "untag") return mark.tags.includes(value) ? { forth: { untag: value }, back: { tag: value } } : null;
  if (field === "note" || field === "addNote") {
    const note = field === "note" ? value.trim() : [mark.note, value.trim()].filter(Boolean).join("\n");
    return note === mark.note ? null : { forth: { note, was: mark.note }, back: { note: mark.note, was: note } };
  }
  return mark[field] === value ? null : { forth: { [field]: value }, back: { [field]: !value } };
}

/** Changes annotations, and remembers how to take it back. */
export class Marks {
  /** @param {Model} model it gets `model.marks` @param {() => Promise<void>} poll asks for changed rows */
  constructor(model, poll) {
    Object.assign(this, { model, poll, said: "", wrong: false });
    model.marks = this;
  }

  /** Change rows; what came of it is said in a sentence (event "marks"). */
  change(rows, change) {
    const { count, edits, inverse } = planned(this.model, rows, change);
    if (!count) return this.say(rows.length === 1 ? "The trial is so already." : "All trials are so already.");
    return this.#step(edits, inverse, sentence(count, change));
  }

  /** Replace the note of a trial, which was `was` when the analyst began to write. */
  noteOf({ study, number }, note, was) {
    const key = { study, numbers: [number] };
    return this.#step([{ ...key, note, was }], [{ ...key, note: was, was: note }], `Noted on trial ${number}.`);
  }

  /** Give a trial the tags that were added to `was`, and take away those that were removed. */
  tagsOf({ study, number }, wanted, was) {
    const key = { study, numbers: [number] };
    const [add, gone] = [wanted.filter((tag) => !was.includes(tag)), was.filter((tag) => !wanted.includes(tag))];
    if (!add.length && !gone.length) return undefined;
    return this.#step(both(key, add, gone), both(key, gone, add), `Tags of trial ${number}: ${wanted.join(", ") || "none"}.`);
  }

  async #step(edits, inverse, text) {
    const done = await this.#send(edits, text);
    if (done) this.model.timeline.did({ undo: () => this.#again(inverse, `Undone: ${text}`), redo: () => this.#again(edits, text) });
    return done;
  }

  say(said, wrong = false) {
    Object.assign(this, { said, wrong });
    this.model.emit("marks");
  }

  async #again(edits, text) {
    return this.#send(edits, text);
  }

  async #send(edits, text) {
    let problem = "The server does not answer; nothing was changed.";
    try {
      const response = await fetch("/api/annotations", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ edits }) });
      problem = response.ok ? null : `Nothing was changed: ${(await response.json()).error}.`;
    } catch {
      // the sentence above says so
    }
    if (!problem) await this.poll();
    this.say(problem ?? text, Boolean(problem));
    return !problem;
  }
}

const both = (key, add, gone) => [...add.map((tag) => ({ ...key, tag })), ...gone.map((untag) => ({ ...key, untag }))];

function sentence(count, change) {
  const trials = `${count.toLocaleString("en")} ${count === 1 ? "trial" : "trials"}`;
  const [[field, value]] = Object.entries(change);
  const texts = {
    star: value ? `Starred ${trials}.` : `Took the star off ${trials}.`,
    archived: value ? `Archived ${trials}: hidden everywhere, and left out of what is computed.` : `Brought back ${trials}.`,
    tag: `Tagged ${trials} ${value}.`,
    untag: `Took the tag ${value} off ${trials}.`,
    note: value ? `Noted on ${trials}.` : `Removed the note of ${trials}.`,
    addNote: `Noted on ${trials}.`,
  };
  return texts[field];
}

/** Brushes as the server's copies of rows can follow: those on annotations and flags as the trials that they select now. */
export function settled(model) {
  const own = (name) => EXTRA.includes(model.table.columns.get(name)?.role);
  const names = Object.keys(model.brushes).filter(own);
  if (!names.length) return { ...model.brushes };
  const rest = Object.entries(model.brushes).filter(([name]) => !own(name) && name !== TRIALS);
  const extra = Object.entries(model.brushes).filter(([name]) => own(name) || name === TRIALS);
  const mask = model.selector.mask(Object.fromEntries(extra));
  return { ...Object.fromEntries(rest), [TRIALS]: trialsOf(model, Array.from(mask.keys()).filter((row) => mask[row])) };
}
