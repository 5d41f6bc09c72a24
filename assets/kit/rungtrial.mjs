/**
 * A rung that is tried on learning curves: where a study judges its trials, and what judging them elsewhere would do.
 *
 * Hangs on the model as `model.rungs` and emits "rungs". `state` is {study, rungs, factor} once known, `tried` {step, place} or
 * null, `answer` what the server says of it (`/api/rung`), of the newest step that it answered.
 */
import { panelAt } from "./curvepanels.mjs";
import { firstFrom } from "./curvelines.mjs";
import { line, text } from "./draw.mjs";
import { TRIALS } from "./selection.mjs";

const NEAR = 5;

export class RungTrial {
  /** @param {Model} model @param {(query: URLSearchParams) => Promise<object | null>} get the answer of `/api/rung` */
  constructor(model, get = fetchRung) {
    Object.assign(this, { model, get, known: new Map(), tried: null, answer: null, factor: null, busy: false });
    model.rungs = this;
    model.on("data", () => this.#follow());
  }

  /** The study whose rungs are drawn: that of the focus, else the first one shown. */
  get study() {
    const { focus, shown } = this.model;
    return focus && shown.includes(focus.study) ? focus.study : (shown[0] ?? null);
  }

  /** The steps at which the study judges, ascending, with the place of each in its bracket. */
  get lines() {
    const steps = new Map();
    for (const { steps: own } of this.known.get(this.study)?.rungs ?? []) own.forEach((step, place) => steps.has(step) || steps.set(step, place));
    return [...steps].map(([step, place]) => ({ step, place })).sort((a, b) => a.step - b.step);
  }

  /** How many times fewer trials go on. */
  get eta() {
    return this.factor ?? this.known.get(this.study)?.factor ?? 3;
  }

  /** Try a rung at a step (null: none); `place` is which rung of the study it was, from 0. */
  try(step, place = 0) {
    this.tried = step === null ? null : { step: Math.max(1, Math.round(step)), place };
    if (!this.tried) this.answer = null;
    this.model.emit("rungs");
    this.#ask();
  }

  setFactor(factor) {
    this.factor = factor;
    this.model.emit("rungs");
    this.#ask();
  }

  /** Brush the trials that would go on. */
  brush() {
    if (this.answer?.survivors.length) this.model.brush(TRIALS, { [this.answer.study]: this.answer.survivors });
  }

  /** Trials that the answer lets go on, as a set of numbers; null before there is one. */
  get survivors() {
    return this.answer ? (this.answer.set ??= new Set(this.answer.survivors)) : null;
  }

  /** Ask once for the rungs of a study that is shown. */
  async #follow() {
    const { study } = this;
    const revision = this.model.studies.get(study)?.revision;
    if (!study || (this.known.has(study) && this.known.get(study).revision === revision)) return;
    this.known.set(study, { ...this.known.get(study), revision });
    const told = await this.get(new URLSearchParams({ study }));
    if (!told || told.error) return;
    this.known.set(study, { ...told, revision });
    this.model.emit("rungs");
  }

  async #ask() {
    if (this.busy || !this.tried) return;
    this.busy = true;
    const { tried, eta, study } = this;
    const { objective } = this.model;
    const asked = JSON.stringify([tried, eta, study]);
    const query = new URLSearchParams({ study, step: tried.step, place: tried.place, factor: eta });
    if (objective) query.set("metric", objective.name);
    const answer = await this.get(query);
    this.busy = false;
    if (this.tried && answer) this.answer = answer;
    this.model.emit("rungs");
    if (this.tried && asked !== JSON.stringify([this.tried, this.eta, this.study])) this.#ask();
  }

  // --- on the curves --------------------------------------------------------------------------------------------------

  draw(pen, view) {
    if (view.look.x !== "step" || view.compact) return;
    for (const panel of view.panels) {
      const { box: [left, right, top, bottom], xScale } = panel;
      const at = ({ step }) => xScale.at(step);
      const within = this.lines.filter((rung) => at(rung) >= left && at(rung) <= right);
      pen.setLineDash([3, 3]);
      for (const rung of within) line(pen, at(rung), top, at(rung), bottom, view.style.muted);
      pen.setLineDash([]);
      if (this.tried && at(this.tried) >= left && at(this.tried) <= right) this.#drawTried(pen, view, panel, at(this.tried));
    }
  }

  #drawTried(pen, view, { key, box: [, , top, bottom] }, x) {
    const { style, model } = view;
    line(pen, x, top - 4, x, bottom, style.accent, 2);
    pen.fillStyle = style.accent;
    pen.beginPath();
    pen.arc(x, top - 4, 4, 0, 2 * Math.PI);
    pen.fill();
    text(pen, `step ${this.tried.step}`, x + 7, top + 2, style.accent);
    const { survivors, answer } = this;
    if (!survivors) return;
    for (const [row, lines] of view.lines) {
      const { study, number } = model.table.keyOf(row);
      const one = lines.find(({ panel, metric }) => panel === key && metric === answer.metric);
      if (!one || study !== answer.study || !model.mask[row]) continue;
      const i = firstFrom(one.xs, x + 0.5) - 1;
      if (i < 0 || one.xs[one.xs.length - 1] < x - 0.5) continue;
      dot(pen, x, one.ys[i], survivors.has(number), style);
    }
  }

  /** A press on a rung, which drags a copy of it, or on the one that is tried. */
  target(view, x, y) {
    if (!view.look || view.look.x !== "step" || view.compact) return null;
    const panel = view.panels[panelAt(view.panels, x, y, 0)];
    if (!panel) return null;
    const near = (rung) => rung && Math.abs(panel.xScale.at(rung.step) - x) <= NEAR;
    const found = near(this.tried) ? this.tried : this.lines.find(near);
    if (!found) return null;
    const place = found.place;
    const hint = found === this.tried ? "drag: move the rung that is tried" : `rung at step ${found.step}: drag it to see who would go on`;
    return {
      cursor: "ew-resize",
      hint,
      move: (toX) => this.try(panel.xScale.toValue(toX), place),
      end: () => {},
      click: () => (this.try(found.step, place), true),
    };
  }
}

/** Filled: goes on; hollow: ends. */
function dot(pen, x, y, goesOn, style) {
  pen.beginPath();
  pen.arc(x, y, goesOn ? 3 : 2.5, 0, 2 * Math.PI);
  pen.fillStyle = goesOn ? style.accent : style.surface;
  pen.fill();
  pen.lineWidth = 1;
  pen.strokeStyle = goesOn ? style.accent : style.muted;
  pen.stroke();
}

async function fetchRung(query) {
  try {
    return await (await fetch(`/api/rung?${query}`, { cache: "no-store" })).json();
  } catch {
    return null;
  }
}
