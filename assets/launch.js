/* Cells of the table old → new: what components/launch.py names, drawn with React (which Dash brings along). */
(() => {
  "use strict";

  const KEPT_EDITS = 200;

  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions ?? {});
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions ?? {});
  const h = (...parts) => window.React.createElement(...parts);

  /* What was typed into cells and pressed in them, numbered: an edit that is made while the answer to the one before is
     under way is not lost, since the server takes up all that its table does not hold. */
  let edits = [];
  function record({ context }, name, change) {
    edits = [...edits, { ...change, name, seq: (edits.at(-1)?.seq ?? 0) + 1 }].slice(-KEPT_EDITS);
    window.dash_clientside.set_props(context.edits, { data: edits });
  }

  functions.launchTyped = (params) =>
    record(params, params.node.id, { action: "edit", field: params.column.getColId(), value: params.newValue ?? null });

  /** A button in a cell that changes the table. */
  function button(props, key, label, message, more = {}) {
    return h("button", { key, type: "button", onClick: () => record(props, props.data.name, message), ...more }, label);
  }

  cells.LaunchName = (props) => {
    const { name, kind, removed } = props.data;
    const [action, sign, title] = removed ? ["restore", "↶", `Put ${name} back`] : ["remove", "×", `Remove ${name}`];
    return h("div", { className: "tr-cell-named" }, [
      h("div", { key: "words", className: "tr-cell-stack", title: name }, [
        h("span", { key: "name", className: "tr-cell-name" }, name),
        h("span", { key: "kind", className: "tr-note" }, kind),
      ]),
      button(props, "act", sign, { action }, { className: "tr-cell-act", title, "aria-label": title }),
    ]);
  };

  /* A small field that adds categories; what was refused stays in it. */
  function More(props) {
    const [text, type] = window.React.useState(props.data.more);
    const send = (event) => {
      if (event.key === "Enter" && text.trim()) record(props, props.data.name, { action: "edit", field: "more", value: text });
    };
    return h("input", {
      className: props.data.more ? "tr-cell-more tr-cell-wrong" : "tr-cell-more",
      value: text,
      placeholder: "+",
      title: "Add a category: type it and press Enter",
      "aria-label": `Add a category to ${props.data.name}`,
      onChange: (event) => type(event.target.value),
      onKeyDown: send,
    });
  }

  /* The values of a grid search: those typed, or in grey those that an empty cell stands for. */
  cells.LaunchValues = (props) =>
    props.value ? h("span", {}, props.value) : h("span", { className: "tr-note" }, props.data.listed);

  /* The lower bound; of a category, its values over both columns. */
  cells.LaunchLow = (props) => {
    if (!props.data.category) return props.value;
    const choices = props.data.choices.map((choice, index) =>
      button(props, index, choice.text, { action: "toggle", index }, {
        className: choice.kept ? "tr-category tr-category-kept" : "tr-category",
        "aria-pressed": choice.kept,
        title: choice.kept ? `Remove ${choice.text}` : `Put ${choice.text} back`,
      }),
    );
    const more = h(More, { key: `more ${props.data.choices.length} ${props.data.more}`, ...props });
    return h("div", { className: "tr-cell-choices" }, [...choices, more]);
  };

  cells.LaunchOrigin = (props) => {
    const { offers, note, problem, dropped, pieces, split } = props.data;
    const takes = offers.map((offer) =>
      button(props, offer.origin, offer.label, { action: "take", origin: offer.origin }, {
        className: offer.taken ? "tr-take tr-take-taken" : "tr-take",
        "aria-pressed": offer.taken,
        disabled: !offer.there,
        title: offer.title,
      }),
    );
    const kinds = [["one hull", false], [`${pieces} studies`, true]];
    const splits = kinds.map(([label, several]) =>
      button(props, label, label, { action: "split", several }, {
        className: several === split ? "tr-take tr-take-taken" : "tr-take",
        "aria-pressed": several === split,
        title: several ? "A study of its own for each range" : "One study over all ranges and what lies between them",
      }),
    );
    return h("div", { className: "tr-cell-stack" }, [
      h("div", { key: "takes", className: "tr-takes" }, takes),
      pieces > 1 ? h("div", { key: "splits", className: "tr-takes" }, splits) : null,
      problem
        ? h("span", { key: "note", className: "tr-error", role: "alert" }, problem)
        : h("span", { key: "note", className: "tr-note" }, dropped || note),
    ]);
  };

  /* What was picked goes to the end of the list in the field; a metric that it names already changes its direction. */
  function pick(picked, text) {
    const { no_update } = window.dash_clientside;
    if (!picked) return [no_update, no_update];
    const meant = picked.replaceAll("__\u2060proto__", "__proto__"); // see components/options.py
    const metric = (part) => part.replace(/^(maximize|minimize)\s+/, "");
    const kept = (text ?? "").split(",").map((part) => part.trim()).filter((part) => part && metric(part) !== metric(meant));
    return [[...kept, meant].join(", "), null];
  }

  const order = () => ({ token: `${Date.now()}-${Math.random()}` });
  window.dash_clientside = Object.assign(window.dash_clientside ?? {}, { launch: { order, pick } });

  functions.launchIsNumber = (params) => !params.data.category;
  functions.launchSpan = (params) => (params.data.category ? 2 : 1);
  /* A refused value looks the same as the one typed: cells are drawn again whatever their value. */
  functions.launchNever = () => false;

  /* Tab walks through the buttons of a cell before the grid moves on; Enter and Space press them. */
  functions.launchKeepsKey = (params) => {
    const { key, shiftKey, target } = params.event;
    if (params.editing) return false;
    if (target.tagName === "INPUT") return key !== "Tab";
    if (target.tagName === "BUTTON" && (key === "Enter" || key === " ")) return true;
    if (key !== "Tab") return false;
    const cell = target.closest(".ag-cell");
    const stops = cell ? [...cell.querySelectorAll("button:not(:disabled), input")] : [];
    const next = stops[stops.indexOf(target) + (shiftKey ? -1 : 1)];
    return next !== undefined;
  };

  /* A field with a problem is in sight: the group around it opens. */
  const form = (node) => node.parentElement?.closest?.(".tr-group:not([open])");
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const place = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
      const group = place?.matches?.(".tr-field .tr-error:not(:empty)") ? form(place) : null;
      if (group) group.open = true;
    }
  }).observe(document.documentElement, { childList: true, characterData: true, subtree: true });
})();
