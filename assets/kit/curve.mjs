/** A marginal as a curve over its axis: the means, their spread as a band, the effective range as brackets. */

const STEPPED = 12;

/**
 * Points of the curve, in runs: one through the middles of the cells, steps where there are few or of categories.
 * @param {object[]} cells of `cellsOf` @param {boolean} category
 * @returns {{x: number, mean: number, std: number}[][]}
 */
export function curveRuns(cells, category) {
  const known = cells.filter(({ mean }) => Number.isFinite(mean));
  const steps = (some) => some.map(({ from, to, mean, std }) => [from, to].map((x) => ({ x, mean, std })));
  const aside = known.filter(({ inactive }) => inactive);
  const plain = known.filter(({ inactive }) => !inactive);
  if (category || plain.length <= STEPPED) return [...steps(plain), ...steps(aside)];
  const [first, last] = [plain[0], plain.at(-1)];
  const middle = plain.map(({ at, mean, std }) => ({ x: at, mean, std }));
  return [[{ ...middle[0], x: first.from }, ...middle, { ...middle.at(-1), x: last.to }], ...steps(aside)];
}

/** Draw runs as lines; `toY` gives the pixel of a value. */
export function drawRuns(pen, runs, toY, colour) {
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.lineJoin = "round";
  for (const run of runs) {
    pen.beginPath();
    for (const { x, mean } of run) pen.lineTo(x, toY(mean));
    pen.stroke();
  }
}

/** Draw the spread of runs as bands around them. */
export function drawBands(pen, runs, toY, colour) {
  pen.globalAlpha = 0.18;
  pen.fillStyle = colour;
  for (const run of runs) {
    pen.beginPath();
    for (const { x, mean, std } of run) pen.lineTo(x, toY(mean - (std || 0)));
    for (const { x, mean, std } of [...run].reverse()) pen.lineTo(x, toY(mean + (std || 0)));
    pen.fill();
  }
  pen.globalAlpha = 1;
}

/** A bracket over the pixels p0…p1: along y to the left of `at`, or along x above it. */
export function drawBracket(pen, p0, p1, at, colour, vertical) {
  const [from, to] = [p0 + 0.75, Math.max(p0 + 2, p1 - 0.75)];
  const corners = [[from, at - 4], [from, at], [to, at], [to, at - 4]];
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (const [along, across] of corners) pen.lineTo(...(vertical ? [across, along] : [along, across]));
  pen.stroke();
}
