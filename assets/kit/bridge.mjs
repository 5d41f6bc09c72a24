/**
 * Joins kit and page: mounts views, follows the server, mirrors brushes, focus and pins into Dash's stores when they come
 * to rest, and offers the automation hook `window.trellis` (docs/automation.md).
 */
import { showArchived } from "./archive.mjs";
import { mountBasis } from "./basis.mjs";
import { mountChips } from "./chips.mjs";
import { mountConstraints } from "./constraints.mjs";
import { mountExports } from "./export.mjs";
import { attachCurves, CURVES, CURVES_WIDGETS } from "./curvecard.mjs";
import { Feed } from "./feed.mjs";
import { toggleAverage } from "./groups.mjs";
import { mountFindings } from "./findingscard.mjs";
import { mountFront } from "./frontcard.mjs";
import { ImportanceFeed } from "./importance.mjs";
import { mountImportance } from "./importancecard.mjs";
import { mountKeys } from "./keys.mjs";
import { mountLegend } from "./legend.mjs";
import { readLink, writeLink } from "./link.mjs";
import { Marks } from "./marks.mjs";
import { Model } from "./model.mjs";
import { mountOverview } from "./overview.mjs";
import { PinKeeper } from "./pinkeeper.mjs";
import { mountPins } from "./pins.mjs";
import { mountSelected } from "./selected.mjs";
import { mountTable } from "./table.mjs";
import { followTabs, openTabOf } from "./tabs.mjs";
import { Timeline } from "./timeline.mjs";
import { Painter } from "./painter.mjs";
import { TraceFeed } from "./traces.mjs";
import { FrontLines } from "./views/frontlines.mjs";
import { Heatmap } from "./views/heatmap.mjs";
import { Histograms } from "./views/histograms.mjs";
import { Marginal } from "./views/marginal.mjs";
import { Monitor } from "./views/monitor.mjs";
import { Parallel } from "./views/parallel.mjs";
import { Scatter } from "./views/scatter.mjs";
import { Slices } from "./views/slices.mjs";
import { Strips } from "./views/strips.mjs";
import { Volume } from "./views/volume.mjs";

const EXPLORE = { parallel: Parallel, marginal: Marginal, heatmap: Heatmap, histograms: Histograms, scatter: Scatter, slices: Slices };
const MODELS = { distributions: Histograms, tradeoff: Scatter, frontlines: FrontLines, volume: Volume };
const MODELS_WIDGETS = { overview: mountOverview, constraints: mountConstraints, front: mountFront };
const VIEWS = { ...EXPLORE, ...MODELS, ...CURVES, monitor: Monitor, strips: Strips };
const WIDGETS = { chips: mountChips, legend: mountLegend, pins: mountPins, selected: mountSelected, table: mountTable, importance: mountImportance, basis: mountBasis, findings: mountFindings, ...MODELS_WIDGETS, ...CURVES_WIDGETS };
const MOST_NUMBERS = 5000;

/** Start the kit on this page. */
export function start() {
  const model = new Model();
  const painter = new Painter(model);
  new TraceFeed(model);
  const views = new Map();
  attachCurves(model);
  const link = readLink(location.hash);
  const feed = new Feed((answer) => follow(model, feed, answer, link));
  new Timeline(model);
  new Marks(model, () => feed.poll());
  model.pinKeeper = new PinKeeper(model);
  const ready = mounted(() => mountAll(model, painter, views)).then(() => feed.run());
  connect(model);
  new ImportanceFeed(model);
  mountKeys(model);
  mountExports(model, views);
  followTabs(model);
  window.addEventListener("trellis:layout", () => painter.invalidate("data"));
  window.addEventListener("trellis:theme", () => painter.invalidate("data"));
  window.addEventListener("hashchange", () => applyLink(model, feed, readLink(location.hash)));
  Object.assign((window.dash_clientside ??= {}), { trellis: commands(model, feed) });
  window.trellis = hook(model, painter, views, ready);
}

/** Resolves once Dash has put the views' hosts into the page, mounting them now and whenever new ones come. */
function mounted(mountNow) {
  return new Promise((resolve) => {
    const look = () => mountNow() && resolve();
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    look();
  });
}

function mountAll(model, painter, views) {
  for (const host of document.querySelectorAll("[data-view]:not([data-mounted])")) {
    host.dataset.mounted = "";
    const name = host.dataset.view;
    if (VIEWS[name]) {
      views.set(name, new VIEWS[name](host, model, painter));
      painter.add(views.get(name));
    } else {
      WIDGETS[name]?.(host, model);
    }
  }
  return views.size > 0;
}

// --- server → model -------------------------------------------------------------------------------------------------

/** Take in an answer of `/api/studies`: fetch the rows that changed, and show what is new under a shown study. */
async function follow(model, feed, answer, link) {
  const first = !model.following;
  const known = new Set(model.studies.keys());
  model.setStudies(answer.studies);
  model.following = true;
  const ids = answer.studies.map((study) => study.id);
  const born = ids.filter((id) => !known.has(id) && model.shown.includes(model.studies.get(id).parent));
  const start = link.state.shown?.filter((id) => ids.includes(id)) ?? [];
  const initial = start.length ? start : ids.filter((id) => model.studies.get(id).shown);
  const pins = first ? model.pinKeeper.first(link.state.pins) : null;
  const opened = feed.opening?.every((id) => model.studies.has(id)) ? takeOpening(model, feed) : null;
  await load(model, feed, opened ?? (first ? initial : [...model.shown, ...born]));
  setProps("store-studies", answer);
  if (first) applyState(model, link, await pins);
}

