/**
 * What went wrong in the shown studies, as the server tells it (`GET /api/findings`, docs/automation.md), on
 * `model.findings`: by study {state: "loading" | "ready" | "lost", answer, stale}. Asked for while someone looks, once a
 * revision; of a study that runs at most every 20 s. Event "findings". No DOM.
 */
import { TRIALS } from "./selection.mjs";

const PACE_MS = 20_000;
const AGAIN_MS = 5_000;

/** The answer of the server; throws without one. */
async function getJson(path) {
  const response = await fetch(path);
  return response.json();
}

export class FindingFeed {
  #keys = new Map();
  #asking = new Set();
  #timer = null;

  /**
   * @param {Model} model @param {() => boolean} watched whether someone looks
   * @param {(path: string) => Promise<object>} get
   */
  constructor(model, watched, get = getJson) {
    Object.assign(this, { model, watched, get });
    model.findings = new Map();
    model.on("data", () => this.refresh());
  }

  /** Ask for the shown studies whose findings are of another revision. */
  refresh() {
    if (this.watched()) for (const id of this.model.shown) this.#ask(id);
  }

  async #ask(id) {
    const { model } = this;
    const entry = model.studies.get(id);
    const key = entry.results ?? entry.revision;
    const known = this.#keys.get(id);
    if (this.#asking.has(id) || (known && known.key === key)) return;
    const wait = known && entry.state === "running" ? known.at + PACE_MS - Date.now() : 0;
    if (wait > 0) {
      this.#later(wait);
      return;
    }
    this.#asking.add(id);
    this.#put(id, { state: model.findings.has(id) ? "ready" : "loading", stale: true });
    const answer = await this.get(`/api/findings?${new URLSearchParams({ study: id })}`).catch(() => null);
    this.#asking.delete(id);
    if (!answer || answer.error) {
      this.#put(id, { state: "lost", stale: false });
      this.#later(AGAIN_MS);
      return;
    }
    this.#keys.set(id, { key, at: Date.now() });
    this.#put(id, { state: "ready", answer, stale: false });
    this.refresh(); // what changed meanwhile is asked for now
  }

  #put(id, part) {
    this.model.findings.set(id, { answer: null, ...this.model.findings.get(id), ...part });
    this.model.emit("findings");
  }

  #later(wait) {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.refresh();
    }, wait);
  }
}

/** Whether exactly the trials of a finding are selected as a set. */
export function isSelected(model, study, { trials }) {
  const set = model.brushes[TRIALS];
  const numbers = set?.[study] ?? [];
  return Boolean(set) && Object.keys(set).length === 1 && numbers.length === trials.length && trials.every((number) => numbers.includes(number));
}

/** Select the trials of a finding, in place of another set; once more: no longer. */
export function selectTrials(model, study, finding) {
  model.brush(TRIALS, isSelected(model, study, finding) ? null : { [study]: [...finding.trials] });
}

/** What fills the Launch panel, see ids.LAUNCH_FILL. @param {{change: object}} said a finding, or a question with a change */
export function fillOf(study, said, why) {
  const nothing = { space: null, algorithm: null, budget: null, configurations: null, start: null };
  return { ...nothing, ...said.change, seq: Date.now(), study, why };
}

/** Evidence in words: "effect 0.63 · n 40 · correlation -0.95 · p < 0.001", the test last. */
export function evidenceText({ effect, n, test, p, ...more }) {
  const number = (value) => (value === null ? "unbounded" : Number(value.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 }));
  const others = Object.entries(more).map(([name, value]) => `${name.replaceAll("_", " ")} ${number(value)}`);
  const chance = test === "counted" ? [] : [p < 0.001 ? "p < 0.001" : `p = ${number(p)}`];
  return [`effect ${number(effect)}`, `n = ${n.toLocaleString("en")}`, ...chance, ...others, test].join(" · ");
}
