/**
 * What every canvas view is made of.
 *
 * A view has four layers: *context* (all rows in quiet grey) and *axes* (with their labels, over the marks), painted when
 * rows, size or theme change; between them *marks* (the selected rows in colour; a brush step adds and removes only the
 * rows it changes); on top *overlay* (brushes, pins, focus). A subclass says where things are, the rest is here.
 */
import { css, ramp } from "./colour.mjs";
import { attachGestures } from "./gestures.mjs";
import { noteOf } from "./notes.mjs";
import { readStyle } from "./painter.mjs";
import { RowMarks } from "./rowmarks.mjs";
import { kinOf } from "./traces.mjs";

const KIN = 0.75;
const LAYERS = ["context", "marks", "axes", "overlay"];

export class View {
  /** @param {HTMLElement} host @param {Model} model @param {Painter} painter */
  constructor(host, model, painter) {
    Object.assign(this, { host, model, painter, pending: new Set(["data"]), complete: true });
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

  /** What rows are drawn as, in device pixels (multiply by this.dpr): shapes, see rowmarks.mjs; asked after each layout. */
  shapes() {
    return [];
  }

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

  /** Ask for a repaint: "data" everything, "brush" marks and overlay, "context" what is under and over the marks, "axes" axes, "focus" overlay only. */
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
    const { pending } = this;
    const [layout, marks, context, axes] = ["data", "brush", "context", "axes"].map((what) => pending.has(what));
    pending.clear();
    if (layout) this.#layout();
    if (!this.ready) return false;
    if (context && !layout) this.#paintContext();
    else if (axes && !layout) this.#paintAxes();
    if (marks || layout) this.#paintMarks();
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
    if (!this.perRow) this.marks = null;
    else if (this.marks?.width !== w || this.marks.height !== h) this.marks = new RowMarks(w, h);
    this.#paintContext();
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
    else pen.clearRect(0, 0, this.width, this.height);
    beneath(pen, () => this.backdrop(pen));
    this.#paintAxes();
  }

  #paintAxes() {
    const pen = this.pen("axes");
    pen.clearRect(0, 0, this.width, this.height);
    this.axes(pen);
  }

  /** All rows in grey; of very many a sample. */
  #paintRows(pen) {
    const { marks, model } = this;
    marks.follow(this.shapes(), model.colours);
    const grey = new Uint32Array(256).fill(this.style.contextPixel);
    pen.putImageData(marks.grey.resolve(grey, 0.5 * this.opacity(marks.sampled)), 0, 0);
  }

  #paintMarks() {
    const pen = this.pen("marks");
    if (this.perRow) {
      this.complete = this.marks.select(this.model.mask, this.model.selected);
      pen.putImageData(this.marks.coloured.resolve(this.ramp, this.opacity(this.model.selected)), 0, 0);
    } else {
      pen.clearRect(0, 0, this.width, this.height);
    }
    beneath(pen, () => this.fills(pen));
  }

  #paintOverlay() {
    const pen = this.pen("overlay");
    pen.clearRect(0, 0, this.width, this.height);
    this.drawOverlay(pen);
    this.host.setAttribute("aria-label", this.describe());
    const note = this.sampleNote;
    if (this.noted !== note) Object.assign(noteOf(this.host), { textContent: note, title: note });
    this.noted = note;
  }

  /** What of the rows is not drawn, in words; empty if all are. */
  get sampleNote() {
    const { rows } = this.model.table;
    const sampled = this.marks && this.marks.sampled < rows ? `grey: sample of ${this.marks.sampled.toLocaleString("en")}` : "";
    return [this.complete ? "" : "drawing all selected trials …", sampled].filter(Boolean).join(" · ");
  }

  /** Brushes, the pins with their numbers, and the focus. */
  drawOverlay(pen) {
    this.brushes(pen);
    const { pinnedRows, focusRow } = this.model;
    const places = pinnedRows.map(({ row, label }) => ({ at: this.#highlight(pen, row, this.style.ink), label }));
    if (focusRow >= 0) {
      this.#kin(pen, focusRow);
      this.#highlight(pen, focusRow, this.style.focus);
    }
    for (const { at, label } of places) {
      for (const spot of !at || typeof at[0] === "number" ? [at] : at) if (spot) this.#label(pen, spot, this.style.ink, label);
    }
  }

  /** The lineage of a row, fainter than itself. */
  #kin(pen, focus) {
    pen.lineWidth = 1.25;
    pen.globalAlpha = KIN;
    pen.strokeStyle = this.style.focus;
    for (const row of kinOf(this.model, focus)) this.trace(pen, row);
    pen.globalAlpha = 1;
  }

  /** Draw a row over all others; returns where its label may stand, see `trace`. */
  #highlight(pen, row, colour) {
    pen.lineWidth = 5;
    pen.strokeStyle = this.style.surface;
    pen.setLineDash([]);
    this.trace(pen, row);
    pen.lineWidth = 2;
    pen.strokeStyle = colour;
    return this.trace(pen, row);
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