/** Fetch what the given studies lack, then show them. */
async function load(model, feed, shown) {
  const stale = shown.filter((id) => model.rowsOf.get(id)?.revision !== model.studies.get(id)?.revision);
  const since = (id) => model.rowsOf.get(id)?.revision ?? null;
  const answers = await Promise.all(stale.map(async (id) => [id, await feed.columns(id, since(id))]));
  const same = stale.length === 0 && String(shown) === String(model.shown);
  if (!same) model.update(answers.filter(([, answer]) => answer), shown);
  setProps("store-shown", model.shown);
}

async function applyLink(model, feed, link) {
  if (writeLink(model) === location.hash.slice(1)) return;
  const shown = link.state.shown?.filter((id) => model.studies.has(id));
  if (shown?.length) await load(model, feed, shown);
  applyState(model, link, link.state.pins ?? model.pins);
}

/** Take over what a link says; what the data lacks is named, the rest applies. */
function applyState(model, { state, problems }, pins) {
  if (state.settings?.archived) showArchived(model, true);
  model.pinKeeper.adopt(pins);
  const sentences = [...problems, ...model.restore({ ...state, pins })];
  openTabOf(model);
  const box = document.getElementById("link-problems");
  if (box) {
    box.textContent = sentences.join(" ");
    box.hidden = sentences.length === 0;
  }
}

// --- model → page ---------------------------------------------------------------------------------------------------

function setProps(id, data) {
  window.dash_clientside?.set_props?.(id, { data });
}

/** Mirror the model into Dash's stores and into the address, when it comes to rest. */
function connect(model) {
  const mirror = () => {
    setProps("store-brushes", { ...model.brushes });
    setProps("store-selection", selectionOf(model));
    setProps("store-pins", model.pins);
    const { objective } = model;
    setProps("store-objective", objective && { metric: objective.name, direction: objective.direction });
    if (model.following) history.replaceState(null, "", `#${writeLink(model)}`);
  };
  model.on("commit", mirror);
  model.on("data", mirror);
  let told = null;
  model.on("focus", () => {
    if (model.focus !== told) setProps("store-focus", model.focus);
    told = model.focus;
  });
}

/** What Dash may know of the selection: counts, and the trial numbers of each study up to 5,000 of them. */
function selectionOf(model) {
  const { table, mask, selected } = model;
  const numbers = table.columns.get("number")?.values;
  const study = Object.fromEntries(table.ids.map((id) => [id, selected > MOST_NUMBERS ? null : []]));
  if (selected <= MOST_NUMBERS) {
    for (let row = 0; row < mask.length; row++) if (mask[row]) study[table.ids[table.study[row]]].push(numbers[row]);
  }
  return { total: table.rows, selected, study };
}

/** What Dash calls, see assets/shell.js. */
function commands(model, feed) {
  return {
    showStudies: (ids) => load(model, feed, ids),
    setObjective: (objective) => model.set("objective", objective),
    focus: (study, number) => focusTrial(model, feed, study, number),
    poll: () => feed.poll(),
    openStudies: (ids) => openStudies(model, feed, ids),
    toggleAverage: (group) => (toggleAverage(model, group), model.settings.averaged),
    averaged: () => model.settings.averaged ?? [],
  };
}

/** Show the studies of a source that was just opened; of many runs those that can be compared. */
async function openStudies(model, feed, ids) {
  feed.opening = ids; // shown together with the news of them, so that the panel's ticks are never behind
  await feed.poll();
  if (feed.opening) await load(model, feed, takeOpening(model, feed));
}

function takeOpening(model, feed) {
  const ids = feed.opening;
  feed.opening = null;
  const comparable = ids.filter((id) => model.studies.get(id)?.shown);
  return comparable.length ? comparable : ids;
}

/** Focus a trial, showing its study first if it is not shown. */
async function focusTrial(model, feed, study, number) {
  if (!model.shown.includes(study)) await load(model, feed, [...model.shown, study]);
  const row = model.table.rowOf(study, number);
  if (row >= 0) model.setFocus(row);
}

/** What the boxes over the axes tell. */
function importanceOf({ importance: { state, study, metric, whole, within, refused }, settings }) {
  const why = refused?.refused ?? within?.refused ?? null;
  return { state, study, metric, single: whole?.single ?? null, within: within?.single ?? null, refused: why, active: settings.active };
}

/** The automation hook; documented in docs/automation.md. */
function hook(model, painter, views, ready) {
  return {
    ready,
    state: () => ({
      studies: [...model.shown],
      total: model.table.rows,
      selected: model.selected,
      brushes: structuredClone(model.brushes),
    }),
    brush: (column, value) => model.brush(column, value),
    clear: () => model.clear(),
    timing: () => painter.timing && { ...painter.timing },
    axes: () => views.get("parallel")?.clientAxes() ?? [],
    strips: (name) => views.get("strips")?.clientStrips(name) ?? [],
    importance: () => structuredClone(importanceOf(model)),
    curves: (view = "curves") => views.get(view)?.told() ?? null,
  };
}
