/**
 * The evaluations of the shown studies as one table, as `/api/traces` tells them: which trial, where in the search, what value
 * at that evaluation, and which evaluation it follows from. Pure.
 */
import { coloursByRank, coloursByValue } from "./ranking.mjs";

const TYPES = { "<i4": Int32Array, "<f4": Float32Array, "<f8": Float64Array, "|u1": Uint8Array };
const LAST = 1;
const STOPPED = 2;
const MUTATION = 4;

/** What x can be: a column of the trace, and what stands beneath the axis. */
export const ALONG = {
  iteration: { column: "x", label: "iteration" },
  order: { column: "number", label: "sampling order" },
  time: { column: "time", label: "wall time" },
  seconds: { column: "seconds", label: "training seconds" },
  steps: { column: "steps", label: "training steps" },
};

/**
 * Decode an answer of `/api/traces` (layout: docs/automation.md).
 * @param {ArrayBuffer} buffer
 * @returns {object} the head, with each array under its name
 */
export function decodeTrace(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const { arrays, ...head } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let offset = 4 + length;
  for (const { name, type, length: count, ...entry } of arrays) {
    const Type = TYPES[type];
    if ("constant" in entry) {
      head[name] = new Type(count).fill(entry.constant ?? NaN);
    } else {
      head[name] = new Type(buffer, offset, count);
      offset += Math.ceil((count * Type.BYTES_PER_ELEMENT) / 8) * 8;
    }
  }
  return head;
}

export class Tracks {
  /**
   * Evaluations that belong to rows of a table, by row, the earlier ones first.
   * @param {Table} table @param {Map<string, object>} traces decoded answers by study id
   */
  constructor(table, traces) {
    this.table = table;
    this.traces = table.ids.map((id) => traces.get(id) ?? null);
    const count = this.traces.reduce((sum, trace) => sum + (trace?.number.length ?? 0), 0);
    this.row = new Int32Array(count).fill(-1);
    this.source = new Int32Array(count).fill(-1);
    this.value = new Float64Array(count);
    this.step = new Float32Array(count);
    this.flags = new Uint8Array(count);
    let offset = 0;
    this.offsets = this.traces.map((trace, s) => {
      const start = offset;
      if (trace) offset += this.#take(trace, s, start);
      return start;
    });
    this.count = count;
    this.#sort();
    this.chain = this.#chains();
  }

  #take(trace, s, start) {
    const { number, source, value, step, flags } = trace;
    for (let i = 0; i < number.length; i++) {
      this.row[start + i] = this.table.rowOf(this.table.ids[s], number[i]);
      this.source[start + i] = source[i] < 0 ? -1 : start + source[i];
    }
    this.value.set(value, start);
    this.step.set(step, start);
    this.flags.set(flags, start);
    return number.length;
  }

  /** Evaluations in the order of rows, and where each row's begin. */
  #sort() {
    const { row, count, table } = this;
    this.starts = new Int32Array(table.rows + 1);
    for (let e = 0; e < count; e++) if (row[e] >= 0) this.starts[row[e] + 1]++;
    for (let r = 0; r < table.rows; r++) this.starts[r + 1] += this.starts[r];
    this.order = new Int32Array(this.starts[table.rows]);
    const next = this.starts.slice();
    for (let e = 0; e < count; e++) if (row[e] >= 0) this.order[next[row[e]]++] = e;
    for (let e = 0; e < count; e++) if (this.source[e] >= 0 && (row[e] < 0 || row[this.source[e]] < 0)) this.source[e] = -1;
  }

  /** For each evaluation the first one of its configuration or member: mutations begin anew. */
  #chains() {
    const chain = Int32Array.from({ length: this.count }, (_, e) => e);
    const root = (e) => {
      let at = e;
      for (let hops = 0; hops <= this.count && this.source[at] >= 0 && !this.mutated(at) && chain[at] === at; hops++) at = this.source[at];
      return chain[at];
    };
    for (let e = 0; e < this.count; e++) chain[e] = root(e);
    return chain;
  }

  /** The evaluations of a row, the earlier ones first. */
  of(row) {
    return this.order.subarray(this.starts[row], this.starts[row + 1]);
  }

  /** Which evaluations are of selected rows. @param {Uint8Array} mask by row */
  maskOf(mask) {
    if (this.masked?.mask !== mask) this.masked = { mask, bits: Uint8Array.from(this.row, (row) => (row < 0 ? 0 : mask[row])) };
    return this.masked.bits;
  }

  isLast = (e) => (this.flags[e] & LAST) !== 0;
  isStopped = (e) => (this.flags[e] & STOPPED) !== 0;
  mutated = (e) => (this.flags[e] & MUTATION) !== 0;

  /** Whether any evaluation follows from another one. */
  get linked() {
    return this.source.some((source) => source >= 0);
  }

  /** Whether traces of all studies are here. */
  get complete() {
    return this.traces.every(Boolean);
  }

  /** Where evaluations stand along x. @param {string} along a key of ALONG @returns {Float32Array} NaN where unknown */
  along(along) {
    const xs = new Float32Array(this.count).fill(NaN);
    this.traces.forEach((trace, s) => trace && xs.set(trace[ALONG[along].column], this.offsets[s]));
    return xs;
  }

  /** What x can be: what is known of any evaluation; the order of sampling only where the search has a time of its own. */
  choices() {
    const known = (along) => this.traces.some((trace) => trace && trace[ALONG[along].column].some((value) => value === value));
    const own = this.traces.some((trace) => trace && !["trials", "batch"].includes(trace.axis));
    return Object.keys(ALONG).filter((along) => (along === "order" ? own : along === "iteration" || known(along)));
  }

  /** Colour index of each evaluation by its own value. */
  colours({ range, settings, objective }) {
    if (!objective || !range) return new Uint8Array(this.count);
    return settings.rank ? coloursByRank(this.value, objective.direction) : coloursByValue(this.value, range);
  }
}
