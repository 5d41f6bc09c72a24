/** Ancestors and descendants of a trial, and what changed on the way. Pure. */
import { valueText } from "./axes.mjs";

const MOST_CHANGES = 3;

export class Lineage {
  /** @param {Tracks} tracks */
  constructor(tracks) {
    this.parent = new Int32Array(tracks.table.rows).fill(-1);
    this.children = new Map();
    for (let e = 0; e < tracks.count; e++) {
      const [row, from] = [tracks.row[e], tracks.source[e] < 0 ? -1 : tracks.row[tracks.source[e]]];
      if (row < 0 || from < 0 || from === row || this.parent[row] >= 0) continue;
      this.parent[row] = from;
      if (!this.children.has(from)) this.children.set(from, []);
      this.children.get(from).push(row);
    }
  }

  /** The rows before a row, nearest first. */
  ancestors(row) {
    const found = new Set();
    for (let at = this.parent[row] ?? -1; at >= 0 && !found.has(at); at = this.parent[at]) found.add(at);
    return [...found];
  }

  /** The rows that follow from a row, generation by generation. */
  descendants(row) {
    const found = new Set();
    let layer = this.children.get(row) ?? [];
    while (layer.length) {
      const fresh = layer.filter((one) => one !== row && !found.has(one));
      for (const one of fresh) found.add(one);
      layer = fresh.flatMap((one) => this.children.get(one) ?? []);
    }
    return [...found];
  }

  /** Ancestors and descendants of a row, without itself. */
  kin(row) {
    return [...new Set([...this.ancestors(row), ...this.descendants(row)])].filter((one) => one !== row);
  }
}

/** Where a row's hyperparameters differ from its parent's: "learning_rate 0.1 → 0.08". */
export function changes(model, parent, row) {
  return model.params.flatMap((name) => {
    const column = model.table.columns.get(name);
    const [before, after] = [column.values[parent], column.values[row]];
    if (before === after || (before !== before && after !== after)) return [];
    const axis = model.axis(name);
    return [`${name} ${valueText(column, axis, parent)} → ${valueText(column, axis, row)}`];
  });
}

/** What a tooltip says of a row's descent, a line each: what changed at each mutation, the latest first. */
export function descent(model, lineage, row) {
  const number = (at) => model.table.keyOf(at).number;
  const line = [row, ...lineage.ancestors(row)];
  const steps = line.slice(0, -1).map((child, i) => ({ child, parent: line[i + 1], changed: changes(model, line[i + 1], child) }));
  const mutations = steps.filter(({ changed }) => changed.length);
  const told = mutations.slice(0, MOST_CHANGES).map(({ child, parent, changed }) => `trial ${number(child)} ← ${number(parent)}: ${changed.join(", ")}`);
  const more = mutations.length - told.length;
  const after = lineage.descendants(row).length;
  return [
    ...told,
    more > 0 ? `and ${more} earlier ${more === 1 ? "mutation" : "mutations"}` : "",
    line.length > 1 || after ? `${line.length - 1} before it, ${after} after it in its lineage` : "",
  ].filter(Boolean);
}
