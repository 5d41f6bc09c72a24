/**
 * What was found in learning curves: asks the server to look, and fetches the evidence of the trials that views show. No DOM.
 *
 * Hangs on the model as `model.flags` and emits "flags". That a trial has a flag stands in its columns; a flag is
 * {number, kind, metric, step, sentence}.
 */
import { isRunning } from "./ranking.mjs";

export const KINDS = ["overfitting", "divergence", "plateau", "noise", "still improving"];
const ALL = "flags";
const SOON_MS = 400;
const COMPUTING_MS = 800;
const GROWING_MS = 5000;
const MOST_ASKED = 300;

/** The column of a flag, or of all flags in words; null if the shown studies have none. Its name may be another's. */
export function flagColumn({ table }, kind = ALL) {
  return [kind, `flag:${kind}`].map((name) => table.columns.get(name)).find((column) => column?.role === "flag") ?? null;
}

export class Flags {
  /** @param {Model} model @param {(query: URLSearchParams) => Promise<object | null>} get the answer of `/api/flags` */
  constructor(model, get = fetchFlags) {
    Object.assign(this, { model, get, asked: new Map(), evidence: new Map(), wanted: new Map(), busy: false });
    model.flags = this;
    model.on("data", () => this.#look());
  }

  /** The flags of a row with their evidence, as far as it is here. */
  of(row) {
    const known = this.evidence.get(this.#key(row));
    return known?.code === this.#code(row) ? known.flags : [];
  }

  /** What was found in a row's curves, a sentence each. */
  sentences(row) {
    return this.of(row).map(({ kind, sentence }) => `${kind}: ${sentence}`);
  }

  /** Want the evidence of rows, in place of what the same client wanted before. */
  want(client, rows) {
    this.wanted.set(client, rows);
    this.#fetch();
  }

  /** How many of the selected rows have each flag: [{kind, name (column), count, on}]; empty without flags. */
  counts() {
    const { model } = this;
    return KINDS.flatMap((kind) => {
      const column = flagColumn(model, kind);
      if (!column) return [];
      const yes = column.levels.indexOf("yes");
      let count = 0;
      for (let row = 0; row < column.values.length; row++) if (column.values[row] === yes && model.mask[row]) count++;
      const on = model.brushes[column.name]?.values.includes("yes") ?? false;
      return [{ kind, name: column.name, count, on }];
    });
  }

  #key(row) {
    const { study, number } = this.model.table.keyOf(row);
    return `${study} ${number}`;
  }

  #code(row) {
    const column = flagColumn(this.model);
    return column && column.values[row] === column.values[row] ? column.levels[column.values[row]] : "none";
  }

  /** Let the server look at the studies whose rows changed; it does so once the page stands. */
  #look() {
    for (const id of this.model.shown) {
      const revision = this.model.studies.get(id)?.revision ?? "";
      if (this.asked.get(id) === revision) continue;
      this.asked.set(id, revision);
      setTimeout(() => this.#ask(id), SOON_MS);
    }
    this.#fetch();
  }

  async #ask(id) {
    if (!this.model.shown.includes(id)) return this.asked.delete(id);
    const answer = await this.get(new URLSearchParams({ study: id }));
    const running = isRunning(this.model.studies.get(id) ?? {});
    if (answer?.state === "computing" || running) setTimeout(() => this.#ask(id), running ? GROWING_MS : COMPUTING_MS);
  }

  async #fetch() {
    if (this.busy) return;
    const { model } = this;
    const rows = [...this.wanted.values()].flat().filter((row) => row < model.table.rows);
    const lacking = rows.filter((row) => this.#code(row) !== "none" && this.evidence.get(this.#key(row))?.code !== this.#code(row));
    if (!lacking.length) return;
    const { study } = model.table.keyOf(lacking[0]);
    const asked = lacking.filter((row) => model.table.keyOf(row).study === study).slice(0, MOST_ASKED).map((row) => ({ key: this.#key(row), code: this.#code(row), number: model.table.keyOf(row).number }));
    this.busy = true;
    const answer = await this.get(new URLSearchParams({ study, trials: asked.map(({ number }) => number).join() }));
    this.busy = false;
    if (!answer) return;
    for (const { key, code, number } of asked) this.evidence.set(key, { code, flags: answer.flags.filter((flag) => flag.number === number) });
    model.emit("flags");
    this.#fetch();
  }
}

async function fetchFlags(query) {
  try {
    const response = await fetch(`/api/flags?${query}`, { cache: "no-store" });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
