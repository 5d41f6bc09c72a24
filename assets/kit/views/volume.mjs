/** The hypervolume so far over the trials: a step line a study, grey of all its trials, dark of those that the brushes select. */
import { css } from "../colour.mjs";
import { frontier } from "../frontier.mjs";
import { horizontalAxis, line, paragraph, text, verticalAxis } from "../draw.mjs";
import { NumberScale } from "../scale.mjs";
import { dashesOf, studyLegend } from "../studylines.mjs";
import { NO_VOLUMES } from "../volumes.mjs";
import { View } from "../view.mjs";

const [TOP, RIGHT, BOTTOM, LEFT] = [28, 16, 40, 56];
const [HEIGHT, EMPTY] = [240, 64];
const percent = (share) => `${Number((100 * share).toPrecision(3))} %`;

export class Volume extends View {
  constructor(host, model, painter) {
    super(host, model, painter);
    model.volumes ??= NO_VOLUMES;
    model.on("volumes", () => this.invalidate("data"));
    const update = () => {
      host.hidden = frontier(model).metrics.length < 2;
    };
    model.on("data", update);
    update();
  }

  get perRow() {
    return false;
  }

  needs() {
    return this.model.volumes.whole ? HEIGHT : EMPTY;
  }

  geometry(width, height) {
    const { whole } = this.model.volumes;
    const last = whole ? Math.max(1, ...whole.studies.map((study) => study.last)) : 1;
    const highest = whole ? Math.max(1e-9, ...whole.studies.flatMap(({ shares }) => shares.slice(-1))) : 1;
    this.x = new NumberScale({ low: 0, high: last, integer: true, format: String }, LEFT, width - RIGHT);
    this.y = new NumberScale({ low: 0, high: Math.min(1, 1.05 * highest), format: percent }, Math.max(TOP + 40, height - BOTTOM), TOP);
  }

  #curves(pen, answer, colour, width) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    answer.studies.forEach(({ numbers, shares, last }, s) => {
      pen.setLineDash(answer.studies.length > 1 ? dashesOf(s) : []);
      pen.beginPath();
      pen.moveTo(this.x.toPixel(0), this.y.toPixel(0));
      numbers.forEach((number, i) => {
        pen.lineTo(this.x.toPixel(number), this.y.toPixel(i ? shares[i - 1] : 0));
        pen.lineTo(this.x.toPixel(number), this.y.toPixel(shares[i]));
      });
      if (shares.length) pen.lineTo(this.x.toPixel(last), this.y.toPixel(shares.at(-1)));
      pen.stroke();
    });
    pen.setLineDash([]);
  }

  backdrop(pen) {
    const { whole, within } = this.model.volumes;
    if (whole && within) this.#curves(pen, whole, css(this.style.contextPixel), 3);
  }

  fills(pen) {
    const { whole, within } = this.model.volumes;
    if (whole) this.#curves(pen, within ?? whole, this.style.ink, 1.5);
  }

  axes(pen) {
    const { state, sentence, whole } = this.model.volumes;
    if (!whole) {
      const words = state === "loading" ? "Computing the hypervolume …" : state === "refused" ? `No hypervolume: ${sentence}.` : "A hypervolume needs two metrics with a direction.";
      return paragraph(pen, words, 8, 24, this.width - 16, this.style.muted);
    }
    verticalAxis(pen, this.y, LEFT, this.style, { room: LEFT - 10 });
    horizontalAxis(pen, this.x, this.height - BOTTOM, this.style);
    line(pen, LEFT, TOP, LEFT, this.height - BOTTOM, this.style.grid);
    text(pen, "hypervolume so far, share of the box", 8, 14, this.style.ink);
    text(pen, "trial", this.width - RIGHT, this.height - 8, this.style.ink, "right");
    const names = this.model.entries.map(({ name }) => name);
    if (names.length > 1) studyLegend(pen, names, this.width - RIGHT - 40, this.height - 8, this.style);
  }

  describe() {
    const { whole, within } = this.model.volumes;
    if (!whole) return "Hypervolume so far: not known";
    return `Hypervolume so far: ${(within ?? whole).studies.map(({ shares }) => percent(shares.at(-1) ?? 0)).join(", ")} of the box`;
  }
}
