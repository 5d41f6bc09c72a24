/**
 * One history of brushes and annotations: undo takes back what was done last, whichever it was. Pure.
 *
 * An annotation remembers the brushes that stood when it was made; it is next to be undone when those stand again.
 */
export class Timeline {
  /** @param {Model} model it becomes `model.timeline` */
  constructor(model) {
    Object.assign(this, { model, done: [], undone: [], newest: null, busy: false, waiting: [] });
    model.timeline = this;
    model.on("commit", () => this.#follow());
  }

  /** Remember a step that was done. @param {{undo: () => Promise<boolean>, redo: () => Promise<boolean>}} step */
  did(step) {
    this.done.push({ ...step, on: this.#now });
    this.undone = [];
    this.model.emit("history");
  }

  get canUndo() {
    return this.done.length > 0 || this.model.history.canUndo;
  }

  get canRedo() {
    return this.undone.length > 0 || this.model.history.canRedo;
  }

  undo() {
    const step = this.done.at(-1);
    if (this.busy) return this.waiting.push("undo");
    if (step && (step.on === this.#now || !this.model.history.canUndo)) return this.#move(this.done, this.undone, step.undo);
    return this.model.undo();
  }

  redo() {
    const step = this.undone.at(-1);
    if (this.busy) return this.waiting.push("redo");
    if (step && (step.on === this.#now || !this.model.history.canRedo)) return this.#move(this.undone, this.done, step.redo);
    return this.model.redo();
  }

  get #now() {
    const { states, at } = this.model.history;
    return states[at];
  }

  /** A step that fails stays where it was. What is asked for meanwhile comes after it. */
  async #move(from, to, run) {
    this.busy = true;
    try {
      if (await run()) to.push(from.pop());
    } finally {
      this.busy = false;
    }
    this.model.emit("history");
    const next = this.waiting.shift();
    if (next) await this[next]();
  }

  /** After a new brush, what was undone is forgotten. */
  #follow() {
    const { states, canRedo } = this.model.history;
    if (states.at(-1) !== this.newest && !canRedo) this.undone = [];
    this.newest = states.at(-1);
  }
}
