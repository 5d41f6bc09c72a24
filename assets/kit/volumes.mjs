/**
 * The hypervolume of the shown studies so far, asked of the server (`POST /api/front`) when brushes come to rest. `model.volumes`
 * is {state: "none" | "loading" | "ready" | "refused", whole, within, sentence}; a change is the event "volumes".
 */
import { frontier } from "./frontier.mjs";

/** What is known before anything was asked. */
export const NO_VOLUMES = { state: "none", whole: null, within: null, sentence: "" };

export class VolumeFeed {
  /** @param {Model} model @param {() => boolean} wanted whether somebody looks */
  constructor(model, wanted) {
    Object.assign(this, { model, wanted, asked: null, answers: new Map() });
    model.volumes = NO_VOLUMES;
    for (const event of ["commit", "data"]) model.on(event, () => this.follow());
    window.addEventListener("trellis:layout", () => this.follow());
  }

  /** Ask for what is shown now, unless that is known or asked for already. */
  async follow() {
    const { model } = this;
    const request = requestOf(model);
    if (!request) return this.#set(NO_VOLUMES);
    const revisions = model.shown.map((id) => model.studies.get(id)?.revision);
    const brushed = Object.keys(model.brushes).length > 0;
    const keys = [request, ...(brushed ? [{ ...request, brushes: model.brushes }] : [])];
    const asked = JSON.stringify([keys, revisions]);
    if (asked === this.asked || !this.wanted()) return;
    this.asked = asked;
    this.#set({ ...model.volumes, state: "loading" });
    const [whole, within = null] = await Promise.all(keys.map((key) => this.#answer(key, revisions)));
    if (this.asked !== asked) return;
    const sentence = whole.refused ?? whole.error ?? within?.error ?? "";
    this.#set(sentence ? { ...NO_VOLUMES, state: "refused", sentence } : { state: "ready", whole, within, sentence: "" });
  }

  async #answer(request, revisions) {
    const key = JSON.stringify([request, revisions]);
    if (!this.answers.has(key)) {
      if (this.answers.size > 50) this.answers.clear();
      this.answers.set(key, await post(request));
    }
    return this.answers.get(key);
  }

  #set(volumes) {
    this.model.volumes = volumes;
    this.model.emit("volumes");
  }
}

function requestOf(model) {
  const { metrics, directions } = frontier(model);
  if (metrics.length < 2 || !model.shown.length) return null;
  const given = Object.entries(model.settings.reference ?? {}).filter(([name]) => metrics.includes(name));
  return {
    studies: model.shown,
    metrics: Object.fromEntries(metrics.map((name, i) => [name, directions[i]])),
    budget: model.settings.budget,
    ...(given.length && { reference: Object.fromEntries(given) }),
  };
}

async function post(request) {
  try {
    const response = await fetch("/api/front", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(request) });
    return await response.json();
  } catch {
    return { error: "the server does not answer" };
  }
}
