/**
 * Brushes and the rows they select: the twin of `analytics/selection.py`; both pass `tests/selection_cases.json`.
 *
 * Normal form: {column: {ranges: [[lo|null, hi|null], …], values: […], missing: bool},
 * "$regions": [{x, y, box: [x0, x1, y0, y1]}, …], "$trials": {study: [number, …]}}.
 */
import { levelKey } from "./columns.mjs";

export const REGIONS = "$regions";
export const TRIALS = "$trials";

/** A brush that cannot be; the message names the column, the value and what was expected. */
export class BrushError extends Error {}

const show = (value) => JSON.stringify(value) ?? String(value);
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** Brushes in normal form: shorthand spelled out, ranges ordered, null brushes removed. */
export function normalize(brushes) {
  if (!isObject(brushes)) throw new BrushError(`brushes are ${show(brushes)}; expected an object of brushes by column`);
  const given = Object.entries(brushes).filter(([, brush]) => brush !== null && brush !== undefined);
  return Object.fromEntries(given.map(([name, brush]) => [name, normalizeBrush(name, brush)]));
}

/** One brush in normal form. */
export function normalizeBrush(name, brush) {
  if (name === REGIONS) return list(name, brush).map(region);
  if (name === TRIALS) return trialSets(brush);
  return columnBrush(name, brush);
}

function list(name, value) {
  if (!Array.isArray(value)) throw new BrushError(`brush '${name}' is ${show(value)}; expected a list`);
  return value;
}

function bound(name, value) {
  if (value === null || (typeof value === "number" && !Number.isNaN(value))) return value;
  throw new BrushError(`brush '${name}' has the bound ${show(value)}; expected a number or null`);
}

function range(name, pair) {
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new BrushError(`brush '${name}' has the range ${show(pair)}; expected [low, high]`);
  }
  const [low, high] = pair.map((value) => bound(name, value));
  return low !== null && high !== null && low > high ? [high, low] : [low, high];
}

function columnBrush(name, given) {
  let brush = given;
  if (Array.isArray(brush)) {
    const pairs = brush.length > 0 && brush.every(Array.isArray);
    brush = pairs ? { ranges: brush } : { values: brush };
  }
  if (!isObject(brush)) throw new BrushError(`brush '${name}' is ${show(brush)}; expected ranges, values and missing`);
  const extra = Object.keys(brush).find((key) => !["ranges", "values", "missing"].includes(key));
  if (extra) throw new BrushError(`brush '${name}' has the key '${extra}'; expected ranges, values and missing`);
  const values = list(name, brush.values ?? []);
  for (const value of values) {
    if (value !== null && !["string", "number", "boolean"].includes(typeof value)) {
      throw new BrushError(`brush '${name}' has the value ${show(value)}; expected text, a number, true, false or null`);
    }
  }
  const ranges = list(name, brush.ranges ?? []).map((pair) => range(name, pair));
  return { ranges, values: [...values], missing: Boolean(brush.missing) };
}

function region(given) {
  if (!isObject(given) || Object.keys(given).sort().join() !== "box,x,y") {
    throw new BrushError(`brush '${REGIONS}' has ${show(given)}; expected an object with x, y and box`);
  }
  const box = list(REGIONS, given.box).map((value) => bound(REGIONS, value));
  if (box.length !== 4 || box.includes(null)) {
    throw new BrushError(`brush '${REGIONS}' has the box ${show(given.box)}; expected [x0, x1, y0, y1]`);
  }
  const [x0, x1, y0, y1] = box;
  const ordered = [Math.min(x0, x1), Math.max(x0, x1), Math.min(y0, y1), Math.max(y0, y1)];
  return { x: given.x, y: given.y, box: ordered };
}

function trialSets(brush) {
  if (!isObject(brush)) throw new BrushError(`brush '${TRIALS}' is ${show(brush)}; expected trial numbers by study`);
  for (const [study, numbers] of Object.entries(brush)) {
    const wrong = list(`${TRIALS}.${study}`, numbers).find((number) => !Number.isInteger(number));
    if (wrong !== undefined) throw new BrushError(`brush '${TRIALS}' has the trial ${show(wrong)}; expected a whole number`);
  }
  return Object.fromEntries(Object.entries(brush).map(([study, numbers]) => [study, [...numbers]]));
}

/** Names of columns that brushes in normal form use. */
export function columnsOf(brushes) {
  return Object.entries(brushes).flatMap(([name, brush]) => {
    if (name === REGIONS) return brush.flatMap(({ x, y }) => [x, y]);
    return name === TRIALS ? [] : [name];
  });
}

/** Computes masks over one table; an unchanged brush (the same object) is not computed again. */
export class Selector {
  /** @param {{rows: number, columns: Map, ids: string[], study: Uint16Array}} table */
  constructor(table) {
    this.table = table;
    this.cache = new Map();
  }

  /**
   * Which rows the brushes (in normal form) select: OR within a column, AND across columns.
   * @returns {Uint8Array} 1 where selected
   */
  mask(brushes) {
    const mask = new Uint8Array(this.table.rows).fill(1);
    const cache = new Map();
    for (const [name, brush] of Object.entries(brushes)) {
      const part = this.cache.get(brush) ?? this.#part(name, brush);
      cache.set(brush, part);
      for (let i = 0; i < mask.length; i++) mask[i] &= part[i];
    }
    this.cache = cache;
    return mask;
  }

  #part(name, brush) {
    if (name === REGIONS) return this.#regions(brush);
    if (name === TRIALS) return this.#trials(brush);
    return inBrush(this.#column(name), brush);
  }

  #column(name) {
    const column = this.table.columns.get(name);
    if (!column) throw new BrushError(`brush on '${name}': the shown studies have no such column`);
    return column;
  }

  #regions(regions) {
    const mask = new Uint8Array(this.table.rows);
    for (const { x, y, box } of regions) {
      const xs = this.#column(x).values;
      const ys = this.#column(y).values;
      const [x0, x1, y0, y1] = box;
      for (let i = 0; i < mask.length; i++) {
        mask[i] |= xs[i] >= x0 && xs[i] <= x1 && ys[i] >= y0 && ys[i] <= y1;
      }
    }
    return mask;
  }

  #trials(sets) {
    const mask = new Uint8Array(this.table.rows);
    for (const [study, numbers] of Object.entries(sets)) {
      for (const number of numbers) {
        const row = this.table.rowOf(study, number);
        if (row >= 0) mask[row] = 1;
      }
    }
    return mask;
  }
}

/** Which rows one column's brush in normal form selects. */
function inBrush(column, brush) {
  const { values } = column;
  const mask = new Uint8Array(values.length);
  if (brush.missing) for (let i = 0; i < mask.length; i++) mask[i] = values[i] !== values[i];
  if (column.kind === "category") return orCategories(mask, column, brush);
  for (const [low, high] of brush.ranges) {
    const lo = low ?? -Infinity;
    const hi = high ?? Infinity;
    for (let i = 0; i < mask.length; i++) mask[i] |= values[i] >= lo && values[i] <= hi;
  }
  const wanted = new Set(brush.values.filter((value) => typeof value === "number").map((value) => value + 0));
  if (wanted.size) for (let i = 0; i < mask.length; i++) mask[i] |= wanted.has(values[i]);
  return mask;
}

function orCategories(mask, column, brush) {
  const wanted = new Set(brush.values.map(levelKey));
  const selected = column.levels.map((level) => (wanted.has(levelKey(level)) ? 1 : 0));
  for (let i = 0; i < mask.length; i++) if (selected[column.values[i]]) mask[i] = 1;
  return mask;
}
