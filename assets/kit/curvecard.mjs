/** All there is of learning curves: what the bridge mounts, and what hangs on the model. */
import { CurveFeed } from "./curvefeed.mjs";
import { mountCurveLegend } from "./curvelegend.mjs";
import { mountCurveTools } from "./curvetools.mjs";
import { mountFlagChips, mountFlagWords } from "./flagchips.mjs";
import { Flags } from "./flags.mjs";
import { mountRungBar } from "./rungbar.mjs";
import { RungTrial } from "./rungtrial.mjs";
import { Curves } from "./views/curves.mjs";

export const CURVES = { curves: Curves, "curves-pinned": Curves };
export const CURVES_WIDGETS = {
  "curve-tools": mountCurveTools,
  "curve-tools-pinned": mountCurveTools,
  "curve-legend": mountCurveLegend,
  "flag-chips": mountFlagChips,
  "flag-words": mountFlagWords,
  "rung-bar": mountRungBar,
};

/** Let a model have learning curves (`model.curves`), their flags (`model.flags`) and a rung that is tried (`model.rungs`). */
export function attachCurves(model) {
  new CurveFeed(model);
  new Flags(model);
  new RungTrial(model);
}
