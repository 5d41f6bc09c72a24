/** The one legend: colour bar from worst to best, its ends dragged to change the range, rank colour, a range held while a study runs. */
import { css, ramp } from "./colour.mjs";
import { make } from "./menu.mjs";
import { formatNumber } from "./scale.mjs";

const KEY_STEP = 0.02;
const GAP = 0.02;

/**
 * Mount the legend into a host.
 * @param {HTMLElement} host @param {Model} model
 */
export function mountLegend(host, model) {
  const title = make("div", { className: "tr-legend-title" });
  const bar = make("div", { className: "tr-legend-bar", title: "Drag the ends to change the range; double-click to reset" });
  const ends = make("div", { className: "tr-legend-ends" }, make("span"), make("span"));
  const rank = make("input", { type: "checkbox", className: "tr-check" });
  const tools = make("div", { className: "tr-legend-tools" }, make("label", {}, rank, " colour by rank"));
  const held = make("button", { type: "button", className: "tr-btn", textContent: "Update range" });
  const note = make("p", { className: "tr-note" });
  const handles = [0, 1].map((end) => bar.appendChild(makeHandle(model, bar, end)));
  host.replaceChildren(title, bar, ends, tools, note, held);

  rank.addEventListener("change", () => model.set("rank", rank.checked));
  held.addEventListener("click", () => model.updateRange());
  bar.addEventListener("dblclick", () => model.set("range", null));

  const update = () => {
    const { objective, range } = model;
    host.hidden = !objective || !range;
    if (host.hidden) return;
    title.textContent = `${objective.name}${objective.unit ? ` (${objective.unit})` : ""}, ${objective.direction === "minimize" ? "lower" : "higher"} is better`;
    bar.style.background = gradient(places(model));
    rank.checked = model.settings.rank;
    describe(model, handles, ends);
    held.hidden = !model.keeper.stale || model.settings.range !== null;
    note.textContent = noteText(model, held.hidden);
    note.hidden = !note.textContent;
  };
  model.on("data", update);
  window.addEventListener("trellis:theme", update);
  update();
}

function noteText(model, fresh) {
  if (!fresh) return "Frozen while the study runs; there are values beyond it.";
  if (model.settings.range) return "Range set by hand; double-click the bar to reset it.";
  return model.settings.rank ? "Equal steps of colour hold equally many trials." : "";
}

/** Where the ends of the colour range stand on the bar, in 0…1; the bar spans the range of the values. */
function places({ range, keeper }) {
  const [worst, best] = keeper.current;
  return range.map((value, end) => (worst === best ? end : Math.min(Math.max((value - worst) / (best - worst), 0), 1)));
}

/** The shared ramp as a CSS gradient between two places, worst at the left. */
function gradient([from, to]) {
  const colours = ramp(document.documentElement.dataset.bsTheme === "dark" ? "dark" : "light");
  const stop = (i) => `${css(colours[Math.round((255 * i) / 16)])} ${(100 * (from + ((to - from) * i) / 16)).toFixed(1)}%`;
  return `linear-gradient(to right, ${Array.from({ length: 17 }, (_, i) => stop(i)).join(", ")})`;
}

function describe(model, handles, ends) {
  const names = ["worst", "best"];
  const at = places(model);
  model.range.forEach((value, end) => {
    const text = formatNumber(value, 4);
    ends.children[end].textContent = `${names[end]} ${text}`;
    handles[end].hidden = model.settings.rank;
    handles[end].style.left = `${100 * at[end]}%`;
    handles[end].setAttribute("aria-valuenow", String(value));
    handles[end].setAttribute("aria-valuetext", text);
  });
}

/** One end of the colour range: dragged inwards or outwards, or moved by the arrow keys. */
function makeHandle(model, bar, end) {
  const label = end ? "Best end of the colours" : "Worst end of the colours";
  const handle = make("div", { className: `tr-legend-handle tr-legend-${end ? "best" : "worst"}`, tabIndex: 0, role: "slider", aria: { label } });
  let start = null;
  let pending = false;

  const move = (unit) => {
    const [worst, best] = model.keeper.current;
    const other = start.places[1 - end];
    const inside = end ? Math.max(unit, other + GAP) : Math.min(unit, other - GAP);
    const value = Number((worst + inside * (best - worst)).toPrecision(6));
    start.next = end ? [start.range[0], value] : [value, start.range[1]];
    if (pending) return;
    pending = true;
    requestAnimationFrame(() => {
      pending = false;
      if (start?.next) model.set("range", start.next);
    });
  };
  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    start = { range: model.range, places: places(model), box: bar.getBoundingClientRect(), x: event.clientX };
  });
  handle.addEventListener("pointermove", (event) => {
    if (start && Math.abs(event.clientX - start.x) > 2) move((event.clientX - start.box.left) / start.box.width);
  });
  handle.addEventListener("pointerup", () => {
    if (start?.next) model.set("range", start.next);
    start = null;
  });
  handle.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -KEY_STEP, ArrowRight: KEY_STEP }[event.key];
    if (!step) return;
    event.preventDefault();
    start = { range: model.range, places: places(model) };
    move(start.places[end] + step);
    model.set("range", start.next);
    start = null;
  });
  return handle;
}
