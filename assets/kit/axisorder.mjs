/**
 * The order of the parallel coordinates' axes by importance: taken up when a study is opened, then only when asked.
 *
 * `model.axisRanking` holds the hyperparameters from the least to the most important. The analyst's own order, or a
 * link's (`settings.order`), goes before it.
 */

const SLIDE_MS = 450;

/** Hyperparameters from the least to the most important, equal ones in the order of the space. */
export function byImportance(single) {
  return Object.keys(single).sort((a, b) => single[a][0] - single[b][0]);
}

/** Follows the importance of a model's study for a view with axes. */
export class AxisOrder {
  #study = null;
  #open = false;

  /** @param {Parallel} view */
  constructor(view) {
    Object.assign(this, { view, model: view.model, slide: null });
    view.canvas.overlay.addEventListener("pointerdown", () => this.hold());
    this.model.on("importance", () => this.#arrived());
  }

  /** Leave the axes where they are until asked: the analyst, or a script, has taken hold of them. */
  hold() {
    this.#open = false;
  }

  /** Whether the axes could stand in another order by importance than they do. */
  get askable() {
    const { settings, importance, axisRanking } = this.model;
    const { whole } = importance;
    return Boolean(whole?.single) && (settings.order !== null || String(byImportance(whole.single)) !== String(axisRanking));
  }

  /** Order the axes by importance now; they slide to their new places. */
  ask() {
    this.slide = { from: new Map(this.view.axesShown.map(({ name, x }) => [name, x])), start: null };
    this.model.axisRanking = byImportance(this.model.importance.whole.single);
    this.model.set("order", null);
  }

  /** Where an axis stands while axes slide, in pixels. */
  at({ name, x }) {
    const from = this.slide?.from.get(name);
    if (from === undefined || this.slide.start === null) return x;
    const t = Math.min(1, (performance.now() - this.slide.start) / SLIDE_MS);
    return from + (x - from) * t * t * (3 - 2 * t);
  }

  /** Let the axes slide from where they were, after a layout; the lines are faint until they are there. */
  run() {
    if (!this.slide || this.slide.start !== null) return;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.slide = null;
      return;
    }
    this.slide.start = performance.now();
    this.view.host.classList.add("tr-sliding");
    const step = () => {
      if (!this.slide) return;
      if (performance.now() - this.slide.start >= SLIDE_MS) {
        this.slide = null;
        this.view.host.classList.remove("tr-sliding");
      } else {
        requestAnimationFrame(step);
      }
      this.view.invalidate("axes");
    };
    requestAnimationFrame(step);
  }

  /** The first answer about a study that was opened orders its axes, unless they are held. */
  #arrived() {
    const { study, state, whole } = this.model.importance;
    if (study !== this.#study) {
      this.#study = study;
      this.#open = true;
    }
    if (!this.#open || state === "loading") return;
    this.#open = false;
    this.model.axisRanking = whole?.single ? byImportance(whole.single) : null;
    this.view.invalidate("data");
  }
}
