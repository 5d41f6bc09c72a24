/** Which rows of a study importance may rest on, see `analytics.evidence.Rows`. Pure. */
import { formatNumber } from "./scale.mjs";

const MOST_BUDGETS = 8;

/**
 * What there is to choose; one entry where all rows are completed at one budget.
 * @returns {{value: string, label: string}[]}
 */
export function rowChoices({ table }, study) {
  const index = table.ids.indexOf(study);
  if (index < 0) return [{ value: "completed", label: "completed" }];
  const { complete, pruned, budgets } = counted(table, index);
  const choices = [{ value: "completed", label: `completed (${formatNumber(complete)})` }];
  if (pruned) choices.push({ value: "worst", label: `with ${formatNumber(pruned)} pruned as worst` });
  const common = [...budgets].sort((a, b) => b[1] - a[1]).slice(0, MOST_BUDGETS).map(([budget]) => budget);
  if (pruned || budgets.size > 1) {
    choices.push(...common.sort((a, b) => a - b).map((budget) => ({ value: String(budget), label: `all at budget ${formatNumber(budget)}` })));
  }
  return choices;
}

/** How many configurations ended how, and how many rows ended at which budget. */
function counted(table, index) {
  const { columns } = table;
  const [state, final, budget] = ["state", "final", "budget"].map((name) => columns.get(name));
  const found = { complete: 0, pruned: 0, budgets: new Map() };
  for (let row = 0; row < table.rows; row++) {
    if (table.study[row] !== index) continue;
    const ended = state ? state.levels[state.values[row]] : "complete";
    if (ended !== "complete" && ended !== "pruned") continue;
    const at = budget?.values[row];
    if (Number.isFinite(at)) found.budgets.set(at, (found.budgets.get(at) ?? 0) + 1);
    if (!final || final.levels[final.values[row]] !== false) found[ended]++;
  }
  return found;
}
