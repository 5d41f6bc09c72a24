/**
 * The trials table: Dash's ag-grid, filled from the kit's columns.
 *
 * It shows the rows that the brushes select, 120 ms after the last step. Ticked rows are the brush of trials: while the
 * ticks were set here, the table keeps showing what the other brushes select, so that more rows can be ticked.
 */
import { csvOf } from "./csv.mjs";
import { fileName, save } from "./download.mjs";
import { fillChecks, make } from "./menu.mjs";
import { rowsJson } from "./modelexport.mjs";
import { trialsOf } from "./quick.mjs";
import { TRIALS } from "./selection.mjs";
import { columnDefs, columnId, fileValue, isShown, PINS, tableColumns } from "./tablecolumns.mjs";
import { isMark, pressMark } from "./tablemarks.mjs";
import { mountSearch } from "./tablesearch.mjs";

const GRID = "trials-table";
const FILTER_AFTER = 120;
const BY_HAND = ["checkboxSelected", "uiSelectAll", "uiSelectAllFiltered", "uiSelectAllCurrentPage", "rowClicked", "spaceKey"];

/**
 * Mount the table's status line into a host, and fill the grid once it is there.
 * @param {HTMLElement} host @param {Model} model
 */
export function mountTable(host, model) {
  const table = new TrialsTable(host, model);
  for (const event of ["data", "brush", "focus", "pins"]) model.on(event, () => table.follow(event));
  window.addEventListener("trellis:layout", () => table.follow("layout"));
  gridApi().then((api) => table.connect(api));
}

const written = (trials) => (trials ? JSON.stringify(trials) : null);

/** The grid's API, as soon as Dash has made the grid. */
async function gridApi() {
  while (!window.dash_ag_grid?.getApiAsync || !document.getElementById(GRID)) await new Promise((next) => setTimeout(next, 50));
  return window.dash_ag_grid.getApiAsync(GRID);
}

class TrialsTable {
  constructor(host, model) {
    Object.assign(this, { host, model, api: null, own: null, rows: [], columns: "", table: null, focused: null, stale: true });
    this.count = make("span", { className: "tr-note" });
    const only = make("input", { type: "checkbox", className: "tr-check" });
    only.addEventListener("change", () => {
      this.own = only.checked ? null : written(model.brushes[TRIALS]);
      this.filter();
    });
    this.only = only;
    this.onlyLabel = make("label", { className: "tr-note", hidden: true }, only, " only ticked rows");
    const csv = make("button", { type: "button", className: "tr-btn", textContent: "CSV", title: "Save the selected rows with the columns shown", dataset: { export: "csv" } });
    csv.addEventListener("click", () => this.saveCsv());
    const json = make("button", { type: "button", className: "tr-btn", textContent: "JSON", title: "Save the selected rows with all that is known of them", dataset: { export: "json" } });
    json.addEventListener("click", () => this.saveJson());
    this.search = mountSearch(model, () => this.filterSoon());
    host.replaceChildren(this.count, this.onlyLabel, this.search.element, csv, json);
  }

  /** Whether a row shows. */
  passes(row) {
    return (this.mask ?? this.model.mask)[row] === 1 && this.search.passes(row);
  }

  connect(api) {
    this.api = api;
    api.setGridOption("rowSelection", { mode: "multiRow", enableClickSelection: false, selectAll: "filtered" });
    api.setGridOption("isExternalFilterPresent", () => true);
    api.setGridOption("doesExternalFilterPass", ({ data }) => this.passes(data.i));
    api.setGridOption("rowClassRules", { "tr-row-focus": ({ data }) => data && data.i === this.focusRow });
    api.addEventListener("selectionChanged", ({ source }) => BY_HAND.includes(source) && this.brushTicked());
    api.addEventListener("cellClicked", ({ data, column }) => this.press(data.i, column.getColId()));
    api.addEventListener("cellKeyDown", ({ data, column, event }) => event.key === "Enter" && this.press(data.i, column.getColId()));
    api.addEventListener("modelUpdated", () => this.tell());
    api.addEventListener("cellEditingStopped", () => this.follow("layout"));
    this.follow("data");
  }

  get visible() {
    return document.getElementById(GRID)?.offsetParent !== null;
  }

  /** Whether a cell is being typed into: then nothing is drawn anew, which would end it. */
  get editing() {
    return this.api.getEditingCells().length > 0;
  }

  get focusRow() {
    const { focus, table } = this.model;
    return focus ? table.rowOf(focus.study, focus.number) : -1;
  }

  /** React to an event of the model; while the table cannot be seen, it only remembers that it has to. */
  follow(event) {
    if (event === "focus" && this.model.focus === this.focused) return;
    this.stale ||= event === "data";
    if (!this.api || !this.visible || this.editing) return;
    if (this.stale) this.fill();
    if (event === "data" || event === "brush" || event === "layout") this.filterSoon();
    if (event === "focus" || event === "layout") this.showFocus();
    if (event === "pins") this.api.refreshCells({ columns: [PINS], force: true });
  }

  // --- rows and columns -----------------------------------------------------------------------------------------------

