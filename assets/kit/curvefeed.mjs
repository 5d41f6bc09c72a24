/**
 * Fetches the learning curves that views want, keeps them, and asks again for those that grow. No DOM.
 *
 * Hangs on the model as `model.curves` and emits "curves" when there is something new. A curve is
 * {id, metric, step, value, x, of}: typed arrays ascending in x; `of` is how many points the log has there, more than are in the
 * curve where the server reduced it.
 */
import { decode } from "./columns.mjs";

/** The most points of a curve that the server sends. */
export const POINTS = 1000;
const MOST_ASKED = 250;
const GROWING_MS = 2000;
const AGAIN_MS = 4000;

let made = 0;

export class CurveFeed {
  /** @param {Model} model @param {(query: URLSearchParams) => Promise<object | null>} get the decoded answer of `/api/history` */
  constructor(model, get = fetchHistory) {
    Object.assign(this, { model, get, wants: new Map(), known: new Map(), names: new Map(), timed: new Map(), several: new Set(), busy: new Set(), failed: false });
    model.curves = this;
    model.on("data", () => this.#pump());
  }

  /**
   * Want curves, in place of what the same client wanted before.
   * @param {string} client @param {{rows: number[], metrics: string[], x: string, span: [number, number] | null} | null} want
   */
  want(client, want) {
    if (want) this.wants.set(client, want);
    else this.wants.delete(client);
    this.#pump();
  }

  /** A row's curve of a metric over x, in the detail that a span has; null if there is none, undefined if it is not known yet. */
  curve(row, metric, x = "step", span = null) {
    const { study, number } = this.model.table.keyOf(row);
    const entry = this.known.get(study)?.get(number);
    const detail = span && entry?.get(place(metric, x, span))?.curve;
    return detail ?? entry?.get(place(metric, x, null))?.curve;
  }

  /** All metrics that the shown studies are known to log. */
  get logged() {
    return [...new Set(this.model.shown.flatMap((id) => [...(this.names.get(id) ?? [])]))];
  }

  /** Those of them of which there are curves, not only single points. */
  get curved() {
    return this.logged.filter((name) => this.several.has(name));
  }

  /** Whether reports of a shown study say when they were made. */
  get isTimed() {
    return this.model.shown.some((id) => this.timed.get(id));
  }

  /** Points of the longest log among the wanted curves. */
  get longest() {
    let most = 1;
    for (const { rows, metrics, x } of this.wants.values()) {
      for (const row of rows) for (const metric of metrics) most = Math.max(most, (row < this.model.table.rows && this.curve(row, metric, x)?.of) || 0);
    }
    return most;
  }

  /** Whether something that is wanted is not here yet. */
  get loading() {
    return this.busy.size > 0;
  }

  #pump() {
    const { model } = this;
    for (const study of model.shown) {
      if (this.busy.has(study)) continue;
      const asked = this.#next(study);
      if (asked) this.#ask(study, asked);
    }
    const growing = [...this.wants.values()].some(({ rows }) => rows.some((row) => this.#isRunning(row)));
    if (growing) this.timer ??= setTimeout(() => this.#grow(), GROWING_MS);
  }

  /** Running trials are asked about again, and views that are hidden are left to their curves. */
  #grow() {
    this.timer = undefined;
    if (globalThis.document?.visibilityState === "hidden") {
      this.timer = setTimeout(() => this.#grow(), GROWING_MS);
      return;
    }
    for (const entries of this.known.values()) {
      for (const entry of entries.values()) for (const kept of entry.values()) if (kept.running) kept.seen = null;
    }
    this.#pump();
  }

  /** The next request about a study: of one x and span the metrics wanted and the trials that lack one. */
  #next(study) {
    for (const { rows, metrics, x, span } of this.wants.values()) {
      const wanted = metrics.length ? metrics : this.#guess(study);
      const own = rows.filter((row) => row < this.model.table.rows && this.model.table.keyOf(row).study === study);
      const lacking = own.filter((row) => this.#lacks(study, row, wanted, x, null));
      if (lacking.length) return { rows: lacking.slice(0, MOST_ASKED), metrics: wanted, x, span: null };
      const reduced = span ? own.filter((row) => wanted.some((metric) => isReduced(this.curve(row, metric, x)) && this.#lacks(study, row, [metric], x, span))) : [];
      if (reduced.length) return { rows: reduced.slice(0, MOST_ASKED), metrics: wanted, x, span };
    }
    return null;
  }

  /** What a study's trials probably logged: its objectives. */
  #guess(study) {
    const objectives = this.model.studies.get(study).metrics.filter((metric) => metric.objective);
    return objectives.map(({ name }) => name).slice(0, 1);
  }

  #lacks(study, row, metrics, x, span) {
    const { number } = this.model.table.keyOf(row);
    const entry = this.known.get(study)?.get(number);
    const seen = this.#signature(row);
    return !entry || metrics.some((metric) => entry.get(place(metric, x, span))?.seen !== seen);
  }

  /** What changes with a row: its state and its metrics; what was fetched before that is fetched again. */
  #signature(row) {
    const { columns } = this.model.table;
    return [columns.get("state")?.values[row], ...this.model.metrics.map((name) => columns.get(name).values[row])].join();
  }

  #isRunning(row) {
    const state = this.model.table.columns.get("state");
    return state?.levels[state.values[row]] === "running";
  }

  async #ask(study, { rows, metrics, x, span }) {
    this.busy.add(study);
    const asked = rows.map((row) => ({ number: this.model.table.keyOf(row).number, seen: this.#signature(row), running: this.#isRunning(row) }));
    const query = new URLSearchParams({ study, trials: asked.map(({ number }) => number).join(), format: "binary", points: String(POINTS), x });
    for (const metric of metrics) query.append("metric", metric);
    if (span) for (const [i, name] of ["from", "to"].entries()) query.set(name, String(span[i]));
    const answer = await this.get(query);
    this.failed = !answer;
    const changed = answer && this.#take(study, asked, metrics, x, span, answer);
    this.busy.delete(study);
    if (changed || !answer) this.model.emit("curves");
    if (answer) this.#pump();
    else setTimeout(() => this.#pump(), AGAIN_MS);
  }

  /** Keep an answer; whether anything in it is new. */
  #take(study, asked, metrics, x, span, answer) {
    if (!this.known.has(study)) this.known.set(study, new Map());
    const entries = this.known.get(study);
    const names = new Set([...(this.names.get(study) ?? []), ...answer.metrics]);
    let changed = names.size !== this.names.get(study)?.size;
    this.names.set(study, names);
    for (const name of answer.metrics) if (!answer.single.includes(name)) this.several.add(name);
    this.timed.set(study, this.timed.get(study) || answer.timed);
    const found = new Map();
    for (const curve of curvesOf(answer)) found.set(`${curve.number} ${curve.metric}`, curve);
    for (const { number, seen, running } of asked) {
      if (!entries.has(number)) entries.set(number, new Map());
      for (const metric of metrics.length ? metrics : answer.metrics) {
        const [at, fresh] = [place(metric, x, span), found.get(`${number} ${metric}`) ?? null];
        const before = entries.get(number).get(at)?.curve;
        const alike = same(before, fresh);
        entries.get(number).set(at, { seen, running, curve: alike ? before : fresh });
        changed ||= !alike;
      }
    }
    return changed;
  }
}

const place = (metric, x, span) => JSON.stringify([metric, x, span]);

const isReduced = (curve) => Boolean(curve) && curve.step.length < curve.of;

/** Whether a curve is as it was: it only ever grows. */
function same(before, now) {
  if (before === undefined || !before || !now) return before === now;
  return before.of === now.of && before.step.at(-1) === now.step.at(-1) && Object.is(before.value.at(-1), now.value.at(-1));
}

/** The curves in an answer of `/api/history`, each with arrays of its own. */
export function curvesOf(answer) {
  const column = (name) => answer.columns.find((one) => one.name === name)?.values;
  const [step, value] = [column("step"), column("value")];
  const x = column("x") ?? step;
  let at = 0;
  return answer.curves.map(({ number, metric, points, of }) => {
    const part = (values) => values.subarray(at, at + points);
    const curve = { id: ++made, number, metric, step: part(step), value: part(value), x: part(x), of };
    at += points;
    return curve;
  });
}

async function fetchHistory(query) {
  try {
    const response = await fetch(`/api/history?${query}`, { cache: "no-store" });
    return response.ok ? decode(await response.arrayBuffer()) : null;
  } catch {
    return null;
  }
}
