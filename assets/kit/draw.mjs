/** Small drawings that views share: axes, ticks, brushes. They draw on a 2-D context or its SVG twin. */

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

/** A vertical axis at x with ticks to its left (or right), labels thinned so that they never overlap. */
export function verticalAxis(pen, scale, x, style, { side = "left", room = 60, every = 14 } = {}) {
  line(pen, x, scale.p0, x, scale.p1, style.grid);
  let last = null;
  const count = Math.max(2, Math.floor(Math.abs(scale.p1 - scale.p0) / 40));
  for (const tick of [...scale.ticks(count)].sort((a, b) => scale.toPixel(a) - scale.toPixel(b))) {
    const y = scale.toPixel(tick);
    if (last !== null && y - last < every) continue;
    last = y;
    const out = side === "left" ? -1 : 1;
    line(pen, x, y, x + 4 * out, y, style.grid);
    const label = fit(pen, scale.format(tick), room);
    text(pen, label, x + 6 * out, y, style.muted, side === "left" ? "right" : "left", "middle");
  }
}

/** A horizontal axis at y with tick labels below. */
export function horizontalAxis(pen, scale, y, style, { every = 46 } = {}) {
  line(pen, scale.p0, y, scale.p1, y, style.grid);
  let last = null;
  const count = Math.max(2, Math.floor(Math.abs(scale.p1 - scale.p0) / 70));
  for (const tick of [...scale.ticks(count)].sort((a, b) => scale.toPixel(a) - scale.toPixel(b))) {
    const x = scale.toPixel(tick);
    const room = scale.category ? Math.abs(scale.band) - 4 : Infinity;
    const label = fit(pen, scale.format(tick), room);
    const half = pen.measureText(label).width / 2;
    if (last !== null && x - half < last + 6 && x - half - last < every) continue;
    last = x + half;
    line(pen, x, y, x, y + 4, style.grid);
    text(pen, label, x, y + 7, style.muted, "center", "top");
  }
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