  fill() {
    this.stale = false;
    const { api, model } = this;
    const names = tableColumns(model);
    const columns = JSON.stringify(names.map((name) => [name, model.table.columns.get(name).kind, isShown(model, name)]));
    if (columns !== this.columns) {
      api.setGridOption("columnDefs", columnDefs(model));
      this.fillChooser(names);
    }
    this.columns = columns;
    if (model.table !== this.table) this.fillRows();
    this.table = model.table;
  }

  /** Rows as {i, key}; a row that stays the same object keeps its place, selection and scroll. */
  fillRows() {
    const { table } = this.model;
    const before = new Map(this.rows.map((row) => [row.key, row]));
    const numbers = table.columns.get("number")?.values ?? [];
    this.rows = Array.from({ length: table.rows }, (_, i) => {
      const key = `${table.ids[table.study[i]]}:${numbers[i]}`;
      const known = before.get(key);
      return known?.i === i ? known : { i, key };
    });
    this.mask = null;
    this.api.setGridOption("rowData", this.rows);
    this.api.refreshClientSideRowModel("filter");
    this.api.refreshCells({ force: true });
  }

  fillChooser(names) {
    const box = document.querySelector('[data-view="columns"]');
    if (!box) return;
    const items = names.map((name) => ({ name, label: name === "number" ? "trial" : name, on: isShown(this.model, name) }));
    fillChecks(box, items, (name, on) => {
      this.model.settings.table = { ...this.model.settings.table, [name]: on };
      this.api.setColumnsVisible([columnId(name)], on);
      this.model.emit("commit");
    });
  }

  // --- brushes and ticks ------------------------------------------------------------------------------------------------

  filterSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.editing || this.filter(), FILTER_AFTER);
  }

  /** Show the rows that count, and tick those of the brush of trials. */
  filter() {
    const { model, api } = this;
    const { [TRIALS]: trials, ...others } = model.brushes;
    const own = trials && written(trials) === this.own;
    this.mask = own ? model.selector.mask(others) : model.mask;
    this.onlyLabel.hidden = !trials;
    this.only.checked = !own;
    api.onFilterChanged();
    if (!own) this.tick(trials ?? {});
    this.tell();
  }

  tick(trials) {
    const wanted = new Set(Object.entries(trials).flatMap(([study, numbers]) => numbers.map((number) => `${study}:${number}`)));
    const ticked = this.api.getSelectedNodes();
    const set = (nodes, newValue) => nodes.length && this.api.setNodesSelected({ nodes, newValue, source: "api" });
    set(ticked.filter(({ id }) => !wanted.has(id)), false);
    set([...wanted].map((key) => this.api.getRowNode(key)).filter((node) => node && !node.isSelected()), true);
  }

  brushTicked() {
    const { model } = this;
    const hidden = Object.entries(model.brushes[TRIALS] ?? {}).filter(([study]) => !model.table.ids.includes(study));
    const sets = { ...Object.fromEntries(hidden), ...trialsOf(model, this.api.getSelectedNodes().map(({ data }) => data.i)) };
    model.brush(TRIALS, Object.keys(sets).length ? sets : null);
    this.own = written(model.brushes[TRIALS]);
  }

  // --- focus, pins, file ------------------------------------------------------------------------------------------------

  press(row, column) {
    if (column === PINS) this.model.togglePin(row);
    else if (isMark(this.model, column.slice(columnId("").length)) && pressMark(this.model, row, column.slice(columnId("").length))) return;
    else if (column.startsWith(columnId("")) && row !== this.focusRow) {
      this.focused = this.model.table.keyOf(row);
      this.model.setFocus(row);
      this.showFocus(false);
    }
  }

  /** Mark the focused row, and bring it into sight. */
  showFocus(scroll = true) {
    this.focused = this.model.focus;
    const { study, number } = this.model.focus ?? {};
    const key = study && `${study}:${number}`;
    const rows = document.getElementById(GRID).querySelectorAll(".ag-row"); // a row drawn anew could not be double-clicked
    for (const row of rows) row.classList.toggle("tr-row-focus", row.getAttribute("row-id") === key);
    const node = key && this.api.getRowNode(key);
    if (scroll && node?.displayed) this.api.ensureNodeVisible(node, null);
  }

  tell() {
    const rows = this.api.getDisplayedRowCount().toLocaleString("en");
    this.count.textContent = `${rows} of ${this.model.table.rows.toLocaleString("en")} rows`;
  }

  saveJson() {
    const rows = this.rowsShown();
    const name = fileName(["trials", ...this.model.entries.map((entry) => entry.name)], "json");
    save(new Blob([rowsJson(this.model, rows)], { type: "application/json" }), name);
  }

  /** The rows of the table that all brushes select, as it sorts them. */
  rowsShown() {
    const rows = [];
    this.api.forEachNodeAfterFilterAndSort(({ data }) => this.model.mask[data.i] && rows.push(data.i));
    return rows;
  }

  saveCsv() {
    const { model, api } = this;
    const names = api.getAllDisplayedColumns().map((column) => column.getColId()).filter((id) => id.startsWith(columnId(""))).map((id) => id.slice(columnId("").length));
    const rows = this.rowsShown().map((row) => names.map((name) => fileValue(model, name, row)));
    const text = csvOf(names, rows);
    save(new Blob([text], { type: "text/csv;charset=utf-8" }), fileName(["trials", ...model.entries.map(({ name }) => name)], "csv"));
  }
}
