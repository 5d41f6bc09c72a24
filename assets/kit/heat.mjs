/** A surface of expected values over two hyperparameters: its range, its colours and its cells. */
import { colourIndex, css } from "./colour.mjs";

const HATCH = 5;

/**
 * The worst and the best expected value where trials support it, else anywhere; null without a value.
 * @returns {[number, number] | null}
 */
export function surfaceRange({ mean, support }, direction) {
  const among = (counts) => mean.flatMap((row, i) => row.filter((value, j) => value !== null && counts(i, j)));
  const supported = among((i, j) => support[i][j] > 0);
  const values = supported.length ? supported : among(() => true);
  if (!values.length) return null;
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return direction === "minimize" ? [high, low] : [low, high];
}

/** Indices [i, j] of the cell at a point; null beside all. */
export function cellAt(xs, ys, x, y) {
  const within = (p) => ({ from, to }) => p >= Math.min(from, to) && p <= Math.max(from, to);
  const [i, j] = [xs.findIndex(within(x)), ys.findIndex(within(y))];
  return i < 0 || j < 0 ? null : [i, j];
}

/**
 * Draw the cells of a surface; one that no trial supports is pale and hatched, one that cannot be stays empty.
 * @param {{mean: (number | null)[][], support: number[][]}} surface rows along x
 * @param {object[]} xs places of `placesOf` @param {object[]} ys
 * @param {[number, number]} range worst and best value
 * @param {{ramp: Uint32Array, style: object}} view
 */
export function drawCells(pen, { mean, support }, xs, ys, range, { ramp, style }) {
  xs.forEach((a, i) =>
    ys.forEach((b, j) => {
      const value = mean[i][j];
      if (value === null || !Number.isFinite(a.at + b.at)) return;
      const [x0, x1] = edges(a);
      const [y0, y1] = edges(b);
      pen.globalAlpha = support[i][j] ? 1 : 0.22;
      pen.fillStyle = css(ramp[colourIndex(value, range)]);
      pen.fillRect(x0, y0, x1 - x0, y1 - y0);
      pen.globalAlpha = 1;
      if (!support[i][j]) hatch(pen, x0, y0, x1, y1, style.edge);
    }),
  );
}

/** Whole pixels, so that neighbours touch without a seam. */
const edges = ({ from, to }) => {
  const [low, high] = [Math.round(Math.min(from, to)), Math.round(Math.max(from, to))];
  return [low, Math.max(low + 1, high)];
};

/** Diagonals that run on from cell to cell. */
function hatch(pen, x0, y0, x1, y1, colour) {
  pen.strokeStyle = colour;
  pen.lineWidth = 0.75;
  pen.beginPath();
  for (let c = Math.ceil((x0 + y0) / HATCH) * HATCH; c <= x1 + y1; c += HATCH) {
    const [a, b] = [Math.max(x0, c - y1), Math.min(x1, c - y0)];
    if (a >= b) continue;
    pen.moveTo(a, c - a);
    pen.lineTo(b, c - b);
  }
  pen.stroke();
}

/** Draw the colours of a range, worst to best, between two pixels. */
export function drawRamp(pen, x0, x1, y, height, ramp) {
  const steps = 24;
  const width = (x1 - x0) / steps;
  for (let i = 0; i < steps; i++) {
    pen.fillStyle = css(ramp[Math.round((255 * i) / (steps - 1))]);
    pen.fillRect(x0 + i * width, y, width + 0.5, height);
  }
}
