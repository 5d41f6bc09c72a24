/** Brushes over several columns as text: rectangles ('1e-4 … 3e-3 × ≥ 0.9') and sets of trials ('4, 7-9'). Pure. */
import { formatBrush, parseBrush, parseRange, rangeText } from "./chiptext.mjs";
import { BrushError } from "./selection.mjs";

/**
 * A rectangle as text.
 * @param {object} x info of its column, see chiptext.mjs @param {object} y
 * @param {[number, number, number, number]} box in values; of a category in codes
 */
export function formatRegion(x, y, [x0, x1, y0, y1], exact = false) {
  return `${sideText(x, x0, x1, exact)} × ${sideText(y, y0, y1, exact)}`;
}

function sideText(info, low, high, exact) {
  if (info.kind !== "category") return rangeText(info, [low, high], exact);
  const values = info.levels.filter((_, code) => code >= low && code <= high);
  return formatBrush(info, { ranges: [], values, missing: false }, exact);
}

/** The box that a text says. */
export function parseRegion(text, x, y) {
  const sides = text.split("×");
  if (sides.length !== 2) throw new BrushError(`'${text}' is no rectangle; expected one range for ${x.name}, ×, and one for ${y.name}`);
  return [...sideOf(sides[0], x), ...sideOf(sides[1], y)];
}

function sideOf(text, info) {
  if (info.kind !== "category") return parseRange(text, info).map((bound, i) => bound ?? (i ? Infinity : -Infinity));
  const { values } = parseBrush(text, info) ?? { values: [] };
  const codes = values.map((value) => info.levels.indexOf(value)).sort((a, b) => a - b);
  const [first, last] = [codes[0], codes.at(-1)];
  if (codes.length && last - first === new Set(codes).size - 1) return [first - 0.5, last + 0.5];
  throw new BrushError(`'${text.trim()}' is no side of a rectangle on ${info.name}; expected categories that stand side by side`);
}

/**
 * Sets of trials as text: '12 trials', or exactly: '4, 7-9', with the study's name where it is not the only one.
 * @param {{[study: string]: number[]}} sets
 * @param {{id: string, name: string}[]} studies those shown
 */
export function formatTrials(sets, studies, exact = false) {
  const count = Object.values(sets).reduce((sum, numbers) => sum + new Set(numbers).size, 0);
  if (!exact) return count === 1 ? "1 trial" : `${count.toLocaleString("en")} trials`;
  const alone = studies.length === 1 && Object.keys(sets).join() === studies[0].id;
  const parts = Object.entries(sets).map(([id, numbers]) => (alone ? "" : `${studyText(id, studies)}: `) + runs(numbers));
  return parts.join("; ");
}

function studyText(id, studies) {
  const names = studies.filter((study) => study.name === studies.find((other) => other.id === id)?.name);
  const name = names.length === 1 ? names[0].name : id;
  return /^[^":;\s]+$/.test(name) ? name : JSON.stringify(name);
}

/** Numbers in order, three or more neighbours as 'first-last'. */
export function runs(numbers) {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const parts = [];
  for (let i = 0, end = 0; i < sorted.length; i = end + 1) {
    for (end = i; sorted[end + 1] === sorted[end] + 1; ) end++;
    if (end - i >= 2) parts.push(`${sorted[i]}-${sorted[end]}`);
    else parts.push(...sorted.slice(i, end + 1));
  }
  return parts.join(", ");
}

const SET = /\s*(?:("(?:[^"\\]|\\.)*"|[^":;]*?)\s*:)?\s*([^";:]*?)\s*(?:;|$)/y;
const RUN = /^(\d{1,9})(?:\s*[-–…]\s*(\d{1,9}))?$/;
const MOST = 1_000_000;

/** The sets of trials that a text says; null for an empty text. */
export function parseTrials(text, studies) {
  if (!text.trim()) return null;
  const sets = {};
  SET.lastIndex = 0;
  while (SET.lastIndex < text.length) {
    const [whole, name, list] = SET.exec(text) ?? [];
    if (whole === undefined) throw new BrushError(`'${text}' is no set of trials; expected numbers such as 4, 7-9`);
    const id = studyOf(name, studies);
    sets[id] = [...(sets[id] ?? []), ...numbersOf(list)];
  }
  return sets;
}

function studyOf(name, studies) {
  if (name === undefined && studies.length === 1) return studies[0].id;
  const wanted = name?.startsWith('"') ? JSON.parse(name) : name;
  const found = studies.filter((study) => study.id === wanted || study.name === wanted);
  if (found.length === 1) return found[0].id;
  const names = studies.map((study) => study.name).join(", ");
  throw new BrushError(`${wanted === undefined ? "trials without a study" : `'${wanted}'`} cannot be brushed; expected a study of ${names}, a colon and numbers`);
}

/** The numbers that a text of `runs` holds. */
export function numbersOf(text) {
  return text.split(",").flatMap((part) => runOf(part.trim()));
}

function runOf(part) {
  const [, first, last] = part.match(RUN) ?? [];
  if (first === undefined || Number(last ?? first) - Number(first) > MOST || Number(last ?? first) < Number(first)) {
    throw new BrushError(`'${part}' is no trial; expected numbers such as 4, 7-9`);
  }
  return Array.from({ length: Number(last ?? first) - Number(first) + 1 }, (_, i) => Number(first) + i);
}
