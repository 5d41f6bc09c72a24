/**
 * Slices (HyperTuner, Fig. 6): a grid of small scatter plots, hyperparameters across, metrics down, both chosen.
 *
 * A rectangle in a cell is a brush of its hyperparameter and one of its metric; every cell shows the brushes of its own.
 */
import { parallelAxes } from "../axes.mjs";
import { drawBands, inBox, pairBoxes, pairTarget } from "../boxes.mjs";
import { brushBox, fit, fitNames, horizontalAxis, line, ring, text, verticalAxis } from "../draw.mjs";
import { explained } from "../explained.mjs";
import { mountMenu } from "../menu.mjs";
import { noteTarget, toolsOf } from "../notes.mjs";
import { dotOpacity, dotRadius, Dots, mostWeight, nearest, positions } from "../points.mjs";
import { scaleOf } from "../scale.mjs";
import { beyondText, trimmed } from "../trim.mjs";
import { View } from "../view.mjs";

const MOST = 6;
const CELL = 124;
const NARROWEST = 72;
const LEFT = 60;
const RIGHT = 12;
const GAP = 22;
const INSET = 6;
const TOP = 20;
const BOTTOM = 58;

/**
 * The hyperparameters that a first look shows: all that vary, in their order; of many those that explain most.
 * @returns {string[]}
 */
export function defaultColumns(model) {
  const { axes, folded } = parallelAxes(model, null);
  const names = [...axes, ...folded].filter((name) => model.params.includes(name));
  if (names.length <= MOST || !model.range) return names.slice(0, MOST);
  const share = new Map(
    names.map((name) => {
      const { values, kind } = model.table.columns.get(name);
      return [name, explained(values, kind === "category", model.performance)];
    }),
  );
  const best = [...names].sort((a, b) => share.get(b) - share.get(a)).slice(0, MOST);
  return names.filter((name) => best.includes(name));
}

export class Slices extends View {
  constructor(host, model, painter) {
    super(host, model, painter);
    const slot = toolsOf(host);
    this.#menu(slot, "columns", () => model.params);
    this.#menu(slot, "rows", () => model.metrics);
  }

