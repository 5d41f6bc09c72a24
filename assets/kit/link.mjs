/**
 * What a copied link reopens: shown studies, brushes, settings that are not the default, pins. Pure.
 *
 * The address' hash is `v1=` and the state as JSON, percent-encoded; infinities are {"float": "inf"} as in `/api/columns`.
 */
import { numbersOf, runs } from "./chipsets.mjs";
import { BrushError, normalizeBrush, TRIALS } from "./selection.mjs";

const PREFIX = "v1=";
const BROKEN = "The link is damaged: what follows # is not a state of this page; it opens without brushes.";

const text = (value) => typeof value === "string";
const texts = (value) => Array.isArray(value) && value.every(text);
const finite = (value) => typeof value === "number" && Number.isFinite(value);
const plain = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const simple = (value) => value === null || text(value) || finite(value) || typeof value === "boolean" || texts(value);

/** What settings may be; what a view sets of its own is a simple value, or an object of such. */
const CHECKS = {
  objective: (v) => plain(v) && text(v.metric) && ["minimize", "maximize"].includes(v.direction),
  budget: (v) => v === "highest" || v === "all" || finite(v),
  order: texts,
  hidden: texts,
  extra: texts,
  range: (v) => Array.isArray(v) && v.length === 2 && v.every(finite),
  rank: (v) => typeof v === "boolean",
  active: (v) => texts(v) && v.length <= 2,
  importance: (v) => plain(v) && Object.values(v).every((part) => text(part) || finite(part)),
};
const CHOICE = (v) => simple(v) || (plain(v) && Object.values(v).every((part) => simple(part) || (plain(part) && Object.values(part).every(simple))));
const DEFAULTS = { objective: null, budget: "highest", order: null, hidden: [], extra: [], range: null, rank: false, active: [], importance: {} };

/**
 * A state as text for the address' hash.
 * @param {{shown: string[], brushes: object, settings: object, pins: object[]}} state
 */
export function encodeState({ shown, brushes, settings, pins }) {
  const changed = Object.entries(settings).filter(([name, value]) => written(value) !== written(DEFAULTS[name] ?? null));
  const state = { shown, brushes: mapValues({ ...brushes }, shorthand), settings: Object.fromEntries(changed.filter(([name, value]) => allowed(name, value))), pins };
  const kept = Object.entries(state).filter(([, value]) => (Array.isArray(value) ? value.length : Object.keys(value).length));
  if (!kept.length) return "";
  return PREFIX + encodeURIComponent(written(Object.fromEntries(kept))).replace(/%(3A|2C|24)/g, decodeURIComponent);
}

const mapValues = (object, change) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value, name)]));

/** A brush as short as `normalizeBrush` reads it; sets of trials as '4, 7-9'. */
function shorthand(brush, name) {
  if (name === TRIALS) return mapValues(brush, runs);
  if (!Array.isArray(brush?.ranges)) return brush;
  const { ranges, values, missing } = brush;
  if (!missing && !values.length && ranges.length) return ranges;
  if (!missing && !ranges.length) return values;
  return { ...(ranges.length && { ranges }), ...(values.length && { values }), ...(missing && { missing }) };
}

/**
 * The state that a hash holds, brushes in normal form.
 * @param {string} hash with or without its #
 * @returns {{state: {shown?: string[], brushes?: object, settings?: object, pins?: object[]}, problems: string[]}}
 *   problems: sentences on what cannot be read; the rest applies
 */
export function decodeState(hash) {
  const given = hash.replace(/^#/, "");
  if (!given) return { state: {}, problems: [] };
  let raw;
  try {
    if (!given.startsWith(PREFIX)) return { state: {}, problems: [BROKEN] };
    raw = JSON.parse(decodeURIComponent(given.slice(PREFIX.length)), revive);
  } catch {
    return { state: {}, problems: [BROKEN] };
  }
  return plain(raw) ? checked(raw) : { state: {}, problems: [BROKEN] };
}

function checked(raw) {
  const problems = [];
  const part = (name, good) => {
    if (raw[name] === undefined || good(raw[name])) return raw[name];
    problems.push(`The link's ${name} cannot be read; the rest applies.`);
    return undefined;
  };
  const state = {
    shown: part("shown", texts),
    pins: part("pins", (pins) => Array.isArray(pins) && pins.every((pin) => plain(pin) && text(pin.study) && Number.isInteger(pin.number))),
    settings: settingsOf(part("settings", plain), problems),
    brushes: brushesOf(part("brushes", plain), problems),
  };
  return { state: Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined)), problems };
}

const allowed = (name, value) => /^[a-z]\w*$/i.test(name) && (Object.hasOwn(CHECKS, name) ? CHECKS[name](value) : CHOICE(value));

function settingsOf(given, problems) {
  if (given === undefined) return undefined;
  const good = Object.entries(given).filter(([name, value]) => {
    if (allowed(name, value)) return true;
    problems.push(`The link's setting '${name}' cannot be read; the rest applies.`);
    return false;
  });
  return Object.fromEntries(good);
}

function brushesOf(given, problems) {
  if (given === undefined) return undefined;
  const good = Object.entries(given).flatMap(([name, brush]) => {
    try {
      const spelt = name === TRIALS && plain(brush) ? mapValues(brush, (set) => (text(set) ? numbersOf(set) : set)) : brush;
      return [[name, normalizeBrush(name, spelt)]];
    } catch (error) {
      if (!(error instanceof BrushError)) throw error;
      problems.push(`The link has a ${error.message}; the rest applies.`);
      return [];
    }
  });
  return Object.fromEntries(good);
}

const FLOATS = { inf: Infinity, "-inf": -Infinity };
const written = (value) =>
  JSON.stringify(value, (_, v) => (v === Infinity ? { float: "inf" } : v === -Infinity ? { float: "-inf" } : v));
const revive = (_, v) => (plain(v) && Object.hasOwn(FLOATS, v.float) && Object.keys(v).length === 1 ? FLOATS[v.float] : v);

/** What the page's address says when it opens. */
export function readLink(hash) {
  return decodeState(hash);
}

/** The hash, without #, of a link that reopens what a model shows now. */
export function writeLink({ shown, brushes, aside, settings, pins }) {
  return encodeState({ shown, brushes: { ...aside, ...brushes }, settings, pins });
}
