/** The one painter that paints all views in one animation frame, and the colours of the theme that they paint with. */

/** Colours, theme and font of a view's host, from the stylesheet. */
export function readStyle(host) {
  const computed = getComputedStyle(host);
  const get = (name) => computed.getPropertyValue(`--tr-${name}`).trim();
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const packed = (name) => {
    probe.fillStyle = get(name);
    probe.fillRect(0, 0, 1, 1);
    const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
    return r | (g << 8) | (b << 16);
  };
  const names = ["ink", "muted", "grid", "edge", "accent", "surface", "focus"];
  return {
    ...Object.fromEntries(names.map((name) => [name, get(name)])),
    contextPixel: packed("context"),
    surfacePixel: packed("surface"),
    dark: document.documentElement.dataset.bsTheme === "dark",
    font: `12px ${computed.fontFamily}`,
  };
}

/** Paints all views in one animation frame a change. */
export class Painter {
  /** @param {Model} model */
  constructor(model) {
    this.views = [];
    this.scheduled = false;
    this.model = model;
    this.timing = null;
    for (const [event, what] of [["data", "data"], ["brush", "brush"], ["focus", "focus"], ["pins", "focus"]]) {
      model.on(event, () => this.invalidate(what));
    }
    model.on("brush", () => {
      this.timing = null;
    });
  }

  add(view) {
    this.views.push(view);
    this.schedule();
  }

  invalidate(what) {
    for (const view of this.views) view.pending.add(what);
    this.schedule();
  }

  schedule() {
    if (this.scheduled) return;
    this.scheduled = true;
    this.request = requestAnimationFrame(() => this.#frame());
  }

  /** Paint now what is pending, without waiting for the frame: at most once a frame, for the steps of a drag. */
  flush() {
    if (!this.scheduled || this.flushed) return;
    this.flushed = true;
    requestAnimationFrame(() => {
      this.flushed = false;
    });
    cancelAnimationFrame(this.request);
    this.#frame();
  }

  #frame() {
    this.scheduled = false;
    const start = performance.now();
    const unfinished = this.views.map((view) => view.frame()).some(Boolean);
    const end = performance.now();
    const { maskTime, brushTime } = this.model;
    this.timing ??= { mask: maskTime, paint: end - start, total: end - brushTime };
    if (unfinished) this.schedule();
  }
}
