/**
 * What every canvas view is made of.
 *
 * A view has four layers: *context* (all rows in quiet grey) and *axes* (with their labels, over the marks), painted when
 * rows, size or theme change; between them *marks* (the selected rows in colour; a brush step adds and removes only the
 * rows it changes); on top *overlay* (brushes, pins, focus). A subclass says where things are, the rest is here.
 */
import { Accumulator } from "./accumulator.mjs";
import { css, ramp } from "./colour.mjs";
import { text } from "./draw.mjs";
import { attachGestures } from "./gestures.mjs";
import { readStyle } from "./painter.mjs";

const FRAME_BUDGET = 30;
const SLICED_ABOVE = 20000;
const CONTEXT_SAMPLE = 20000;
const LAYERS = ["context", "marks", "axes", "overlay"];

export class View {
  /** @param {HTMLElement} host @param {Model} model @param {Painter} painter */
  constructor(host, model, painter) {
    Object.assign(this, { host, model, painter, pending: new Set(["data"]), drawn: new Uint8Array(0), complete: true });
    host.classList.add("tr-view");
    host.setAttribute("role", "img");
    this.canvas = {};
    for (const layer of LAYERS) {
      this.canvas[layer] = host.appendChild(document.createElement("canvas"));
      this.canvas[layer].className = `tr-${layer}`;
    }
    attachGestures(this);
    new ResizeObserver(() => this.invalidate("data")).observe(host);
  }

  // --- for subclasses -----------------------------------------------------------------------------------------------

  /** Height in CSS pixels that the content needs; null keeps the stylesheet's. */
  needs() {
    return null;
  }

  /** Compute scales and positions for a width and height in CSS pixels. */
  geometry() {}

  /** Add (sign 1) or remove (-1) the marks of a row in an accumulator (device pixels: multiply by this.dpr). */
  mark() {}

  /** Whether rows have marks of their own; a view of areas alone (bars) needs no sums per pixel. */
  get perRow() {
    return true;
  }

  /** Fill the areas of all rows, in quiet grey under their marks. */
  backdrop() {}

  /** Fill the areas of the selected rows, under their marks; at every brush step. Areas must not overlap. */
  fills() {}

  /** Draw axes and labels on a pen (a 2-D context or its SVG twin), in CSS pixels. */
  axes() {}

  /** Draw what goes over the marks: brushes. */
  brushes() {}

  /** Draw one row as lines or rings on a pen with its current style; returns where its label may stand: [x, y], several of them, or null. */
  trace() {
    return null;
  }

  /** Nearest row at a point, or -1. */
  rowAt() {
    return -1;
  }

  /** What a press at a point starts, see gestures.mjs; null: nothing. */
  target() {
    return null;
  }

  /** One sentence on what the view shows now, for screen readers. */
  describe() {
    return `${this.model.selected} of ${this.model.table.rows} trials selected`;
  }

  /** Opacity of one mark when `count` of them are drawn. */
  opacity(count) {
    return Math.min(0.85, 14 / Math.sqrt(count + 1));
  }

  // --- painting -----------------------------------------------------------------------------------------------------

  /** Ask for a repaint: "data" everything, "brush" marks and overlay, "focus" overlay only. */
  invalidate(what) {
    this.pending.add(what);
    this.painter.schedule();
  }

  get visible() {
    return this.host.offsetParent !== null;
  }

  /** Paint what is pending; true if marks are still missing, so that another frame is needed. */
  frame() {
    if (!this.visible || !this.pending.size) return false;
    if (this.pending.has("data")) this.#layout();
    const onlyFocus = this.pending.size === 1 && this.pending.has("focus");
    this.pending.clear();
    if (!this.ready) return false;
    if (!onlyFocus) this.#paintMarks();
    this.#paintOverlay();
    if (!this.complete) this.pending.add("brush");
    return !this.complete;
  }

