/** Places within the bands of categories, so that points beside each other do not overlap (HyperTendril 5.3.1). Pure. */
import { jitter } from "./points.mjs";

const FILLED = 0.84;
const MOST_SLOTS = 64;

/** The k-th place around the middle: 0, 1, -1, 2, -2 … */
const around = (slot) => (slot % 2 ? (slot + 1) / 2 : -slot / 2);

/**
 * How far each chain stands from the middle of its category's band: a chain keeps its place from its first point to its last, and
 * takes the one nearest to the middle that is free. Where there are more than fit, they move closer together; what is
 * beyond 64 side by side is spread evenly.
 * @param {{key: number, category: number, from: number, to: number}[]} chains x of the first and the last point, in pixels
 * @param {number} band height of a band @param {number} diameter of a point
 * @returns {Map<number, number>} offset by key
 */
export function slotOffsets(chains, band, diameter) {
  const offsets = new Map();
  for (const group of byCategory(chains)) {
    const sorted = [...group].sort((a, b) => a.from - b.from || a.to - b.to || a.key - b.key);
    const ends = [];
    const slots = sorted.map(({ from, to }) => {
      let slot = ends.findIndex((end) => end + diameter <= from);
      if (slot < 0) slot = ends.length < MOST_SLOTS ? ends.length : -1;
      if (slot >= 0) ends[slot] = to;
      return slot;
    });
    const room = Math.abs(band) * FILLED;
    const step = Math.min(diameter + 1, room / Math.max(ends.length, 1));
    sorted.forEach(({ key }, i) => offsets.set(key, slots[i] < 0 ? (jitter(key, 1) - 0.5) * room : around(slots[i]) * step));
  }
  return offsets;
}

function byCategory(chains) {
  const groups = new Map();
  for (const chain of chains) {
    if (!groups.has(chain.category)) groups.set(chain.category, []);
    groups.get(chain.category).push(chain);
  }
  return groups.values();
}
