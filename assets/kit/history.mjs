/** A state as text; infinities, which JSON writes as null, stay apart from null. */
const written = (state) => JSON.stringify(state, (_, value) => ([Infinity, -Infinity].includes(value) ? String(value) : value));

/** Undo and redo of states that are never changed in place. Pure. */
export class History {
  constructor(first, limit = 200) {
    this.states = [first];
    this.at = 0;
    this.limit = limit;
  }

  /** Remember a state, unless it equals the present one; what was undone is forgotten. */
  push(state) {
    if (written(state) === written(this.states[this.at])) return;
    this.states = [...this.states.slice(0, this.at + 1), state].slice(-this.limit);
    this.at = this.states.length - 1;
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.states.length - 1;
  }

  back() {
    this.at = Math.max(0, this.at - 1);
    return this.states[this.at];
  }

  forward() {
    this.at = Math.min(this.states.length - 1, this.at + 1);
    return this.states[this.at];
  }
}
