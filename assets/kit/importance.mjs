/**
 * Importance as the server tells it (`POST /api/importance`, docs/automation.md): asks for what the page shows, keeps
 * answers, and never holds the page up. No DOM.
 *
 * `model.importance` is {state, study, metric, direction, whole, within, refused, updating, targets, surface}:
 *   state     "loading", "ready" or "refused"
 *   whole     the answer for the whole study; null until it is there, and where it is refused
 *   within    the same within the present brushes, or {refused, reason, counts}; null without a brush or before the first
 *   refused   {refused: sentence, reason, counts} where there is no importance of the study
 *   updating  a newer answer is on its way
 *   lost      the server does not answer; it is asked again
 *   targets   one or two objects with the above, for each metric asked about; the first stands at the top as well
 *   surface   the expected metric over the two active hyperparameters; null without two; a refusal where there is none
 *   surfaceWithin  the same within the brushes, where settings.importance.surface is "within"; null without a brush
 * The event "importance" says that it changed, "active" that the active hyperparameters did.
 */
import { settled } from "./marks.mjs";
import { postJson, Question } from "./question.mjs";

const PACE_MS = 20_000;
const AGAIN_MS = 5_000;
const DRAG_MS = 150; // a brush step is painted before its importance is asked for
const NOTHING = { state: "loading", study: null, metric: null, direction: null, whole: null, within: null, refused: null, updating: false, lost: false };

/** What a model has before anything was asked. */
export const NO_IMPORTANCE = { ...NOTHING, targets: [], surface: null, surfaceWithin: null };

/** Make a hyperparameter active, or no longer; at most two are, the last ones chosen. */
export function toggleActive(model, name) {
  const { active } = model.settings;
  model.choose("active", active.includes(name) ? active.filter((other) => other !== name) : [...active, name].slice(-2), "active");
}

/** Change parts of what importance is asked for: study, metric, second, rows, method, quantile, best, surface; null: as by default. */
export function chooseImportance(model, part) {
  const merged = Object.entries({ ...model.settings.importance, ...part }).filter(([, value]) => value !== null);
  model.choose("importance", Object.fromEntries(merged), "asked");
}

/** Keeps `model.importance` up to date with data, brushes and choices of a model. */
export class ImportanceFeed {
  #revisions = new Map();
  #timers = new Map();
  #resting = true;
  #study = null;

