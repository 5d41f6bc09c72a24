/**
 * Columns of trials: decoding what `/api/columns` sends, and the one table over all shown studies.
 *
 * A column is {name, kind: float|int|category|time, role: row|param|metric, values: Float64Array, levels: []}; NaN is
 * missing, a category's values are indices into its levels.
 */

/** A key under which exactly the equal levels meet: 1 is 1.0, but neither true nor '1'. */
export function levelKey(level) {
  return level === null ? "null" : `${typeof level}:${typeof level === "number" && level === 0 ? 0 : level}`;
}

/** A level as the server sends it, an infinity as itself. */
export const reviveLevel = (level) =>
  level !== null && typeof level === "object" ? { inf: Infinity, "-inf": -Infinity, nan: NaN }[level.float] : level;

/** A space of `/api/studies` with the infinities among its choices. */
export function reviveSpace(space) {
  const revived = (entry) => (entry.choices ? { ...entry, choices: entry.choices.map(reviveLevel) } : entry);
  return Object.fromEntries(Object.entries(space).map(([name, entry]) => [name, revived(entry)]));
}

/**
 * Decode an answer of `/api/columns` (layout: docs/automation.md).
 * @param {ArrayBuffer} buffer
 * @returns {{revision: string, reset: boolean, rows: number, columns: object[]}}
 */
export function decode(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let offset = 4 + length;
  const columns = head.columns.map((entry) => {
    const column = { name: entry.name, kind: entry.kind, role: entry.role, levels: (entry.levels ?? []).map(reviveLevel) };
    if ("constant" in entry) {
      column.values = new Float64Array(head.rows).fill(entry.constant ?? NaN);
    } else {
      column.values = new Float64Array(buffer, offset, head.rows);
      offset += 8 * head.rows;
    }
    return column;
  });
  return { ...head, columns };
}

/** The rows of one study, kept up to date by answers of `/api/columns`. */
export class StudyRows {
  constructor() {
    this.revision = null;
    this.rows = 0;
    this.columns = new Map();
    this.index = new Map();
  }

  /** Take in an answer: replace everything on reset, else update rows by number and append new ones. */
  apply(answer) {
    if (answer.reset || this.revision === null) {
      this.columns = new Map(answer.columns.map((column) => [column.name, column]));
      this.rows = answer.rows;
    } else if (answer.rows) {
      this.#merge(answer);
    }
    this.revision = answer.revision;
    this.index = null;
  }

  /** Row of a trial number, or -1. */
  rowOf(number) {
    if (!this.index) {
      const numbers = this.columns.get("number")?.values ?? [];
      this.index = new Map(Array.from(numbers, (value, row) => [value, row]));
    }
    return this.index.get(number) ?? -1;
  }

  #merge(answer) {
    const incoming = answer.columns.find((column) => column.name === "number").values;
    let rows = this.rows;
    const target = Array.from(incoming, (number) => (this.rowOf(number) < 0 ? rows++ : this.rowOf(number)));
    const old = this.columns;
    this.columns = new Map(
      answer.columns.map((column) => [column.name, mergeColumn(old.get(column.name), column, target, this.rows, rows)]),
    );
    this.rows = rows;
  }
}

function mergeColumn(old, answered, target, oldRows, rows) {
  const category = [old, answered].some((column) => column?.kind === "category");
  const [base, fresh] = category ? [old && asCategory(old), asCategory(answered)] : [old, answered];
  const levels = base ? [...base.levels] : [];
  const codes = mapLevels(fresh, levels);
  const values = new Float64Array(rows).fill(NaN);
  if (base) values.set(base.values.subarray(0, oldRows));
  target.forEach((row, i) => {
    const value = fresh.values[i];
    values[row] = codes && value === value ? codes[value] : value;
  });
  return { ...fresh, levels, values };
}

/** Add a column's levels to `levels` where they are new; returns the new code of each old one (null: not a category). */
function mapLevels(column, levels) {
  if (column.kind !== "category") return null;
  const known = new Map(levels.map((level, i) => [levelKey(level), i]));
  return column.levels.map((level) => {
    const key = levelKey(level);
    if (!known.has(key)) known.set(key, levels.push(level) - 1);
    return known.get(key);
  });
}

/** The rows of several studies as one table: columns by name, and of each row its study (an index into `ids`). */
export class Table {
  /** @param {[string, StudyRows][]} studies shown studies in order */
  constructor(studies) {
    this.ids = studies.map(([id]) => id);
    this.offsets = [];
    this.rows = 0;
    for (const [, data] of studies) {
      this.offsets.push(this.rows);
      this.rows += data.rows;
    }
    this.study = new Uint16Array(this.rows);
    this.data = studies.map(([, data]) => data);
    this.data.forEach((data, s) => this.study.fill(s, this.offsets[s], this.offsets[s] + data.rows));
    const names = [...new Set(this.data.flatMap((data) => [...data.columns.keys()]))].filter((n) => n !== "study");
    this.columns = new Map(names.map((name) => [name, this.#union(name)]));
    const study = { name: "study", kind: "category", role: "row", levels: this.ids, values: Float64Array.from(this.study) };
    this.columns.set("study", study);
  }

  /** Row of (study id, trial number), or -1. */
  rowOf(id, number) {
    const s = this.ids.indexOf(id);
    const row = s < 0 ? -1 : this.data[s].rowOf(number);
    return row < 0 ? -1 : this.offsets[s] + row;
  }

  /** (study, number) of a row. */
  keyOf(row) {
    return { study: this.ids[this.study[row]], number: this.columns.get("number").values[row] };
  }

  #union(name) {
    const parts = this.data.map((data) => data.columns.get(name));
    const given = parts.filter(Boolean);
    if (given.length === 1 && this.data.length === 1) return given[0];
    const category = given.some((column) => column.kind === "category");
    const levels = [];
    const values = new Float64Array(this.rows).fill(NaN);
    parts.forEach((part, s) => part && copyInto(values, this.offsets[s], category ? asCategory(part) : part, levels));
    const kind = category ? "category" : given.some((column) => column.kind === "float") ? "float" : given[0].kind;
    return { name, kind, role: given[0].role, levels, values };
  }
}

function copyInto(values, offset, part, levels) {
  const codes = mapLevels(part, levels);
  if (!codes) return values.set(part.values, offset);
  part.values.forEach((value, i) => {
    values[offset + i] = value === value ? codes[value] : NaN;
  });
}

/** A column of numbers as one of categories, for a name that is numeric in one study and categorical in another. */
function asCategory(column) {
  if (column.kind === "category") return column;
  const levels = [...new Set(column.values)].filter((value) => value === value).sort((a, b) => a - b);
  const code = new Map(levels.map((level, i) => [level, i]));
  const values = column.values.map((value) => (value === value ? code.get(value) : NaN));
  return { ...column, kind: "category", levels, values };
}
