/** Lines that stand for studies where several are shown: the same dashes in every view. */
import { fit, line, text } from "./draw.mjs";

const DASHES = [[], [5, 3], [2, 2], [8, 3, 2, 3]];

/** How the line of a study is dashed. */
export const dashesOf = (study) => DASHES[study % DASHES.length];

/**
 * Which line is which study, in one line of text that ends at `right`.
 * @returns {number} the width it took
 */
export function studyLegend(pen, names, right, y, style) {
  let x = right;
  for (let s = names.length - 1; s >= 0; s--) {
    const name = fit(pen, names[s], 120);
    text(pen, name, x, y, style.ink, "right");
    x -= pen.measureText(name).width + 26;
    pen.setLineDash(dashesOf(s));
    line(pen, x, y - 4, x + 22, y - 4, style.ink, 1.2);
    pen.setLineDash([]);
    x -= 12;
  }
  return right - x;
}
