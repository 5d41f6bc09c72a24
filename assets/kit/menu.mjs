/**
 * Small choices of the kit: a popover with checkboxes, one with commands, and a select.
 *
 * A popover is a `<details class="tr-pop">` as the page's own are: Enter or Space opens it, Esc or a click elsewhere closes it.
 */

const SEARCH_FROM = 12;

/** A new element with properties; children are elements or text, so hostile names stay text. */
export function make(tag, properties = {}, ...children) {
  const { dataset = {}, aria = {}, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  Object.assign(element.dataset, dataset);
  for (const [name, value] of Object.entries(aria)) element.setAttribute(`aria-${name}`, value);
  element.append(...children);
  return element;
}

/**
 * A button that opens a box beneath it.
 * @param {HTMLElement} slot where the button goes
 * @param {string} label of the button
 * @param {(body: HTMLElement, close: () => void) => void} fill fills the empty box each time it opens
 * @returns {{element: HTMLDetailsElement, body: HTMLElement, close: () => void}}
 */
function mountPopover(slot, label, fill, { hint = label, className = "tr-btn" } = {}) {
  const summary = make("summary", { className, title: hint, textContent: label, aria: { label: hint } });
  const body = make("div", { className: "tr-pop-body" });
  const element = make("details", { className: "tr-pop" }, summary, body);
  const close = () => {
    if (!element.open) return;
    const inside = element.contains(document.activeElement);
    element.open = false;
    if (inside) summary.focus();
  };
  element.addEventListener("toggle", () => {
    if (!element.open) return;
    body.replaceChildren();
    fill(body, close);
    keepInside(body);
  });
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !element.open) return;
    event.stopPropagation();
    close();
  });
  document.addEventListener("pointerdown", (event) => !element.contains(event.target) && close());
  slot.append(element);
  return { element, body, close };
}

/** Shift a box that would leave the window. */
function keepInside(body) {
  body.style.translate = "";
  const { left, right } = body.getBoundingClientRect();
  const over = Math.max(0, right - window.innerWidth + 8);
  const shift = over > 0 ? -Math.min(over, left - 8) : Math.max(0, 8 - left);
  if (shift) body.style.translate = `${shift}px 0`;
}

/**
 * A popover of checkboxes, with a search field where there are many.
 * @param {() => {name: string, label?: string, on: boolean}[]} items asked each time it opens
 * @param {(name: string, on: boolean) => void} toggle
 * @returns {{element: HTMLElement, close: () => void}}
 */
export function mountMenu(slot, label, items, toggle, options = {}) {
  return mountPopover(slot, label, (body) => fillChecks(body, items(), toggle), options);
}

/** Fill a box with checkboxes as `mountMenu` does. */
export function fillChecks(body, items, toggle) {
  const rows = items.map(({ name, label = name, on }) => {
    const box = make("input", { type: "checkbox", checked: on, className: "tr-check" });
    box.addEventListener("change", () => toggle(name, box.checked));
    return make("label", { className: "tr-menu-row", title: name, dataset: { name } }, box, make("span", { textContent: label }));
  });
  const list = make("div", { className: "tr-menu-list" }, ...rows);
  if (!rows.length) list.append(make("p", { className: "tr-note", textContent: "Nothing to choose from." }));
  body.replaceChildren(...(items.length >= SEARCH_FROM ? [searchField(rows)] : []), list);
}

function searchField(rows) {
  const field = make("input", { type: "search", className: "tr-input", placeholder: "Search", aria: { label: "Search the list" } });
  field.addEventListener("input", () => {
    const wanted = field.value.toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
  return field;
}

/**
 * A popover of commands; it closes after one.
 * @param {() => {label: string, hint?: string, off?: boolean, run: () => void}[]} items asked each time it opens
 */
export function mountActions(slot, label, items, options = {}) {
  const fill = (body, close) => {
    const buttons = items().map(({ label: text, hint = "", off = false, run }) => {
      const button = make("button", { type: "button", className: "tr-menu-row", textContent: text, title: hint, disabled: off });
      button.addEventListener("click", () => {
        close();
        run();
      });
      return button;
    });
    const search = buttons.length >= SEARCH_FROM ? [searchField(buttons)] : [];
    body.replaceChildren(...search, make("div", { className: "tr-menu-list" }, ...buttons));
    (search[0] ?? buttons[0])?.focus();
  };
  return mountPopover(slot, label, fill, options);
}

/**
 * A select with its label.
 * @param {() => (string | {value: string, label: string})[]} names
 * @param {() => string} get the present value
 * @param {(value: string) => void} set
 * @returns {{element: HTMLElement, update: () => void}} call `update` when names or value changed
 */
export function mountSelect(slot, label, names, get, set) {
  const select = make("select", { className: "tr-select", aria: { label }, title: label });
  const element = make("label", { className: "tr-choice" }, make("span", { textContent: label }), select);
  let offered = null;
  const update = () => {
    const entries = names().map((entry) => (typeof entry === "string" ? { value: entry, label: entry } : entry));
    const key = JSON.stringify(entries);
    if (key !== offered) select.replaceChildren(...entries.map(({ value, label: text }) => new Option(text, value)));
    offered = key;
    select.value = get() ?? "";
  };
  select.addEventListener("change", () => set(select.value));
  slot.append(element);
  update();
  return { element, update };
}
