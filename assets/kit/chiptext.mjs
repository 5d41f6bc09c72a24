/**
 * Brushes as text that can be read and typed: '1e-4 … 3e-3', '≥ 0.95', 'adam, sgd', 'missing', joined by 'or'. Pure.
 *
 * `info` is what a text needs to know of a column: {name, kind, levels, labels?}. The exact text of a brush gives the same
 * brush when it is read again, to the last bit of every float64.
 */
import { levelKey } from "./columns.mjs";
import { formatNumber, formatTime } from "./scale.mjs";
import { BrushError, normalizeBrush } from "./selection.mjs";

const NUMBER = String.raw`(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?:\s*[kMG](?![a-z]))?|[+-]?(?:∞|inf(?:inity)?)|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?)`;
const RANGE = new RegExp(`^(${NUMBER})\\s*(?:…|\\.\\.\\.?|–|—|-|to)\\s*(${NUMBER})$`, "iu");
const BOUND = new RegExp(`^(≥|>=|>|≤|<=|<|=)\\s*(${NUMBER})$`, "iu");
const SINGLE = new RegExp(`^${NUMBER}$`, "iu");
const UNITS = { k: 1e3, M: 1e6, G: 1e9 };
const ANY = "any value";
const EXPECTED = "expected a number, a range such as 1e-4 … 3e-3, ≥ 0.95, ≤ 3, or missing";

// --- brush → text ---------------------------------------------------------------------------------------------------

/**
 * A column's brush in normal form as text.
 * @param {boolean} exact every digit, to be edited; else as short as it reads well
 */
export function formatBrush(info, { ranges, values, missing }, exact = false) {
  const level = info.kind === "category" ? (value) => levelText(info, value, exact) : (value) => numberText(info, value, exact);
  const list = exact || values.length <= 6 ? values : values.slice(0, 5);
  const more = values.length - list.length;
  const parts = [
    ...ranges.map((range) => rangeText(info, range, exact)),
    values.length ? list.map(level).join(", ") + (more ? ` and ${more} more` : "") : "",
    missing ? "missing" : "",
  ];
  return parts.filter(Boolean).join(" or ") || "nothing";
}

/** A range as text: '1 … 3', '≥ 1', '= 3', 'any value'. */
export function rangeText(info, [low, high], exact = false) {
  const text = (value, digits) => numberText(info, value, exact, digits);
  if (low === null && high === null) return ANY;
  if (high === null) return strict(low, -1, exact) ? `> ${text(next(low, -1))}` : `≥ ${text(low)}`;
  if (low === null) return strict(high, 1, exact) ? `< ${text(next(high, 1))}` : `≤ ${text(high)}`;
  if (low === high) return `= ${text(low)}`;
  let digits = 3;
  while (digits < 9 && text(low, digits) === text(high, digits)) digits++;
  return `${text(low, digits)} … ${text(high, digits)}`;
}

function numberText({ kind }, value, exact, digits = 3) {
  if (typeof value !== "number") return JSON.stringify(value);
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  if (kind === "time") return exact ? isoTime(value) : formatTime(value);
  return exact ? String(value) : formatNumber(value, digits);
}

/** Whether a bound is the float64 beside a short number, as '> 0.95' gives it. */
function strict(value, step, exact) {
  const beside = String(next(value, step));
  return exact && /\d/.test(beside) && String(value).length >= 16 && beside.length <= String(value).length - 6;
}

function levelText(info, value, exact) {
  const label = info.labels?.[info.levels.findIndex((level) => levelKey(level) === levelKey(value))];
  const bare = info.name === "study" ? (label ?? String(value)) : plainLevel(value);
  if (!exact) return typeof value === "string" ? (label ?? bare) : bare;
  const [token, ...rest] = tokens(bare);
  const alone = token && !rest.length && !token.quoted && token.text === bare && !["missing", "nothing"].includes(bare);
  const found = alone ? resolve(info, token) : undefined;
  return found !== undefined && levelKey(found) === levelKey(value) ? bare : JSON.stringify(bare);
}

const plainLevel = (value) => (value === null ? "None" : value === Infinity ? "inf" : value === -Infinity ? "-inf" : String(value));

// --- text → brush ---------------------------------------------------------------------------------------------------

/**
 * The brush in normal form that a text says; null (no brush) for an empty text.
 * @throws {BrushError} with one sentence that names the text, the column and what was expected
 */
export function parseBrush(text, info) {
  if (!text.trim()) return null;
  if (text.trim() === "nothing") return normalizeBrush(info.name, {});
  refuseDecimalComma(text, info);
  const brush = { ranges: [], values: [], missing: false };
  for (const token of tokens(text)) {
    if (!token.quoted && token.text.toLowerCase() === "missing") brush.missing = true;
    else if (info.kind === "category") brush.values.push(levelOf(info, token));
    else addNumbers(brush, info, token);
  }
  return normalizeBrush(info.name, brush);
}

/** The range that a text says. */
export function parseRange(text, info) {
  const { ranges, values } = parseBrush(text, info) ?? { ranges: [[null, null]], values: [] };
  const all = [...ranges, ...values.map((value) => [value, value])];
  if (all.length === 1) return all[0];
  throw new BrushError(`'${text}' for ${info.name} is not one range; expected one such as 1e-4 … 3e-3`);
}

