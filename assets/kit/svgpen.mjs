/**
 * A pen that writes SVG: the part of a canvas' 2-D context that the views use. Pure.
 *
 * What it is given as text stays text: everything is escaped, and nothing but shapes, text and images is ever written.
 */

const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const ANCHORS = { left: "start", start: "start", center: "middle", right: "end", end: "end" };
const BASELINES = { alphabetic: "auto", middle: "central", top: "text-before-edge", hanging: "hanging", bottom: "text-after-edge" };

/** Text as it may stand in XML; what XML cannot hold is left out. */
export function escapeXml(text) {
  return String(text).replace(NOT_XML, "").replace(/[&<>"']/g, (sign) => ESCAPES[sign]);
}

const short = (value) => String(Math.round(value * 100) / 100);

export class SvgPen {
  /** @param {(text: string, font: string) => TextMetrics} measure how wide a text is */
  constructor(measure) {
    Object.assign(this, { measure, parts: [], path: [], dash: [], stack: [], round: null });
    Object.assign(this, { fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, lineJoin: "miter", lineCap: "butt", globalAlpha: 1 });
    Object.assign(this, { font: "12px sans-serif", textAlign: "left", textBaseline: "alphabetic", globalCompositeOperation: "source-over" });
    /** Radius as which full circles are drawn filled, for marks; null: as they are. */
    this.dots = null;
  }

  // --- paths ----------------------------------------------------------------------------------------------------------

  beginPath() {
    this.path = [];
    this.round = null;
  }

  moveTo(x, y) {
    this.path.push(`M${short(x)} ${short(y)}`);
  }

  lineTo(x, y) {
    this.path.push(`${this.path.length ? "L" : "M"}${short(x)} ${short(y)}`);
  }

  rect(x, y, width, height) {
    this.path.push(`M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`);
  }

  arc(x, y, radius, from, to) {
    const at = (angle) => `${short(x + radius * Math.cos(angle))} ${short(y + radius * Math.sin(angle))}`;
    const r = short(radius);
    if (Math.abs(to - from) >= 2 * Math.PI - 1e-9) {
      (this.round ??= []).push([x, y]);
      this.path.push(`M${at(0)}A${r} ${r} 0 1 1 ${at(Math.PI)}A${r} ${r} 0 1 1 ${at(0)}Z`);
    } else {
      const large = Math.abs(to - from) > Math.PI ? 1 : 0;
      this.path.push(`${this.path.length ? "L" : "M"}${at(from)}A${r} ${r} 0 ${large} ${to > from ? 1 : 0} ${at(to)}`);
    }
  }

  stroke() {
    if (this.dots !== null && this.round) this.#discs();
    else if (this.path.length) this.#add("path", { d: this.path.join(""), fill: "none", ...this.#line() });
  }

  fill() {
    if (this.path.length) this.#add("path", { d: this.path.join(""), fill: this.fillStyle });
  }

  #discs() {
    for (const [x, y] of this.round) this.#add("circle", { cx: short(x), cy: short(y), r: short(this.dots), fill: this.strokeStyle });
  }

  // --- rectangles, text, images ----------------------------------------------------------------------------------------

  fillRect(x, y, width, height) {
    this.#add("rect", { ...box(x, y, width, height), fill: this.fillStyle });
  }

  strokeRect(x, y, width, height) {
    this.#add("rect", { ...box(x, y, width, height), fill: "none", ...this.#line() });
  }

  /** Nothing is under a new drawing, so there is nothing to clear. */
  clearRect() {}

  fillText(text, x, y) {
    this.#text(text, x, y, { fill: this.fillStyle });
  }

  strokeText(text, x, y) {
    this.#text(text, x, y, { fill: "none", ...this.#line() });
  }

  measureText(text) {
    return this.measure(text, this.font);
  }

  /** An image from a data URL. */
  image(href, x, y, width, height) {
    this.#add("image", { ...box(x, y, width, height), href, preserveAspectRatio: "none" });
  }

  #text(text, x, y, paint) {
    const attributes = { x: short(x), y: short(y), "text-anchor": ANCHORS[this.textAlign], "dominant-baseline": BASELINES[this.textBaseline] };
    this.#add("text", { ...attributes, style: `font: ${this.font}`, ...paint }, text);
  }

  // --- state ----------------------------------------------------------------------------------------------------------

  setLineDash(dash) {
    this.dash = [...dash];
  }

  save() {
    const { fillStyle, strokeStyle, lineWidth, lineJoin, lineCap, globalAlpha, font, textAlign, textBaseline, dash } = this;
    this.stack.push({ fillStyle, strokeStyle, lineWidth, lineJoin, lineCap, globalAlpha, font, textAlign, textBaseline, dash });
    this.parts.push("<g>");
  }

  restore() {
    Object.assign(this, this.stack.pop());
    this.parts.push("</g>");
  }

  translate(x, y) {
    this.#turn(`translate(${short(x)} ${short(y)})`);
  }

  rotate(angle) {
    this.#turn(`rotate(${short((angle * 180) / Math.PI)})`);
  }

  /** A transform holds until `restore`: it is written into the group that `save` opened. */
  #turn(transform) {
    const open = this.parts.findLastIndex((part) => part.startsWith("<g"));
    const before = this.parts[open].match(/transform="([^"]*)"/)?.[1] ?? "";
    this.parts[open] = `<g transform="${`${before} ${transform}`.trim()}">`;
  }

  #line() {
    const { strokeStyle, lineWidth, lineJoin, lineCap, dash } = this;
    return {
      stroke: strokeStyle,
      "stroke-width": short(lineWidth),
      "stroke-linejoin": lineJoin === "miter" ? undefined : lineJoin,
      "stroke-linecap": lineCap === "butt" ? undefined : lineCap,
      "stroke-dasharray": dash.length ? dash.map(short).join(" ") : undefined,
    };
  }

  #add(tag, attributes, text = null) {
    const all = { ...attributes, opacity: this.globalAlpha === 1 ? undefined : short(this.globalAlpha) };
    const written = Object.entries(all).filter(([, value]) => value !== undefined).map(([name, value]) => ` ${name}="${escapeXml(value)}"`);
    this.parts.push(`<${tag}${written.join("")}${text === null ? "/>" : `>${escapeXml(text)}</${tag}>`}`);
  }

  /** The whole drawing as an SVG document of a size in CSS pixels. */
  document(width, height, title) {
    const size = `width="${short(width)}" height="${short(height)}" viewBox="0 0 ${short(width)} ${short(height)}"`;
    const head = `<svg xmlns="http://www.w3.org/2000/svg" ${size}><title>${escapeXml(title)}</title>`;
    return `<?xml version="1.0" encoding="UTF-8"?>\n${head}\n${this.parts.join("\n")}\n</svg>\n`;
  }
}

const box = (x, y, width, height) => ({
  x: short(Math.min(x, x + width)),
  y: short(Math.min(y, y + height)),
  width: short(Math.abs(width)),
  height: short(Math.abs(height)),
});
