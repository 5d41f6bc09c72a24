/** Small drawings that views share: axes, ticks, brushes. They draw on a 2-D context or its SVG twin. */
import { shortLabels } from "./axes.mjs";

/** A category's label has at least this many pixels, even if its neighbours then have none. */
const NARROW = 44;

/** A straight line in a colour. */
export function line(pen, x0, y0, x1, y1, colour, width = 1) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}

/** Text with a halo, readable over marks; align is left, center or right, baseline as in canvas. */
export function text(pen, string, x, y, colour, align = "left", baseline = "alphabetic") {
  pen.fillStyle = colour;
  pen.textAlign = align;
  pen.textBaseline = baseline;
  if (pen.halo) {
    pen.strokeStyle = pen.halo;
    pen.lineWidth = 3;
    pen.lineJoin = "round";
    pen.strokeText(string, x, y);
  }
  pen.fillText(string, x, y);
  pen.textAlign = "left";
  pen.textBaseline = "alphabetic";
}

/** Text shortened with … until it is at most `width` pixels wide. */
export function fit(pen, string, width) {
  if (pen.measureText(string).width <= width) return string;
  let end = string.length;
  while (end > 1 && pen.measureText(`${string.slice(0, end)}…`).width > width) end--;
  return `${string.slice(0, end)}…`;
}

/** Names at most `width` pixels wide, each by itself: its end after an …, or where two would look alike its beginning too. */
export function fitTails(pen, names, width) {
  const cut = (name, head) => {
    let start = head;
    const label = () => (start > head ? `${name.slice(0, head)}…${name.slice(start)}` : name);
    while (start < name.length - 1 && pen.measureText(label()).width > width) start++;
    return label();
  };
  const tails = names.map((name) => cut(name, 0));
  return tails.map((label, i) => (tails.indexOf(label) === tails.lastIndexOf(label) ? label : cut(names[i], 7)));
}

/** Text in lines at most `width` pixels wide. */
export function paragraph(pen, string, x, y, width, colour) {
  const lines = [""];
  for (const word of string.split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (lines.at(-1) && pen.measureText(longer).width > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  lines.forEach((words, i) => text(pen, fit(pen, words, width), x, y + 18 * i, colour));
}

/**
 * Names of columns, at most `width` pixels wide where letters allow: whole, else without their common prefix, else with the
 * middle elided, else with their ends only; no two alike.
 */
export function fitNames(pen, names, width) {
  const fits = (labels) => labels.every((label) => pen.measureText(label).width <= width);
  if (fits(names)) return names;
  for (let length = 40; length > 5; length--) {
    const labels = shortLabels(names, length);
    if (fits(labels)) return labels;
  }
  return fitTails(pen, names, width);
}

/**
 * A vertical axis at x with ticks to its left (or right), labels thinned so that they never overlap; about a tick each `gap` pixels.
 * @returns {{tick: number, y: number, width: number}[]} the labels, for those who let them be pressed
 */
export function verticalAxis(pen, scale, x, style, { side = "left", room = 60, every = 14, gap = 40 } = {}) {
  line(pen, x, scale.p0, x, scale.p1, style.grid);
  let last = null;
  const labelOf = tickLabels(pen, scale, room);
  const count = Math.max(2, Math.floor(Math.abs(scale.p1 - scale.p0) / gap));
  const labels = [];
  for (const tick of [...scale.ticks(count)].sort((a, b) => scale.toPixel(a) - scale.toPixel(b))) {
    const y = scale.toPixel(tick);
    if (last !== null && y - last < every) continue;
    last = y;
    const out = side === "left" ? -1 : 1;
    line(pen, x, y, x + 4 * out, y, style.grid);
    const label = labelOf(tick);
    text(pen, label, x + 6 * out, y, style.muted, side === "left" ? "right" : "left", "middle");
    labels.push({ tick, y, width: pen.measureText(label).width });
  }
  return labels;
}

/** A horizontal axis at y with tick labels below. */
export function horizontalAxis(pen, scale, y, style, { gap = 70 } = {}) {
  line(pen, scale.p0, y, scale.p1, y, style.grid);
  let last = null;
  const labelOf = tickLabels(pen, scale, scale.category ? Math.max(Math.abs(scale.band) - 4, NARROW) : Infinity);
  const count = Math.max(2, Math.floor(Math.abs(scale.p1 - scale.p0) / gap));
  for (const tick of [...scale.ticks(count)].sort((a, b) => scale.toPixel(a) - scale.toPixel(b))) {
    const x = scale.toPixel(tick);
    const label = labelOf(tick);
    const half = pen.measureText(label).width / 2;
    if (last !== null && x - half < last + 6) continue;
    last = x + half;
    line(pen, x, y, x, y + 4, style.grid);
    text(pen, label, x, y + 7, style.muted, "center", "top");
  }
}

/** Text of a tick, at most `room` pixels wide; of categories that are too wide the common prefix goes first, numbers are never cut. */
function tickLabels(pen, scale, room) {
  if (!scale.category) return (tick) => (pen.measureText(scale.format(tick)).width <= room ? scale.format(tick) : "");
  const names = scale.order.map((code) => scale.format(code));
  const wide = names.some((name) => pen.measureText(name).width > room);
  const short = wide ? shortLabels(names, 14) : names;
  return (code) => fit(pen, short[scale.position[code]], room);
}

/** A brushed area with its edges. */
export function brushBox(pen, x, y, width, height, style) {
  pen.globalAlpha = 0.16;
  pen.fillStyle = style.accent;
  pen.fillRect(x, y, width, height);
  pen.globalAlpha = 1;
  pen.strokeStyle = style.accent;
  pen.lineWidth = 1.5;
  pen.strokeRect(x, y, width, height);
}

/** A ring around a point, as the mark of a pinned or focused row. */
export function ring(pen, x, y, radius = 5) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.stroke();
}
