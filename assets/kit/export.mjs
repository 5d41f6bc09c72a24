/** Saves a view as a picture: clicks on `[data-export="png|svg"]` in the card of a `[data-view]`; of several, the one in sight. */
import { fileName, save } from "./download.mjs";
import { SvgPen } from "./svgpen.mjs";

const MOST_VECTORS = 3000;
const LAYERS = ["context", "marks", "axes", "overlay"];

/**
 * Listen to the export buttons of the page.
 * @param {Model} model
 * @param {Map<string, View>} views by name
 */
export function mountExports(model, views) {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.('[data-export="png"], [data-export="svg"]');
    const hosts = [...(button?.closest(".tr-card")?.querySelectorAll("[data-view]") ?? [])];
    const host = hosts.find((one) => views.get(one.dataset.view)?.visible);
    const view = views.get(host?.dataset.view);
    if (!view?.ready) return;
    const kind = button.dataset.export;
    const blob = kind === "png" ? await pngOf(view) : new Blob([svgOf(view)], { type: "image/svg+xml" });
    save(blob, fileName([host.dataset.view, ...model.entries.map(({ name }) => name).slice(0, 3)], kind));
  });
}

/** The layers of a view on the page's surface, at the resolution of the screen. */
function pngOf(view) {
  const { width, height } = view.canvas.context;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const pen = canvas.getContext("2d");
  pen.fillStyle = view.style.surface;
  pen.fillRect(0, 0, width, height);
  for (const layer of LAYERS) pen.drawImage(view.canvas[layer], 0, 0);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

/** A view as SVG: axes, brushes and up to 3,000 marks as shapes, more marks and the grey ones as an image. */
export function svgOf(view) {
  const { width, height, style, canvas, model } = view;
  const measuring = document.createElement("canvas").getContext("2d");
  const pen = new SvgPen((text, font) => Object.assign(measuring, { font }).measureText(text));
  const image = (layer) => pen.image(canvas[layer].toDataURL("image/png"), 0, 0, width, height);
  Object.assign(pen, { font: style.font, fillStyle: style.surface, halo: style.surface });
  pen.fillRect(0, 0, width, height);
  if (view.perRow) image("context");
  else view.backdrop(pen);
  if (view.perRow && model.selected > MOST_VECTORS) image("marks");
  else drawMarks(pen, view);
  view.axes(pen);
  view.drawOverlay(pen);
  return pen.document(width, height, view.describe());
}

/** What the marks layer shows, as shapes: worse rows first, so that better ones lie on top. */
function drawMarks(pen, view) {
  const { mask, colours } = view.model;
  view.fills(pen);
  if (!view.perRow) return;
  const rows = Array.from(mask.keys()).filter((row) => mask[row]).sort((a, b) => colours[a] - colours[b]);
  pen.dots = view.radius ?? null;
  pen.lineWidth = 1;
  pen.globalAlpha = Math.min(0.9, 3 * view.opacity(rows.length));
  pen.setLineDash([]);
  for (const row of rows) {
    pen.strokeStyle = view.colourOf(row);
    view.trace(pen, row);
  }
  pen.dots = null;
  pen.globalAlpha = 1;
}
