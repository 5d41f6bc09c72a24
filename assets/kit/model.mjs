/**
 * What all views share: the table of the shown studies, brushes, focus, pins and colours. No DOM.
 *
 * Views never know each other; they listen to the events
 *   data    rows, axes, colours or shown studies changed  brush   brushes or mask changed (during a drag too)
 *   focus   the focused row changed                       commit  brushes came to rest (for links and stores)
 *   pins    the pinned rows changed                       active  the active hyperparameters changed
 *   importance, asked  see importance.mjs                 history, marks  see timeline.mjs, marks.mjs
 */
import { keptRows } from "./archive.mjs";
import { axisOf } from "./axes.mjs";
import { reviveSpace, StudyRows, Table } from "./columns.mjs";
import { History } from "./history.mjs";
import { NO_IMPORTANCE } from "./importance.mjs";
import { bestRow, ranked, RangeKeeper } from "./ranking.mjs";
import { columnsOf, normalize, normalizeBrush, BrushError, Selector } from "./selection.mjs";

export class Model {
  constructor() {
    this.studies = new Map();
    this.rowsOf = new Map();
    this.shown = [];
    this.brushes = {};
    this.history = new History({});
    this.focus = null;
    this.hover = -1;
    this.pins = [];
    this.settings = { objective: null, budget: "highest", order: null, hidden: [], extra: [], range: null, rank: false, active: [], importance: {} };
    this.importance = NO_IMPORTANCE;
    this.listeners = new Map();
    this.keeper = new RangeKeeper();
    this.#rebuild();
  }

  /** @returns {() => void} stops listening */
  on(event, listener) {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
    return () => this.listeners.set(event, this.listeners.get(event).filter((one) => one !== listener));
  }

  emit(event) {
    for (const listener of this.listeners.get(event) ?? []) listener();
  }

  // --- studies and rows ---------------------------------------------------------------------------------------------

  /** Take in the entries of `/api/studies`. */
  setStudies(entries) {
    this.studies = new Map(entries.map((entry) => [entry.id, { ...entry, space: reviveSpace(entry.space) }]));
    this.shown = this.shown.filter((id) => this.studies.has(id));
  }

  /** Take in answers of `/api/columns` by study id, and show these studies. */
  update(answers, shown = this.shown) {
    for (const [id, answer] of answers) {
      if (!this.rowsOf.has(id)) this.rowsOf.set(id, new StudyRows());
      this.rowsOf.get(id).apply(answer);
    }
    this.shown = shown.filter((id) => this.studies.has(id));
    this.#rebuild();
    this.emit("data");
    this.emit("brush");
  }

  /** Entries of the shown studies, in order. */
  get entries() {
    return this.shown.map((id) => this.studies.get(id));
  }

  /** The metric that colour and 'best' go by, with its direction; null if no study has one with a direction. */
  get objective() {
    const metrics = this.entries.flatMap((entry) => entry.metrics).filter((m) => this.table.columns.has(m.name));
    const { objective } = this.settings;
    const chosen = objective && metrics.find((m) => m.name === objective.metric);
    if (chosen) return { ...chosen, direction: objective.direction };
    return metrics.find((m) => m.objective && m.direction) ?? metrics.find((m) => m.direction) ?? null;
  }

  /** Columns that are hyperparameters, in the order of the spaces. */
  get params() {
    const declared = this.entries.flatMap((entry) => Object.keys(entry.space));
    return [...new Set(declared)].filter((name) => this.table.columns.get(name)?.role === "param");
  }

  /** Columns that are metrics, objectives first. */
  get metrics() {
    const names = this.entries.flatMap((entry) => entry.metrics.map((m) => m.name));
    return [...new Set(names)].filter((name) => this.table.columns.has(name));
  }

  axis(name) {
    if (!this.axes.has(name)) this.axes.set(name, axisOf(this.table, name, this.entries));
    const axis = this.axes.get(name);
    return name === this.objective?.name ? { ...axis, direction: this.objective.direction } : axis;
  }

  set(setting, value) {
    this.settings[setting] = value;
    if (setting === "objective" || setting === "budget") this.settings.range = null;
    this.#recolour();
    this.emit("data");
    this.emit("commit");
  }

  /** Set a choice that neither moves nor recolours rows; who depends on it hears `event`. */
  choose(setting, value, event) {
    this.settings[setting] = value;
    this.emit(event);
    this.emit("commit");
  }

