/**
 * Colour is performance: one ramp for all views, better = more contrast with the page. Pure.
 *
 * The ramps run in OKLab, so that equal steps look equal; lightness alone tells the order, so they are safe for the
 * colour-blind. In the dark theme lightness runs the other way.
 */

const RAMPS = {
  light: [[0.86, 0.09, 98], [0.72, 0.12, 150], [0.55, 0.12, 220], [0.3, 0.14, 275]],
  dark: [[0.36, 0.09, 285], [0.5, 0.12, 230], [0.72, 0.14, 160], [0.95, 0.13, 105]],
};

/** The ramp as 256 packed pixels (0x00BBGGRR, worst to best). */
export function ramp(theme) {
  const stops = RAMPS[theme].map(([l, c, h]) => [l, c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)]);
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const at = (i / 255) * (stops.length - 1);
    const s = Math.min(Math.floor(at), stops.length - 2);
    return packed(stops[s].map((v, k) => v + (at - s) * (stops[s + 1][k] - v)));
  });
}

function packed([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((v) => Math.round(255 * gamma(Math.min(Math.max(v, 0), 1))));
  return channels[0] | (channels[1] << 8) | (channels[2] << 16);
}

const gamma = (v) => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);

/** A packed pixel as a CSS colour. */
export function css(pixel) {
  return `rgb(${pixel & 255},${(pixel >> 8) & 255},${(pixel >> 16) & 255})`;
}

/**
 * The range that the colours span by default: to the best value, clipped at 2 % on the worse side only, so that
 * outliers do not flatten it.
 * @returns {[number, number] | null} [worst, best]; null without values
 */
export function colourRange(values, direction) {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  if (!sorted.length) return null;
  const clip = Math.floor(0.02 * (sorted.length - 1));
  const last = sorted.length - 1;
  return direction === "minimize" ? [sorted[last - clip], sorted[0]] : [sorted[clip], sorted[last]];
}

/** Place of a value in a colour range as 0 (worst) … 255 (best). */
export function colourIndex(value, [worst, best]) {
  if (value !== value) return 0;
  if (worst === best) return 255;
  return Math.round(255 * Math.min(Math.max((value - worst) / (best - worst), 0), 1));
}
