/** In the brush bar: what can be done with all selected rows, what was done, and how many rows are archived. */
import { archivedCount, showArchived } from "./archive.mjs";
import { count, noteRows, tagRows } from "./markedit.mjs";
import { make, mountActions } from "./menu.mjs";
import { pinnable, pinSelected } from "./pinning.mjs";

const SAID_FOR = 12_000;

/** 'Selected ▾': pin, star, tag, note and archive what is selected. */
export function mountAnnotate(host, model) {
  mountActions(host, "Selected ▾", () => actions(model), { hint: "Pin, star, tag, note or archive the selected trials" });
  const said = host.appendChild(make("span", { className: "tr-mark-said", role: "status" }));
  let timer = null;
  model.on("marks", () => {
    const { said: text, wrong } = model.marks;
    Object.assign(said, { textContent: text, title: text });
    said.classList.toggle("tr-error", wrong);
    clearTimeout(timer);
    if (!wrong) timer = setTimeout(() => (said.textContent = ""), SAID_FOR);
  });
}

function actions(model) {
  const rows = Array.from(model.mask.keys()).filter((row) => model.mask[row]);
  const some = count(rows);
  const off = rows.length === 0;
  const archived = model.table.columns.get("archived");
  const gone = rows.filter((row) => archived?.values[row] === archived?.values[row] && archived);
  const change = (label, what, among = rows) => ({ label, off: !among.length, run: () => model.marks.change(among, what) });
  const all = rows.length === model.table.rows;
  return [
    { label: pinnable(model).label, hint: "Adds them to Selected models", off, run: () => pinSelected(model) },
    change(`Star ${some}`, { star: true }),
    change(`Take the star off ${some}`, { star: false }),
    { label: `Tag ${some} …`, off, run: () => tagRows(model, rows) },
    { label: `Note on ${some} …`, off, run: () => noteRows(model, rows) },
    { ...change(all ? "Archive (brush some first)" : `Archive ${some}`, { archived: true }), ...(all && { off: true }) },
    ...(gone.length ? [change(`Bring back ${count(gone)}`, { archived: false }, gone)] : []),
  ];
}

/** '3 archived hidden', with a switch; nothing where none is archived. */
export function mountArchived(host, model) {
  const text = make("span", { className: "tr-note" });
  const button = make("button", { type: "button", className: "tr-link" });
  const element = host.appendChild(make("span", { className: "tr-archived", hidden: true }, text, " ", button));
  button.addEventListener("click", () => showArchived(model, !model.settings.archived));
  const update = () => {
    const n = archivedCount(model);
    const on = Boolean(model.settings.archived);
    element.hidden = n === 0;
    text.textContent = `${n.toLocaleString("en")} archived ${on ? "shown" : "hidden"}`;
    button.textContent = on ? "Hide" : "Show";
    button.setAttribute("aria-label", `${on ? "Hide" : "Show"} archived trials`);
  };
  model.on("data", update);
  update();
}
