/**
 * The front of three and more metrics as parallel coordinates: an axis a metric, better at the top, a line a trial that
 * nothing beats; grey the front of all, in colour that of the selected. A drag along an axis is a constraint.
 */
import { frontier } from "../frontier.mjs";
import { brushBox, fit, fitNames, paragraph, text, verticalAxis } from "../draw.mjs";
import { inBox, spansOf } from "../boxes.mjs";
import { css } from "../colour.mjs";
import { intervalTarget } from "../gestures.mjs";
import { noteTarget } from "../notes.mjs";
import { positions } from "../points.mjs";
import { scaleOf } from "../scale.mjs";
import { View } from "../view.mjs";

const HEIGHT = 240;
const EMPTY = 64;
const TOP = 34;
const BOTTOM = 28;
const SIDE = 72;
const HALF_BRUSH = 9;
const NEAR = 6;
const FROM = 3;
const MOST = 2000;

/** Whether there are enough metrics for these axes; two are the plot's. */
export const hasFrontLines = (model) => frontier(model).metrics.length >= FROM;

export class FrontLines extends View {
  constructor(host, model, painter) {
    super(host, model, painter);
    const update = () => {
      host.hidden = !hasFrontLines(model);
    };
    model.on("data", update);
    update();
  }

  get perRow() {
    return false;
  }

  needs() {
    return frontier(this.model).whole.length ? HEIGHT : EMPTY;
  }

  geometry(width, height) {
    const { metrics, directions, whole } = frontier(this.model);
    const gap = (width - 2 * SIDE) / Math.max(1, metrics.length - 1);
    this.gap = gap;
    this.lines = metrics.map((name, i) => {
      const axis = this.model.axis(name);
      const { values } = this.model.table.columns.get(name);
      const spread = whole.map((row) => values[row]).filter((value) => !axis.log || value > 0);
      const domain = spread.length ? { low: spread.reduce((a, b) => Math.min(a, b)), high: spread.reduce((a, b) => Math.max(a, b)) } : {};
      const down = directions[i] === "minimize";
      const [top, bottom] = [TOP, Math.max(TOP + 40, height - BOTTOM)];
      const scale = scaleOf({ ...axis, ...domain }, down ? top : bottom, down ? bottom : top);
      return { name, scale, x: SIDE + i * gap, top, bottom, ys: positions(scale, values, 1) };
    });
    const sample = whole.length > MOST ? `, at most ${MOST} of them drawn` : "";
    this.note = `axes span the front of all: ${whole.length} trials${sample}`;
  }

  /** One row as a line; axes without a value of it are passed over. */
  #path(pen, row) {
    pen.beginPath();
    for (const { x, ys } of this.lines) if (ys[row] === ys[row]) pen.lineTo(x, ys[row]);
    pen.stroke();
  }

  #strokes(pen, rows, colourOf, alpha) {
    pen.globalAlpha = alpha;
    pen.lineWidth = 1.5;
    const every = Math.ceil(rows.length / MOST);
    for (let i = 0; i < rows.length; i += every) {
      pen.strokeStyle = colourOf(rows[i]);
      this.#path(pen, rows[i]);
    }
    pen.globalAlpha = 1;
  }

  backdrop(pen) {
    const { whole } = frontier(this.model);
    const grey = css(this.style.contextPixel);
    this.#strokes(pen, whole, () => grey, Math.min(0.8, Math.max(0.15, 30 / whole.length)));
  }

  fills(pen) {
    const { selected } = frontier(this.model);
    this.#strokes(pen, selected, (row) => this.colourOf(row), Math.min(0.9, Math.max(0.2, 40 / selected.length)));
  }

  axes(pen) {
    const { metrics, whole } = frontier(this.model);
    if (!whole.length) return paragraph(pen, `No completed trial has all of ${metrics.join(", ")}.`, 8, 24, this.width - 16, this.style.muted);
    const labels = fitNames(pen, this.lines.map(({ name }) => name), Math.max(56, this.gap - 12));
    this.lines.forEach(({ scale, x }, i) => {
      verticalAxis(pen, scale, x, this.style, { room: i ? Math.min(60, this.gap * 0.6) : SIDE - 10 });
      text(pen, `${labels[i]} ↑`, x, 14, this.style.ink, "center");
    });
    text(pen, fit(pen, this.note, this.width - 16), 8, this.height - 5, this.style.muted);
  }

  brushes(pen) {
    for (const { name, scale, x } of this.lines) {
      for (const [a, b] of spansOf(this.model, name, scale)) brushBox(pen, x - HALF_BRUSH, a, 2 * HALF_BRUSH, Math.max(1, b - a), this.style);
    }
  }

  trace(pen, row) {
    const { whole, selected } = frontier(this.model);
    if (!whole.includes(row) && !selected.includes(row)) return null;
    this.#path(pen, row);
    const last = this.lines.at(-1);
    return [last.x + 14, last.ys[row]];
  }

  rowAt(x, y) {
    const right = this.lines.findIndex((line) => line.x >= x);
    if (right < 1) return -1;
    const [a, b] = [this.lines[right - 1], this.lines[right]];
    if (Math.min(x - a.x, b.x - x) < HALF_BRUSH) return -1;
    const t = (x - a.x) / (b.x - a.x);
    let [best, least] = [-1, NEAR];
    for (const row of frontier(this.model).selected) {
      const away = Math.abs(a.ys[row] + t * (b.ys[row] - a.ys[row]) - y);
      if (away < least) [best, least] = [row, away];
    }
    return best;
  }

  target(x, y, event) {
    if (!frontier(this.model).whole.length) return null;
    const line = this.lines.find((one) => inBox([one.x - 2 * HALF_BRUSH, one.x + 2 * HALF_BRUSH, one.top, one.bottom], x, y, 4));
    if (!line) return noteTarget(this, this.note, y);
    const target = intervalTarget(this, line.name, line.scale, y, (_, toY) => toY, event.shiftKey);
    return { click: () => true, ...target, hint: `drag along ${line.name}: a constraint` };
  }

  describe() {
    const { metrics, whole, selected } = frontier(this.model);
    return `Pareto front over ${metrics.join(", ")}: ${selected.length} of the selected trials, ${whole.length} of all`;
  }
}