  /** @param {Model} model @param {(path: string, body: object, signal: AbortSignal) => Promise<object>} post */
  constructor(model, post = postJson) {
    this.model = model;
    const options = { post, kept: new Map(), changed: () => this.#changed() };
    const pair = () => ({ whole: new Question({ ...options, path: "/api/importance" }), within: new Question({ ...options, path: "/api/importance" }) });
    this.questions = [pair(), pair()];
    this.surfaces = { whole: new Question({ ...options, path: "/api/surface" }), within: new Question({ ...options, path: "/api/surface" }) };
    for (const event of ["data", "asked", "active"]) model.on(event, () => this.refresh());
    model.on("brush", () => {
      this.drag ??= setTimeout(() => this.refresh(false), DRAG_MS);
    });
    model.on("commit", () => this.refresh());
  }

  /** Ask for what is shown and not known; `resting` is false while a drag goes on. */
  refresh(resting = true) {
    this.#resting = resting;
    clearTimeout(this.drag);
    this.drag = null;
    const targets = this.targets();
    this.questions.forEach((asked, i) => this.#ask(asked, targets[i]));
    this.#askSurfaces(targets[0]);
    this.#publish(targets);
  }

  /** The study and metrics asked about: [{study, metric, direction, rows, method, names}], two where two are compared. */
  targets() {
    const entry = this.#entry();
    if (!entry) return [];
    const { metric, second, rows = "completed", method = "fanova" } = this.model.settings.importance;
    const { objective } = this.model;
    const has = (name) => entry.metrics.find((m) => m.name === name);
    const first = has(metric) ?? has(objective?.name) ?? entry.metrics.find((m) => m.objective) ?? entry.metrics[0];
    const names = Object.keys(entry.space);
    const direction = (m) => (m.name === objective?.name ? objective.direction : m.direction) ?? null;
    return [first, has(second)]
      .filter((m, i, all) => m && all.findIndex((other) => other?.name === m.name) === i)
      .map((m) => ({ study: entry.id, metric: m.name, direction: direction(m), rows, method, names }));
  }

  /** The study that importance speaks of: the chosen one, else of the shown that with the most rows when first seen. */
  #entry() {
    const { entries } = this.model;
    const chosen = entries.find(({ id }) => id === this.model.settings.importance.study);
    if (chosen) return chosen;
    const able = entries.filter(({ metrics }) => metrics.length);
    const kept = able.find(({ id }) => id === this.#study);
    const most = kept ?? [...able].sort((a, b) => (b.rows ?? 0) - (a.rows ?? 0))[0];
    this.#study = most?.id ?? null;
    return most;
  }

  #ask({ whole, within }, target) {
    if (!target) {
      whole.want(null);
      within.want(null);
      return;
    }
    const body = bodyOf(target, this.model.settings.importance);
    whole.want({ ...body, brushes: null, revision: this.#revision(target.study) });
    const { answer } = whole;
    const brushed = Object.keys(this.model.brushes).length > 0 && fits(whole, target) && answer.single;
    within.want(brushed ? { ...body, brushes: settled(this.model), revision: answer.revision } : null, this.#resting);
  }

  #askSurfaces(target) {
    const { active, importance } = this.model.settings;
    const [a, b] = active.filter((name) => target?.names.includes(name));
    const { whole } = this.questions[0];
    const body = b && fits(whole, target) && whole.answer.single && { ...bodyOf(target, importance), method: "fanova", revision: whole.answer.revision, a, b };
    this.surfaces.whole.want(body ? { ...body, brushes: null } : null);
    const brushed = body && importance.surface === "within" && Object.keys(this.model.brushes).length > 0;
    this.surfaces.within.want(brushed ? { ...body, brushes: settled(this.model) } : null, this.#resting);
  }

  /** The revision asked for: the newest, of a study that grows one that stays for a while. */
  #revision(study) {
    const entry = this.model.studies.get(study);
    const now = entry.results ?? entry.revision ?? null;
    const held = this.#revisions.get(study);
    if (held?.revision === now) return now;
    const grows = entry.state === "running" || entry.state === null;
    const wait = held && grows ? held.at + PACE_MS - Date.now() : 0;
    if (wait > 0) {
      this.#later(study, wait);
      return held.revision;
    }
    this.#revisions.set(study, { revision: now, at: Date.now() });
    return now;
  }

  #later(what, wait) {
    if (this.#timers.has(what)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(what);
      for (const question of this.#all()) if (question.lost) question.forget();
      this.refresh();
    }, wait);
    this.#timers.set(what, timer);
  }

  #all() {
    return [this.surfaces, ...this.questions].flatMap(Object.values);
  }

  #changed() {
    if (this.#all().some(({ lost }) => lost)) this.#later("again", AGAIN_MS);
    this.refresh(this.#resting);
  }

  #publish(targets) {
    const told = targets.map((target, i) => publicOf(target, this.questions[i]));
    const [surface, surfaceWithin] = ["whole", "within"].map((part) => (fits(this.surfaces[part], targets[0]) ? this.surfaces[part].answer : null));
    const next = { ...(told[0] ?? NOTHING), targets: told, surface, surfaceWithin };
    if (same(next, this.model.importance)) return;
    this.model.importance = next;
    this.model.emit("importance");
  }
}

function bodyOf({ study, metric, direction, rows, method }, { quantile = 0.75, best = 0.1 }) {
  return { study, metric, direction, rows, method, quantile, ...(method === "ped" && { best }) };
}

/** Whether the answer to a question is about the study, metric and rows of a target. */
function fits({ answer, about }, target) {
  return Boolean(answer) && ["study", "metric", "rows"].every((part) => about[part] === target?.[part]);
}

function publicOf(target, { whole, within }) {
  const { study, metric, direction } = target;
  const answer = fits(whole, target) ? whole.answer : null;
  const state = answer?.refused ? "refused" : answer ? "ready" : "loading";
  const [told, refused] = answer?.refused ? [null, answer] : [answer, null];
  const updating = whole.updating || within.updating;
  return { state, study, metric, direction, whole: told, within: within.answer, refused, updating, lost: whole.lost || within.lost };
}

/** Whether nothing changed: answers are compared by identity, lists by their parts. */
function same(a, b) {
  return Object.keys(a).every((name) => (name === "targets" ? a.targets.length === b.targets.length && a.targets.every((one, i) => same(one, b.targets[i])) : a[name] === b[name]));
}
