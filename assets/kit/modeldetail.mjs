/** One model in detail: configuration, metrics, annotations, curves, lineage, log, files, and how to train it again. */
import { valueText } from "./axes.mjs";
import { fillMarks, starButton } from "./markview.mjs";
import { make } from "./menu.mjs";
import { fetchCurves, pictures } from "./minicurves.mjs";
import { formatNumber } from "./scale.mjs";
import { fileValue } from "./tablecolumns.mjs";

/** Open the dialog of a row. */
export function openDetail(model, row) {
  const { study, number } = model.table.keyOf(row);
  const body = make("div", { className: "tr-dialog-body tr-detail" });
  const head = make("header", { className: "tr-dialog-head" });
  const dialog = make("dialog", { className: "tr-detail-dialog", aria: { label: `Trial ${number}` } }, head, body);
  const parts = { told: make("div", { className: "tr-detail-told" }), curves: make("div", { textContent: "Curves are loading …", className: "tr-note" }) };
  const update = () => {
    const at = model.table.rowOf(study, number);
    if (at < 0) return dialog.close();
    head.replaceChildren(...headOf(model, at));
    body.replaceChildren(facts(model, at), make("section", {}, make("h3", { textContent: "Learning curves" }), parts.curves), parts.told);
    return undefined;
  };
  const off = model.on("data", () => dialog.open && update());
  dialog.addEventListener("close", () => {
    off();
    dialog.remove();
  });
  update();
  document.body.append(dialog);
  dialog.showModal();
  fetchCurves([{ study, number, label: "" }]).then((curves) => parts.curves.replaceChildren(pictures(curves, model.metrics)));
  tell(model, parts.told, study, number, (other) => {
    const to = model.table.rowOf(study, other);
    dialog.close();
    if (to >= 0) openDetail(model, to);
  });
}

function headOf(model, row) {
  const { study, number } = model.table.keyOf(row);
  const pinned = model.pinnedRows.find((pin) => pin.row === row);
  const title = make("h2", {}, ...(pinned ? [make("b", { className: "tr-pin-number", textContent: pinned.label }), " "] : []), `Trial ${number} · ${model.studies.get(study)?.name ?? ""}`);
  const pin = make("button", { type: "button", className: "tr-btn", textContent: pinned ? "Unpin" : "+ Pin" });
  pin.addEventListener("click", () => {
    model.togglePin(row);
    pin.closest("header").replaceChildren(...headOf(model, row));
  });
  const close = make("button", { type: "button", className: "tr-icon", textContent: "×", dataset: { close: "" }, aria: { label: "Close" } });
  return [make("div", { className: "tr-detail-title" }, starButton(model, row), title, pin), close];
}

// --- what the table knows -------------------------------------------------------------------------------------------

function facts(model, row) {
  const { columns } = model.table;
  const has = (name) => columns.has(name) && columns.get(name).values[row] === columns.get(name).values[row];
  const text = (name) => valueText(columns.get(name), model.axis(name), row);
  const own = ["state", "reason", "start", "end", "duration", "budget", "seed", "config", "member", "generation", "bracket", "rung"].filter(has);
  const flags = [...columns.values()].filter(({ name, role }) => role === "flag" && has(name)).map(({ name }) => name);
  const list = (title, names) => (names.length ? make("section", {}, make("h3", { textContent: title }), make("dl", { className: "tr-values" }, ...names.flatMap((name) => [make("dt", { textContent: name, title: name }), make("dd", { textContent: text(name), title: String(fileValue(model, name, row)) })]))) : "");
  return make(
    "div",
    { className: "tr-detail-facts" },
    make("section", {}, fillMarks(model, row)),
    list("Metrics", model.metrics.filter(has)),
    list("Configuration", model.params.filter(has)),
    list("The trial", [...own, ...flags]),
  );
}

// --- what the server knows ------------------------------------------------------------------------------------------

async function tell(model, host, study, number, open) {
  host.replaceChildren(make("p", { className: "tr-note", textContent: "Asking for lineage, log and files …" }));
  const response = await fetch(`/api/model?${new URLSearchParams({ study, number })}`, { cache: "no-store" }).catch(() => null);
  const told = response ? await response.json() : { error: "the server does not answer" };
  if (told.error) return host.replaceChildren(make("p", { className: "tr-error", textContent: `${told.error}.` }));
  return host.replaceChildren(...[lineage(told, open), reproduce(told), files(told, study, number), log(told)].filter(Boolean));
}

function lineage({ lineage: { parents, children } }, open) {
  if (!parents.length && !children.length) return section("Lineage", make("p", { className: "tr-note", textContent: "No trial that this one went on from, and none that went on from it." }));
  const items = [...parents.map((one) => relative(one, "from", open)), ...children.map((one) => relative(one, "to", open))];
  return section("Lineage", make("ul", { className: "tr-kin" }, ...items));
}

function relative({ number, mutation, changed }, side, open) {
  const go = make("button", { type: "button", className: "tr-link", textContent: `trial ${number}` });
  go.addEventListener("click", () => open(number));
  const shown = (value) => (value === null ? "inactive" : typeof value === "number" ? formatNumber(value, 4) : typeof value === "object" ? value.float : String(value));
  const what = changed.map(([name, before, after]) => `${name} ${shown(before)} → ${shown(after)}`).join(", ");
  const words = side === "from" ? (mutation ? "mutated from " : "went on from ") : mutation ? "mutated to " : "went on as ";
  return make("li", {}, words, go, what ? `: ${what}` : changed.length ? "" : ", the same configuration");
}

function reproduce({ reproduce: snippets }) {
  const code = make("pre", { className: "tr-code", tabIndex: 0 });
  const help = make("p", { className: "tr-note" });
  const select = make("select", { className: "tr-select", aria: { label: "As" } }, ...snippets.map(({ label }, i) => new Option(label, i)));
  const copy = make("button", { type: "button", className: "tr-btn", textContent: "Copy" });
  const show = () => {
    const snippet = snippets[Number(select.value)];
    code.textContent = snippet.code;
    help.textContent = snippet.help;
    copy.textContent = "Copy";
  };
  select.addEventListener("change", show);
  copy.addEventListener("click", async () => {
    await navigator.clipboard?.writeText(code.textContent).catch(() => {});
    getSelection().selectAllChildren(code);
    copy.textContent = navigator.clipboard ? "Copied" : "Marked: copy it";
  });
  show();
  return section("Train it again", make("div", { className: "tr-detail-code" }, select, copy), help, code);
}

function files({ artifacts, ours }, study, number) {
  if (!artifacts.length) return ours ? section("Files", make("p", { className: "tr-note", textContent: "It kept no files. An objective keeps some with run.log_artifact(name, path)." })) : null;
  const items = artifacts.map(({ name, bytes }) => {
    const href = `/api/artifact?${new URLSearchParams({ study, number, name })}`;
    return make("li", {}, make("a", { href, download: "", textContent: name }), ` ${sizeOf(bytes)}`);
  });
  return section("Files", make("ul", { className: "tr-kin" }, ...items));
}

const sizeOf = (bytes) => (bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

function log({ log: text, ours, reason }) {
  if (!ours) return section("Log", make("p", { className: "tr-note", textContent: "Logs are kept for studies that were trained in this workspace." }));
  const why = reason ? [make("p", { className: "tr-error", textContent: reason })] : [];
  return section("Log", ...why, text ? make("pre", { className: "tr-code tr-log-end", textContent: text, tabIndex: 0 }) : make("p", { className: "tr-note", textContent: "It printed nothing." }));
}

const section = (title, ...content) => make("section", {}, make("h3", { textContent: title }), ...content);
