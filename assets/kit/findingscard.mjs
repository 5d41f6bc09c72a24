/** The card Findings: what went wrong in each shown study, with its evidence; a click selects its trials, a button launches. */
import { evidenceText, FindingFeed, fillOf, isSelected, selectTrials } from "./findings.mjs";
import { make } from "./menu.mjs";
import { trials } from "./notes.mjs";

/** The question whose open answer stays in sight: of pruned trials nothing is known. */
const UNIDENTIFIED = "early";

/** Mount the card. @param {HTMLElement} host its options hold `fill`, the id of the store of Launch @param {Model} model */
export function mountFindings(host, model) {
  const { fill } = JSON.parse(host.dataset.options);
  const feed = new FindingFeed(model, () => host.offsetParent !== null);
  const launch = (study, said, why) => window.dash_clientside?.set_props?.(fill, { data: fillOf(study, said, why) });
  const update = () => {
    const open = new Set([...host.querySelectorAll("details[open]")].map(({ dataset }) => dataset.study));
    const focused = host.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    host.replaceChildren(...sections(model, launch, open));
    if (focused) [...host.querySelectorAll("[data-key]")].find(({ dataset }) => dataset.key === focused)?.focus();
  };
  for (const event of ["findings", "data", "commit"]) model.on(event, update);
  window.addEventListener("trellis:layout", () => feed.refresh());
  update();
  feed.refresh();
}

function sections(model, launch, open) {
  if (!model.shown.length) return [note("No study is shown: tick one on the left.")];
  const count = (id) => model.findings.get(id)?.answer?.findings.length ?? 0;
  const first = [...model.shown].sort((a, b) => (count(b) > 0) - (count(a) > 0));
  return first.map((id) => section(model, id, launch, open));
}

/** One study: its findings, what was looked for in vain, what could not be asked. */
function section(model, id, launch, open) {
  const entry = model.studies.get(id);
  const { state = "loading", answer = null, stale = false } = model.findings.get(id) ?? {};
  const title = make("h3", { textContent: entry.name, hidden: model.shown.length < 2 });
  const body = answer ? told(model, id, answer, launch, open) : [note(waiting(state))];
  return make("section", { className: "tr-findings-study", aria: { label: `Findings of ${entry.name}`, busy: String(stale) } }, title, ...body);
}

function waiting(state) {
  return state === "lost" ? "The server does not answer; it is asked again every few seconds." : "The study is being diagnosed …";
}

function told(model, id, { findings, quiet, unasked }, launch, open) {
  const items = findings.map((finding, i) => item(model, id, finding, i, launch));
  const list = items.length ? [make("ol", { className: "tr-findings-list" }, ...items)] : [];
  const searched = quiet.length ? note(`${items.length ? "Looked for, and not found" : "Nothing found. Looked for"}: ${quiet.map(({ title }) => title).join(", ")}.`) : null;
  const empty = items.length ? [] : [searched ?? note("Nothing could be asked of these trials yet.")];
  const answerable = unasked.filter(({ kind, change: some }) => some && kind === UNIDENTIFIED);
  const folded = [items.length ? searched : null, ...reasons(id, unasked.filter((one) => !answerable.includes(one)), launch)].filter(Boolean);
  const summary = [items.length && quiet.length ? `${quiet.length} more looked for and not found` : "", unasked.length ? `${unasked.length} could not be asked` : ""].filter(Boolean).join(", ");
  return [...list, ...empty, ...answerable.map((one) => openQuestion(id, one, launch)), ...(folded.length ? [fold(id, summary, folded, open)] : [])];
}

function fold(id, summary, content, open) {
  const details = make("details", { className: "tr-findings-more", open: open.has(id), dataset: { study: id } });
  details.append(make("summary", { textContent: summary, dataset: { key: `${id} more` } }), ...content);
  return details;
}

/** A finding: how large, what it is, on what it rests, and what to do. */
function item(model, id, finding, i, launch) {
  const chosen = isSelected(model, id, finding);
  const effect = Number(finding.evidence.effect);
  const bar = make("span", { className: "tr-effect", title: `Effect ${effect.toFixed(2)} on a scale from 0 to 1` }, make("span"));
  bar.firstChild.style.width = `${100 * effect}%`;
  const say = make("button", { type: "button", className: "tr-finding-say", textContent: finding.sentence, dataset: { key: `${id} ${i} say` }, aria: { pressed: String(chosen) } });
  say.title = chosen ? "Take the selection of its trials away" : `Select its ${trials(finding.trials.length)}`;
  say.disabled = !finding.trials.length;
  say.addEventListener("click", () => selectTrials(model, id, finding));
  const small = make("p", { className: "tr-note", textContent: `${evidenceText(finding.evidence)} · ${trials(finding.trials.length)}` });
  const button = change(id, finding, `${id} ${i} fill`, finding.sentence, launch);
  return make("li", { className: "tr-finding", dataset: { kind: finding.kind } }, bar, make("div", {}, say, small), ...button);
}

/** The button that fills the Launch panel, where there is something to fill in. */
function change(id, said, key, why, launch) {
  if (!said.change) return [];
  const button = make("button", { type: "button", className: "tr-btn", textContent: said.button, title: "Fill in the tab Launch", dataset: { key } });
  button.addEventListener("click", () => launch(id, said, `from the finding: ${why}`));
  return [button];
}

/** A question that a launch would answer. */
function openQuestion(id, question, launch) {
  const why = `${question.title}: ${question.why}`;
  const words = make("p", { className: "tr-note", textContent: `Not told: ${why}.` });
  return make("div", { className: "tr-finding-open", dataset: { kind: question.kind } }, words, ...change(id, question, `${id} ${question.kind} fill`, why, launch));
}

/** What could not be asked: each reason once. */
function reasons(id, unasked, launch) {
  const lines = unasked.filter(({ change: some }) => some).map((question) => openQuestion(id, question, launch));
  const others = Map.groupBy(unasked.filter(({ change: some }) => !some), ({ why }) => why);
  return [...lines, ...[...others].map(([why, some]) => note(`Not told: ${some.map(({ title }) => title).join(", ")}: ${why}.`))];
}

const note = (text) => make("p", { className: "tr-note", textContent: text });
