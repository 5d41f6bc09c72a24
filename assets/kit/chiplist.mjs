/** What the chips say and do: one for each brushed column, each rectangle, the set of trials, and each brush kept aside. */
import { formatBrush, parseBrush } from "./chiptext.mjs";
import { formatRegion, formatTrials, parseRegion, parseTrials } from "./chipsets.mjs";
import { columnsOf, REGIONS, TRIALS } from "./selection.mjs";

/** What the key of a chip begins with whose column has no brush yet. */
export const NEW = "new ";

const EMPTY = { ranges: [], values: [], missing: false };

/**
 * @param {Model} model
 * @param {string | null} extra a column that has no brush yet, but is to get one
 * @returns {{key: string, column: string, label: string, text: string, off?: boolean, note?: string, exact?: () => string,
 *   edit?: (text: string) => void, remove: () => void}[]} edit throws a BrushError with a sentence where a text is no brush
 */
export function chipsOf(model, extra = null) {
  const chips = Object.entries(model.brushes).flatMap(([name, brush]) => chipsOfBrush(model, name, brush));
  if (extra !== null) chips.push(columnChip(model, extra, null));
  return [...chips, ...Object.entries(model.aside ?? {}).map(([name, brush]) => asideChip(model, name, brush))];
}

const known = new WeakMap();

/** Chips of one brush; of a brush that has not changed the same ones, so that a drag writes one text anew. */
function chipsOfBrush(model, name, brush) {
  const before = known.get(brush);
  if (before?.table === model.table) return before.chips;
  const chips =
    name === REGIONS
      ? brush.map((_, i) => regionChip(model, brush, i))
      : [name === TRIALS ? trialsChip(model, brush) : columnChip(model, name, brush)];
  known.set(brush, { table: model.table, chips });
  return chips;
}

/** What text needs to know of a column; levels that only the brush has can be typed too. */
function infoOf(model, name, brush = EMPTY) {
  const { kind, levels } = model.table.columns.get(name);
  const strange = kind === "category" ? brush.values.filter((value) => !levels.includes(value)) : [];
  return { name, kind, levels: [...levels, ...strange], labels: kind === "category" ? [...model.axis(name).labels, ...strange.map(String)] : [] };
}

function columnChip(model, name, brush) {
  const info = infoOf(model, name, brush ?? EMPTY);
  return {
    key: brush ? name : NEW + name,
    column: name,
    label: name,
    text: brush ? formatBrush(info, brush) : "",
    exact: () => (brush ? formatBrush(info, brush, true) : ""),
    edit: (text) => model.brush(name, parseBrush(text, info)),
    remove: () => brush && model.brush(name, null),
  };
}

function regionChip(model, regions, i) {
  const { x, y, box } = regions[i];
  const [xs, ys] = [infoOf(model, x), infoOf(model, y)];
  const replace = (some) => model.brush(REGIONS, regions.flatMap((region, k) => (k === i ? some : [region])));
  return {
    key: `${REGIONS} ${i}`,
    column: REGIONS,
    label: `${x} × ${y}`,
    text: formatRegion(xs, ys, box),
    exact: () => formatRegion(xs, ys, box, true),
    edit: (text) => replace([{ x, y, box: parseRegion(text, xs, ys) }]),
    remove: () => (regions.length > 1 ? replace([]) : model.brush(REGIONS, null)),
  };
}

function trialsChip(model, sets) {
  const studies = model.entries.map(({ id, name }) => ({ id, name }));
  return {
    key: TRIALS,
    column: TRIALS,
    label: "trials",
    text: formatTrials(sets, studies),
    exact: () => formatTrials(sets, studies, true),
    edit: (text) => model.brush(TRIALS, parseTrials(text, studies)),
    remove: () => model.brush(TRIALS, null),
  };
}

function asideChip(model, name, brush) {
  const columns = columnsOf({ [name]: brush });
  return {
    key: `aside ${name}`,
    column: name,
    label: columns.join(", "),
    text: "not in the shown studies",
    off: true,
    note: `The shown studies have no column ${columns.join(" or ")}; the brush applies again once one does.`,
    remove: () => model.dropAside(name),
  };
}