  #menu(slot, side, offered) {
    const items = () => offered().map((name) => ({ name, on: this.names()[side].includes(name) }));
    mountMenu(slot, side, items, (name, on) => {
      const now = this.names()[side].filter((other) => other !== name);
      this.model.set("slices", { ...this.model.settings.slices, [side]: on ? [...now, name] : now });
    });
  }

  /** Columns and rows: what the analyst chose, else the default. */
  names() {
    const { model } = this;
    const chosen = model.settings.slices ?? {};
    const known = (names) => names?.filter((name) => model.table.columns.has(name));
    const first = model.objective?.name ?? model.metrics[0];
    return { columns: known(chosen.columns) ?? this.#first(), rows: known(chosen.rows) ?? (first ? [first] : []) };
  }

  /** The default columns, kept while a study grows, so that they do not change under the analyst's eyes. */
  #first() {
    const { model } = this;
    const key = JSON.stringify([model.shown, model.params, model.objective?.name]);
    if (this.firstKey !== key || model.table.rows > 2 * this.firstRows) {
      Object.assign(this, { firstKey: key, firstRows: model.table.rows, firstColumns: defaultColumns(model) });
    }
    return this.firstColumns;
  }

  needs() {
    return Math.max(1, this.names().rows.length) * CELL + BOTTOM;
  }

  // --- layout -------------------------------------------------------------------------------------------------------

  geometry(width, height) {
    const { model } = this;
    const { columns, rows } = this.names();
    const fitting = Math.max(1, Math.floor((width - LEFT - RIGHT + GAP) / (NARROWEST + GAP)));
    this.columns = columns.slice(0, fitting);
    this.hiddenColumns = columns.slice(fitting);
    this.rows = rows;
    this.size = (width - LEFT - RIGHT + GAP) / Math.max(1, this.columns.length) - GAP;
    const xs = this.columns.map((name, c) => this.#column(name, LEFT + c * (this.size + GAP)));
    this.area = this.size * (CELL - TOP);
    this.radius = Math.min(3, dotRadius(model.table.rows, this.area));
    this.most = mostWeight(model.table.rows, this.area, this.radius);
    const canvas = { dpr: this.dpr, width, height };
    const down = rows.map((name, r) => this.#row(name, r));
    this.beyond = down.map(({ name, short }) => [name, beyondText(short)]).filter(([, words]) => words);
    this.cells = down.flatMap((row) => xs.map((column) => this.#cell(column, row, canvas)));
  }

  #column(name, x) {
    const scale = scaleOf(this.model.axis(name), x + INSET, x + this.size - INSET);
    return { name, scale, left: x, right: x + this.size, at: positions(scale, this.model.table.columns.get(name).values, 0) };
  }

  #row(name, r) {
    const { values } = this.model.table.columns.get(name);
    const short = trimmed(this.model.axis(name), values);
    const { axis } = short;
    const [top, bottom] = [r * CELL + TOP, (r + 1) * CELL - 6];
    const down = axis.direction === "minimize";
    const scale = scaleOf(axis, down ? top + INSET : bottom - INSET, down ? bottom - INSET : top + INSET);
    return { name, scale, short, top, bottom, at: positions(scale, values, 1) };
  }

  #cell(column, row, canvas) {
    return {
      x: column.name,
      y: row.name,
      xScale: column.scale,
      yScale: row.scale,
      plot: [column.left, column.right, row.top, row.bottom],
      xs: column.at,
      ys: row.at,
      dots: new Dots(column.at, row.at, this.model.comparable, canvas, this.radius, this.most),
    };
  }

  opacity(count) {
    return dotOpacity(count, this.area, this.radius);
  }

  shapes() {
    return this.cells.map(({ dots }) => dots);
  }

  // --- pictures -----------------------------------------------------------------------------------------------------

  axes(pen) {
    const { style, model } = this;
    if (!this.cells.length) {
      text(pen, "Choose at least one hyperparameter and one metric under columns and rows.", 8, 20, style.muted);
      return;
    }
    this.cells.forEach((cell, i) => {
      const [left, right, top, bottom] = cell.plot;
      line(pen, left, bottom, right, bottom, style.grid);
      line(pen, left, top, left, bottom, style.grid);
      if (i % this.columns.length === 0) this.#rowAxis(pen, cell);
    });
    const labels = fitNames(pen, this.columns, this.size + GAP - 8);
    const bottom = this.rows.length * CELL - 6;
    this.columns.forEach((name, c) => {
      const { xScale } = this.cells[c];
      horizontalAxis(pen, xScale, bottom, style, { gap: 48 });
      text(pen, labels[c], (xScale.p0 + xScale.p1) / 2, bottom + 36, style.ink, "center");
    });
    this.note = this.#note(model);
    text(pen, fit(pen, this.note, this.width - 16), 8, this.height - 4, style.muted);
  }

  #rowAxis(pen, { y, yScale, plot: [left, right, top] }) {
    verticalAxis(pen, yScale, left, this.style, { room: LEFT - 10, gap: 22 });
    const better = this.model.axis(y).direction ? " ↑ better" : "";
    text(pen, fit(pen, y + better, right), 8, top - 8, this.style.ink);
  }

  #note(model) {
    const missing = this.columns.filter((name) => model.table.columns.get(name).values.some(Number.isNaN));
    const unseen = this.rows.filter((name) => !model.table.columns.get(name).values.every(Number.isFinite));
    return [
      missing.length ? `without a dot where inactive or missing: ${missing.join(", ")}` : "",
      unseen.length ? `without a dot where missing or infinite: ${unseen.join(", ")}` : "",
      this.beyond.length ? `at the end of the axis: ${this.beyond.map((pair) => pair.join(" ")).join("; ")}` : "",
      this.hiddenColumns.length ? `no room for ${this.hiddenColumns.join(", ")}` : "",
    ].filter(Boolean).join(" · ");
  }

  brushes(pen) {
    for (const cell of this.cells) {
      drawBands(pen, this.model, cell, this.style);
      for (const { box: [x0, x1, y0, y1], i, j } of pairBoxes(this.model, cell)) {
        if (i >= 0 && j >= 0) brushBox(pen, x0, y0, Math.max(1, x1 - x0), Math.max(1, y1 - y0), this.style);
      }
    }
  }

  trace(pen, row) {
    const shown = this.cells.filter(({ xs, ys }) => !Number.isNaN(xs[row] + ys[row]));
    return shown.map(({ xs, ys }) => {
      ring(pen, xs[row], ys[row]);
      return [xs[row] + 12, ys[row] - 10];
    });
  }

  #cellAt(x, y, margin) {
    return this.cells.find(({ plot }) => inBox(plot, x, y, margin));
  }

  rowAt(x, y) {
    const cell = this.#cellAt(x, y, 3);
    return cell ? nearest(cell.xs, cell.ys, x, y, this.model.mask) : -1;
  }

  target(x, y, event) {
    const cell = this.#cellAt(x, y, 5);
    return cell ? pairTarget(this, cell, x, y, event.shiftKey) : noteTarget(this, this.note, y);
  }

  describe() {
    return `Slices of ${this.rows.join(", ")} over ${this.columns.join(", ")}. ${super.describe()}`;
  }
}