  #layout() {
    const needed = this.needs();
    if (needed !== null) this.host.style.height = `${needed}px`;
    this.width = this.host.clientWidth;
    this.height = this.host.clientHeight;
    this.ready = this.width > 0 && this.height > 0;
    if (!this.ready) return;
    this.dpr = window.devicePixelRatio || 1;
    this.style = readStyle(this.host);
    this.ramp = ramp(this.style.dark ? "dark" : "light");
    this.geometry(this.width, this.height);
    const [w, h] = [Math.round(this.width * this.dpr), Math.round(this.height * this.dpr)];
    for (const layer of LAYERS) Object.assign(this.canvas[layer], { width: w, height: h });
    this.accumulator = this.perRow ? new Accumulator(w, h) : null;
    this.#paintContext();
    this.accumulator?.clear();
    this.drawn = new Uint8Array(this.model.table.rows);
  }

  pen(layer) {
    const pen = this.canvas[layer].getContext("2d");
    pen.setTransform(this.dpr, 0, 0, this.dpr, 0, 0);
    pen.font = this.style.font;
    pen.halo = this.style.surface;
    return pen;
  }

  #paintContext() {
    const pen = this.pen("context");
    if (this.perRow) this.#paintRows(pen);
    beneath(pen, () => this.backdrop(pen));
    this.axes(this.pen("axes"));
  }

  /** All rows in grey; of very many a sample. */
  #paintRows(pen) {
    const { rows } = this.model.table;
    const every = Math.max(1, Math.ceil(rows / CONTEXT_SAMPLE));
    this.sampleNote = every > 1 ? `grey: sample of ${Math.ceil(rows / every).toLocaleString("en")}` : "";
    for (let row = 0; row < rows; row += every) this.mark(row, 1, 0, 1, this.accumulator);
    const grey = new Uint32Array(256).fill(this.style.contextPixel);
    pen.putImageData(this.accumulator.resolve(grey, 0.5 * this.opacity(rows / every)), 0, 0);
  }

  #paintMarks() {
    const pen = this.pen("marks");
    if (this.perRow) {
      this.complete = this.#syncMarks();
      pen.putImageData(this.accumulator.resolve(this.ramp, this.opacity(this.model.selected)), 0, 0);
    } else {
      pen.clearRect(0, 0, this.width, this.height);
    }
    beneath(pen, () => this.fills(pen));
  }

  /** Bring the accumulator to the mask; false if time ran out (only with very many rows). */
  #syncMarks() {
    const { mask, colours, selected } = this.model;
    const { drawn, accumulator } = this;
    let changes = 0;
    for (let row = 0; row < mask.length; row++) changes += mask[row] ^ drawn[row];
    if (changes > selected) {
      accumulator.clear();
      drawn.fill(0);
    }
    const deadline = mask.length > SLICED_ABOVE ? performance.now() + FRAME_BUDGET : Infinity;
    for (let row = 0; row < mask.length; row++) {
      if (mask[row] === drawn[row]) continue;
      this.mark(row, markWeight(colours[row]), colours[row], mask[row] ? 1 : -1, accumulator);
      drawn[row] = mask[row];
      if ((row & 255) === 0 && performance.now() > deadline) return false;
    }
    return true;
  }

  #paintOverlay() {
    const pen = this.pen("overlay");
    pen.clearRect(0, 0, this.width, this.height);
    this.drawOverlay(pen);
    this.host.setAttribute("aria-label", this.describe());
  }

  /** Brushes, the pins with their numbers, and the focus. */
  drawOverlay(pen) {
    this.brushes(pen);
    for (const { row, label } of this.model.pinnedRows) this.#highlight(pen, row, this.style.ink, label);
    if (this.model.focusRow >= 0) this.#highlight(pen, this.model.focusRow, this.style.focus, "");
    const notes = [this.complete ? "" : "drawing all selected trials …", this.sampleNote].filter(Boolean);
    if (notes.length) text(pen, notes.join(" · "), this.width - 8, this.height - 4, this.style.muted, "right");
  }

  #highlight(pen, row, colour, label) {
    pen.lineWidth = 5;
    pen.strokeStyle = this.style.surface;
    pen.setLineDash([]);
    this.trace(pen, row);
    pen.lineWidth = 2;
    pen.strokeStyle = colour;
    const at = this.trace(pen, row);
    if (!label || !at) return;
    for (const spot of typeof at[0] === "number" ? [at] : at) this.#label(pen, spot, colour, label);
  }

  #label(pen, [x, y], colour, label) {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.arc(x, y, 8, 0, 2 * Math.PI);
    pen.fill();
    pen.fillStyle = this.style.surface;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(label, x, y);
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
  }

  /** CSS colour of a row's performance. */
  colourOf(row) {
    return css(this.ramp[this.model.colours[row]]);
  }
}

/** Draw under what is on a canvas already. */
function beneath(pen, draw) {
  pen.globalCompositeOperation = "destination-over";
  draw();
  pen.globalCompositeOperation = "source-over";
}

/** Better rows weigh more, so that they show in a crowd: 1 … 8. */
export function markWeight(colour) {
  return 1 + Math.round(7 * (colour / 255) ** 3);
}
