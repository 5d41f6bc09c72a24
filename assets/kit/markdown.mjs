/**
 * A safe part of Markdown: paragraphs, lines, lists, **bold**, *italic*, `code`, links in the form [text](address) and bare ones.
 *
 * Nothing else is markup: HTML and pictures stay text, and a link leads to http, https or mailto only. Pure.
 */

const INLINE = /(`[^`\n]+`)|(\*\*[^*\n]+\*\*)|(\*[^*\s][^*\n]*\*)|\[([^\]\n]{1,300})\]\(([^()\s]{1,2000})\)|(https?:\/\/[^\s<>"')\]]{1,2000})/g;
const ITEM = /^\s*[-*]\s+/;

/**
 * The blocks of a text.
 * @returns {{kind: "p" | "ul", lines: object[][]}[]} a line is a list of {kind: "text" | "code" | "strong" | "em" | "a", text, href?}
 */
export function parse(text) {
  const blocks = [];
  for (const part of text.split(/\n\s*\n/)) {
    for (const line of part.split("\n")) {
      const kind = ITEM.test(line) ? "ul" : "p";
      if (blocks.at(-1)?.kind !== kind || blocks.at(-1).closed) blocks.push({ kind, lines: [] });
      blocks.at(-1).lines.push(inline(line.replace(ITEM, "")));
    }
    if (blocks.length) blocks.at(-1).closed = true;
  }
  return blocks.filter(({ lines }) => lines.some((line) => line.length)).map(({ kind, lines }) => ({ kind, lines }));
}

function inline(line) {
  const parts = [];
  let at = 0;
  for (const match of line.matchAll(INLINE)) {
    const [whole, code, strong, em, label, target, bare] = match;
    if (match.index > at) parts.push({ kind: "text", text: line.slice(at, match.index) });
    at = match.index + whole.length;
    if (code) parts.push({ kind: "code", text: code.slice(1, -1) });
    else if (strong) parts.push({ kind: "strong", text: strong.slice(2, -2) });
    else if (em) parts.push({ kind: "em", text: em.slice(1, -1) });
    else parts.push(link(whole, label ?? bare, target ?? bare, line[match.index - 1]));
  }
  if (at < line.length) parts.push({ kind: "text", text: line.slice(at) });
  return parts;
}

/** A link, or its source as text where it leads elsewhere or is a picture. */
function link(whole, label, target, before) {
  if (before === "!") return { kind: "text", text: whole };
  try {
    const { protocol, href } = new URL(target);
    if (["http:", "https:", "mailto:"].includes(protocol)) return { kind: "a", text: label, href };
  } catch {
    // no address: text
  }
  return { kind: "text", text: whole };
}

/** The text as elements. @returns {DocumentFragment} */
export function render(text) {
  const fragment = document.createDocumentFragment();
  for (const { kind, lines } of parse(text)) {
    const block = fragment.appendChild(document.createElement(kind));
    lines.forEach((line, i) => {
      const host = kind === "ul" ? block.appendChild(document.createElement("li")) : block;
      if (kind === "p" && i) host.append(document.createElement("br"));
      host.append(...line.map(element));
    });
  }
  return fragment;
}

function element({ kind, text, href }) {
  if (kind === "text") return text;
  const made = Object.assign(document.createElement(kind), { textContent: text });
  return href ? Object.assign(made, { href, target: "_blank", rel: "noopener noreferrer", title: href }) : made;
}