  #rebuild() {
    const known = this.shown.filter((id) => this.rowsOf.has(id));
    this.hover = -1;
    this.table = new Table(known.map((id) => [id, keptRows(this.rowsOf.get(id), this.settings.archived)]));
    this.axes = new Map();
    this.selector = new Selector(this.table);
    this.#recolour();
    this.#select(this.#applicable(this.brushes));
  }

  #recolour() {
    Object.assign(this, ranked(this));
  }

  /** Let the colour range follow the present values, after it was held while a study runs. */
  updateRange() {
    this.keeper.release();
    this.set("range", null);
  }

  /** The comparable row with the best objective among those of a mask; -1 if there is none. */
  best(mask = null) {
    return bestRow(this, mask);
  }

  // --- brushes ------------------------------------------------------------------------------------------------------

  /**
   * Set the brush of a column (null removes it).
   * @param {boolean} rest false while a drag goes on: the step is not remembered for undo
   */
  brush(column, value, rest = true) {
    const next = { ...this.brushes, [column]: value ?? null };
    if (next[column] === null) delete next[column];
    else next[column] = normalizeBrush(column, value);
    if (!columnsOf(next).every((name) => this.table.columns.has(name))) {
      throw new BrushError(`brush on '${column}': the shown studies have no such column`);
    }
    this.#select(next);
    this.emit("brush");
    if (rest) this.rest();
  }

  /** Replace all brushes. */
  setBrushes(brushes, rest = true) {
    const normal = normalize(brushes);
    const unknown = columnsOf(normal).find((name) => !this.table.columns.has(name));
    if (unknown) throw new BrushError(`brush on '${unknown}': the shown studies have no such column`);
    this.#select(normal);
    this.emit("brush");
    if (rest) this.rest();
  }

  /** Remove all brushes, also those kept aside. */
  clear() {
    this.aside = {};
    this.setBrushes({});
  }

  /** Remove a brush that is kept aside. */
  dropAside(name) {
    delete this.aside[name];
    this.emit("brush");
    this.emit("commit");
  }

  /** Brushes came to rest: remember them for undo, and tell those who work only then. */
  rest() {
    this.history.push(this.brushes);
    this.emit("commit");
  }

  /**
   * Take over a state as a link holds it (see link.mjs): settings, pins, brushes.
   * @returns {string[]} sentences on what the shown studies lack; the rest applies
   */
  restore({ brushes = {}, pins = [], settings = {} }) {
    Object.assign(this.settings, settings);
    this.pins = pins;
    const sentences = [];
    const good = Object.entries(brushes).filter(([name, brush]) => {
      const unknown = columnsOf({ [name]: brush }).find((column) => !this.table.columns.has(column));
      if (unknown) sentences.push(`The link brushes '${unknown}', which the shown studies do not have; the rest applies.`);
      return !unknown;
    });
    this.#recolour();
    this.#select(Object.fromEntries(good));
    this.history = new History(this.brushes);
    for (const event of ["data", "brush", "active", "pins", "commit"]) this.emit(event);
    return sentences;
  }

  undo() {
    this.setBrushes(this.#applicable(this.history.back()), false);
    this.emit("commit");
  }

  redo() {
    this.setBrushes(this.#applicable(this.history.forward()), false);
    this.emit("commit");
  }

  /** Brushes on columns that the shown studies lack are kept aside, not lost. */
  #applicable(brushes) {
    const all = { ...this.aside, ...brushes };
    const has = ([name, brush]) => columnsOf({ [name]: brush }).every((column) => this.table.columns.has(column));
    this.aside = Object.fromEntries(Object.entries(all).filter((entry) => !has(entry)));
    return Object.fromEntries(Object.entries(all).filter(has));
  }

  #select(brushes) {
    const start = performance.now();
    this.brushes = Object.assign(Object.create(null), brushes); // a column may be called constructor
    this.mask = this.selector.mask(brushes);
    this.selected = this.mask.reduce((sum, bit) => sum + bit, 0);
    this.maskTime = performance.now() - start;
    this.brushTime = start;
  }

  // --- focus and pins -----------------------------------------------------------------------------------------------

  /** Focus a row, as a click does (-1: none). */
  setFocus(row) {
    const key = row < 0 ? null : this.table.keyOf(row);
    if (key?.study === this.focus?.study && key?.number === this.focus?.number) return;
    this.focus = key;
    this.emit("focus");
  }

  /** The row under the pointer, else the row last clicked; -1 if neither. */
  get focusRow() {
    if (this.hover >= 0) return this.hover;
    return this.focus ? this.table.rowOf(this.focus.study, this.focus.number) : -1;
  }

  /** The pointer is over a row (-1: over none). */
  setHover(row) {
    if (row === this.hover) return;
    this.hover = row;
    this.emit("focus");
  }

  /** Pin a row, or take its pin away. */
  togglePin(row) {
    const key = this.table.keyOf(row);
    const at = this.pins.findIndex((pin) => pin.study === key.study && pin.number === key.number);
    this.setPins(at < 0 ? [...this.pins, key] : this.pins.filter((_, i) => i !== at));
  }

  setPins(pins) {
    this.pins = pins;
    this.emit("pins");
    this.emit("commit");
  }

  /** Pinned rows with their numbers 1…n, those that are shown. */
  get pinnedRows() {
    return this.pins
      .map(({ study, number }, i) => ({ row: this.table.rowOf(study, number), label: String(i + 1) }))
      .filter(({ row }) => row >= 0);
  }
}
