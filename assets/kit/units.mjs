/** Numbers with units as they are typed: '50 k', '2 ms', '1.5 MB', '95 %', in the unit that a metric is logged in. Pure. */
import { BrushError } from "./selection.mjs";

const TIME = { ns: 1e-9, µs: 1e-6, us: 1e-6, ms: 1e-3, s: 1, sec: 1, second: 1, seconds: 1, min: 60, minutes: 60, h: 3600, hours: 3600, d: 86400 };
const SIZE = { b: 1, byte: 1, bytes: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3 };
const SHARE = { "%": 0.01, "‰": 0.001, "": 1 };
const KINDS = [TIME, SIZE, SHARE];
const PREFIX = { k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12, thousand: 1e3, million: 1e6, billion: 1e9 };
const TYPED = /(?<![\p{L}\d_.])([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([\p{L}µ%‰]+)/giu;
const WORDS = new Set(["to", "or", "e", "inf", "infinity", "missing"]);

const kindOf = (unit) => KINDS.find((kind) => Object.hasOwn(kind, unit));

/** The unit that a metric is logged in: declared, else the end of its name (latency_ms, memory_mb); null: unknown. */
export function unitOf({ name, unit = "" }) {
  const said = [unit, ...(name.match(/(?:[_\s(/-])(\p{L}+)\)?$/u)?.slice(1) ?? []), name].map((word) => word.toLowerCase().trim());
  return said.find((word) => word && (kindOf(word) ?? SHARE) !== SHARE) ?? (unit.trim() || null);
}

/**
 * A text with every number that has a prefix or unit written as a plain number in the metric's own unit.
 * @param {{name: string, unit?: string, most?: number}} metric most: its largest value, which tells shares from percents
 * @throws {BrushError} where a unit does not fit, with one sentence
 */
export function withoutUnits(text, metric) {
  return text.replace(TYPED, (all, number, unit) => (WORDS.has(unit.toLowerCase()) ? all : String(plain(Number(number), unit, metric, all))));
}

function plain(number, unit, metric, typed) {
  if (Object.hasOwn(PREFIX, unit)) return rounded(number * PREFIX[unit]);
  const logged = unitOf(metric);
  const typedUnit = unit === "M" ? unit : unit.toLowerCase();
  if (typedUnit === (logged ?? "").toLowerCase()) return number;
  if (unit === "%") return logged === null && (metric.most ?? 0) <= 1.5 ? rounded(number / 100) : number;
  const kind = kindOf(typedUnit);
  if (!kind) throw new BrushError(`'${typed}' for ${metric.name} has the unit '${unit}'; expected a number, k, M, or a unit such as ms, s, min, kB, MB`);
  if (logged && Object.hasOwn(kind, logged.toLowerCase())) return rounded((number * kind[typedUnit]) / kind[logged.toLowerCase()]);
  const why = logged ? `it is logged in ${metric.unit || logged}` : "nothing says which unit it is logged in";
  throw new BrushError(`'${typed}' for ${metric.name} has the unit '${unit}', but ${why}; expected a plain number, as logged`);
}

const rounded = (value) => Number(value.toPrecision(15));
