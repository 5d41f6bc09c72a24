/**
 * Lines and dots as sums per pixel: of weights, and of weight times colour index.
 *
 * Marks add up instead of covering each other, so a mark can be taken away again: a brush step costs only the rows that
 * it changes. A pixel shows the weighted mean colour of the marks through it (better rows weigh more, so they show in a
 * crowd) and is the more opaque the more marks there are. All sums are whole numbers, hence adding and removing is exact.
 */

const COVER = 16;
const STEPS = 4096;
const MOST_TOUCHED = 1 << 15;

export class Accumulator {
  /** @param {number} width device pixels @param {number} height device pixels */
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.sums = new Uint32Array(2 * width * height);
    this.image = new ImageData(Math.max(width, 1), Math.max(height, 1));
    this.pixels = new Uint32Array(this.image.data.buffer);
    // Discs stamped since the image was last resolved; where only they changed, only their pixels are resolved again.
    this.touched = { at: new Int32Array(MOST_TOUCHED), discs: [], count: 0, all: true };
    this.look = { ramp: null, opacity: NaN };
  }

  clear() {
    this.sums.fill(0);
    this.touched.all = true;
  }

  /** Add (sign 1) or remove (-1) an anti-aliased line from x0 (included) to x1 (excluded), weight 1…8, colour 0…255. */
  line(x0, y0, x1, y1, weight, colour, sign) {
    this.touched.all = true;
    const dx = x1 - x0;
    const dy = y1 - y0;
    if (Math.abs(dy) <= Math.abs(dx)) this.#shallow(Math.round(x0), y0, Math.round(x1), dy / dx, sign * weight, colour);
    else if (dy > 0) this.#steep(x0, Math.round(y0), Math.round(y1), dx / dy, sign * weight, colour);
    else this.#steep(x1, Math.round(y1), Math.round(y0), dx / dy, sign * weight, colour);
  }

  #shallow(x, y0, end, slope, weight, colour) {
    const { sums, width } = this;
    let y = Math.round(y0 * 65536);
    const step = Math.round(slope * 65536);
    for (; x < end; x++, y += step) {
      const below = weight * ((y >> 12) & 15);
      const above = weight * COVER - below;
      let i = 2 * ((y >> 16) * width + x);
      sums[i] += above;
      sums[i + 1] += above * colour;
      i += 2 * width;
      sums[i] += below;
      sums[i + 1] += below * colour;
    }
  }

  #steep(x0, y, end, slope, weight, colour) {
    const { sums, width } = this;
    let x = Math.round(x0 * 65536);
    const step = Math.round(slope * 65536);
    for (; y < end; y++, x += step) {
      const right = weight * ((x >> 12) & 15);
      const left = weight * COVER - right;
      const i = 2 * (y * width + (x >> 16));
      sums[i] += left;
      sums[i + 1] += left * colour;
      sums[i + 2] += right;
      sums[i + 3] += right * colour;
    }
  }

  /** Add or remove a round dot of a radius in device pixels, clipped at the borders. */
  dot(cx, cy, radius, weight, colour, sign) {
    this.touched.all = true;
    const { sums, width, height } = this;
    const x0 = Math.max(0, Math.floor(cx - radius));
    const x1 = Math.min(width - 1, Math.ceil(cx + radius));
    const y0 = Math.max(0, Math.floor(cy - radius));
    const y1 = Math.min(height - 1, Math.ceil(cy + radius));
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        const inside = radius + 0.5 - Math.hypot(x - cx, y - cy);
        if (inside <= 0) continue;
        const amount = sign * weight * Math.round(COVER * Math.min(inside, 1));
        const i = 2 * (y * width + x);
        sums[i] += amount;
        sums[i + 1] += amount * colour;
      }
    }
  }

  /** Add or remove a disc (see discOf) around a pixel, given as its index; the disc must lie inside the canvas. */
  stamp(at, disc, weight, colour, sign) {
    const { sums } = this;
    const { offsets, amounts } = disc;
    const signed = sign * weight;
    this.#touch(at, disc);
    for (let k = 0; k < offsets.length; k++) {
      const i = 2 * (at + offsets[k]);
      const amount = signed * amounts[k];
      sums[i] += amount;
      sums[i + 1] += amount * colour;
    }
  }

  /**
   * The sums as an image.
   * @param {Uint32Array} ramp 256 packed colours
   * @param {number} opacity of one full mark of weight 1, in 0…1
   */
  resolve(ramp, opacity) {
    const { touched, look } = this;
    const alpha = alphas(opacity);
    if (touched.all || look.ramp !== ramp || look.opacity !== opacity) {
      this.#resolveAll(ramp, alpha);
    } else {
      this.#resolveTouched(ramp, alpha);
    }
    Object.assign(touched, { count: 0, all: false });
    Object.assign(look, { ramp, opacity });
    return this.image;
  }

  #resolveAll(ramp, alpha) {
    const { sums, pixels } = this;
    for (let i = 0, j = 0; i < pixels.length; i++, j += 2) {
      pixels[i] = sums[j] === 0 ? 0 : pixelOf(sums[j], sums[j + 1], ramp, alpha);
    }
  }

  #resolveTouched(ramp, alpha) {
    const { sums, pixels } = this;
    const { at, discs, count } = this.touched;
    for (let n = 0; n < count; n++) {
      const { offsets } = discs[n];
      for (let k = 0; k < offsets.length; k++) {
        const i = at[n] + offsets[k];
        pixels[i] = sums[2 * i] === 0 ? 0 : pixelOf(sums[2 * i], sums[2 * i + 1], ramp, alpha);
      }
    }
  }

  #touch(at, disc) {
    const { touched } = this;
    if (touched.count === MOST_TOUCHED) touched.all = true;
    if (touched.all) return;
    touched.at[touched.count] = at;
    touched.discs[touched.count++] = disc;
  }
}

/** A pixel of a summed weight above 0 and a sum of weight times colour index. */
function pixelOf(weight, coloured, ramp, alpha) {
  return (alpha[weight < STEPS ? weight : STEPS - 1] << 24) | ramp[(coloured / weight) | 0];
}

/**
 * The pixels of a disc of a radius in device pixels, on a canvas of a width.
 * @returns {{reach: number, offsets: Int32Array, amounts: Uint8Array}} reach: pixels from its centre to its border
 */
export function discOf(radius, width) {
  const reach = Math.ceil(radius - 0.5);
  const [offsets, amounts] = [[], []];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const amount = Math.round(COVER * Math.min(1, radius + 0.5 - Math.hypot(x, y)));
      if (amount <= 0) continue;
      offsets.push(y * width + x);
      amounts.push(amount);
    }
  }
  return { reach, offsets: Int32Array.from(offsets), amounts: Uint8Array.from(amounts) };
}

function alphas(opacity) {
  const table = new Uint8Array(STEPS);
  const rest = Math.log(1 - Math.min(opacity, 0.98)) / COVER;
  for (let w = 1; w < STEPS; w++) table[w] = Math.max(1, Math.round(255 * (1 - Math.exp(rest * w))));
  return table;
}
