/**
 * How the searches of the shown studies went, on `model.traces`: {tracks, lineage, loading}. Follows the model; event "traces".
 */
import { Lineage } from "./lineage.mjs";
import { decodeTrace, Tracks } from "./tracks.mjs";

/** The state before anything is known. */
export function noTraces(table) {
  const tracks = new Tracks(table, new Map());
  return { tracks, lineage: new Lineage(tracks), loading: table.ids.length > 0, colours: new Uint8Array(0) };
}

/** Trials before and after a row in its lineage; none while the search is not known. */
export function kinOf(model, row) {
  const { traces, table } = model;
  return traces && traces.tracks.table === table ? traces.lineage.kin(row) : [];
}

export class TraceFeed {
  #known = new Map();
  #asked = new Map();

  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    model.traces = noTraces(model.table);
    model.on("data", () => this.#follow());
  }

  /** Rows, shown studies or colours changed. */
  #follow() {
    const { model } = this;
    for (const id of model.shown) if (model.rowsOf.has(id)) this.#ask(id);
    this.#publish();
  }

  #publish() {
    const { model } = this;
    const metric = model.objective?.name ?? null;
    const fitting = new Map([...this.#known].filter(([, trace]) => trace.asked === metric || trace.asked === null));
    const same = model.traces.tracks.table === model.table && model.table.ids.every((id, s) => model.traces.tracks.traces[s] === (fitting.get(id) ?? null));
    const tracks = same ? model.traces.tracks : new Tracks(model.table, fitting);
    const lineage = same ? model.traces.lineage : new Lineage(tracks);
    model.traces = { tracks, lineage, loading: !tracks.complete, colours: tracks.colours(model) };
    model.emit("traces");
  }

  /** Ask for the trace of a study where the one at hand is of another revision or metric; one question at a time. */
  async #ask(id) {
    const { model } = this;
    const entry = model.studies.get(id);
    const objective = model.objective?.name;
    const metric = entry.metrics.some(({ name }) => name === objective) ? objective : null;
    const key = JSON.stringify([entry.results ?? entry.revision, metric]);
    if (this.#known.get(id)?.key === key || this.#asked.get(id) === key) return;
    this.#asked.set(id, key);
    const query = new URLSearchParams({ study: id, ...(metric && { metric }) });
    const trace = await fetch(`/api/traces?${query}`).then(async (response) => (response.ok ? decodeTrace(await response.arrayBuffer()) : null), () => null);
    if (this.#asked.get(id) !== key) return;
    this.#asked.delete(id);
    if (!trace) return;
    if (metric === null && objective) trace.value.fill(NaN);
    this.#known.set(id, { ...trace, key, asked: metric });
    this.#publish();
  }
}