function refuseDecimalComma(text, info) {
  const comma = info.kind === "float" && text.match(/(?<![\d.,])\d+,\d+(?![\d,])/);
  if (!comma) return;
  const [whole, fraction] = comma[0].split(",");
  throw new BrushError(`'${comma[0]}' for ${info.name} can be read in two ways; expected ${whole}.${fraction} or ${whole}; ${fraction}`);
}

function levelOf(info, token) {
  const level = resolve(info, token);
  if (level !== undefined) return level;
  const offered = info.levels.slice(0, 6).map((known) => levelText(info, known, false));
  const more = info.levels.length - offered.length;
  const list = `${offered.join(", ")}${more > 0 ? ` or one of ${more} more` : ""}`;
  throw new BrushError(`'${token.text}' is no category of ${info.name}; expected ${list || "missing"}`);
}

/** The level that a typed word means: undefined if none. Without quotes true, 1 and None come before 'true', '1' and 'None'. */
function resolve({ levels, labels }, { text, quoted }) {
  const typed = quoted ? [] : levels.filter((level) => typeof level !== "string" && means(level, text));
  const same = levels.filter((level, i) => level === text || (labels?.[i] === text && typeof level === "string"));
  const near = levels.filter((level, i) => (labels?.[i] ?? String(level)).toLowerCase() === text.toLowerCase());
  const [found] = [typed, same, near].find((some) => some.length === 1) ?? [undefined];
  return found;
}

function means(level, text) {
  const word = text.toLowerCase();
  if (level === null) return word === "none" || word === "null";
  if (typeof level === "boolean") return word === String(level);
  return SINGLE.test(text) && numberOf(text, {}) === level;
}

function addNumbers(brush, info, { text, quoted }) {
  const read = (part) => numberOf(part, info);
  const range = !quoted && text.match(RANGE);
  const bound = !quoted && text.match(BOUND);
  if (!quoted && SINGLE.test(text)) brush.values.push(read(text));
  else if (bound) brush.ranges.push(boundRange(bound[1], read(bound[2]), info.kind === "int"));
  else if (range) brush.ranges.push([read(range[1]), read(range[2])]);
  else if (!quoted && text === ANY) brush.ranges.push([null, null]);
  else throw new BrushError(`'${text}' cannot be read as a brush on ${info.name}; ${EXPECTED}`);
}

function boundRange(sign, value, whole) {
  if (sign === "=") return [value, value];
  const strictly = sign === ">" || sign === "<";
  const up = sign === ">" || sign === "≥" || sign === ">=";
  const step = up ? 1 : -1;
  const bound = !strictly ? value : whole && Number.isInteger(value) ? value + step : next(value, step);
  return up ? [bound, null] : [null, bound];
}

function numberOf(text, { name, kind }) {
  if (/^\d{4}-\d\d-/.test(text)) return timeOf(text, name, kind);
  const word = text.toLowerCase().replace(/^\+/, "");
  if (/^-?(∞|inf)/.test(word)) return word.startsWith("-") ? -Infinity : Infinity;
  const unit = UNITS[text.at(-1)];
  return unit ? Number((Number(text.slice(0, -1)) * unit).toPrecision(15)) : Number(text);
}

// --- words ----------------------------------------------------------------------------------------------------------

/** The words of a text between commas, semicolons and 'or'; in quotes these are part of the word. */
function tokens(text) {
  const found = [];
  const word = /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')(?=\s*(?:[,;]|\sor\s|$))|(.*?))\s*(?:[,;]|(?<=\s)or(?=\s)|$)/suy;
  while (word.lastIndex < text.length) {
    const [, quoted, bare] = word.exec(text.replaceAll("−", "-"));
    if (quoted) found.push({ text: unquote(quoted), quoted: true });
    else if (bare) found.push({ text: bare, quoted: false });
  }
  return found;
}

const unquote = (text) => (text[0] === '"' ? safeJson(text) : text.slice(1, -1).replace(/\\(.)/gs, "$1"));

function safeJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(1, -1);
  }
}

// --- numbers and times ----------------------------------------------------------------------------------------------

const cell = new DataView(new ArrayBuffer(8));

/** The float64 right above (step 1) or below (-1) a number. */
function next(value, step) {
  if (!Number.isFinite(value)) return value;
  if (value === 0) return step * Number.MIN_VALUE;
  cell.setFloat64(0, value);
  cell.setBigInt64(0, cell.getBigInt64(0) + BigInt(value > 0 ? step : -step));
  return cell.getFloat64(0);
}

/** Seconds since 1970 as '2026-11-20T13:05:00.25Z'. */
function isoTime(seconds) {
  const [whole, fraction] = String(seconds).split(".");
  if (!/^\d+$/.test(whole) || seconds > 2e11) return String(seconds);
  const text = new Date(Number(whole) * 1000).toISOString().slice(0, 19);
  return `${text}${fraction ? `.${fraction}` : ""}Z`;
}

function timeOf(text, name, kind) {
  const [, head, fraction = "", zone] = text.match(/^([^.Z]*)(?:\.(\d+))?(Z?)$/);
  const date = new Date(head.includes(":") ? `${head.replace(" ", "T")}${zone}` : `${head}T00:00${zone}`);
  if (kind !== "time" || Number.isNaN(date.getTime())) throw new BrushError(`'${text}' cannot be read as a brush on ${name}; ${EXPECTED}`);
  return Number(`${date.getTime() / 1000}.${fraction}0`);
}
