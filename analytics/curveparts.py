"""Which logged metric is what: training or validation, lower or higher is better, the one that a search goes by."""

from __future__ import annotations

import re
from collections.abc import Collection

from analytics.trials import Trials

PARTS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev", "eval"), "validation"),
    "test": "test",
}
_WORDS = "|".join(PARTS)
_BEFORE = re.compile(rf"^({_WORDS})[_\-./ ]+(.+)$", re.IGNORECASE)
_AFTER = re.compile(rf"^(.+)[_\-./ ]+({_WORDS})$", re.IGNORECASE)
_LOWER = re.compile(r"loss|error|err$|entropy|mse|rmse|mae|nll|perplexity|brier|regret", re.IGNORECASE)
_HIGHER = re.compile(r"acc|auc|f1|score|precision|recall|r2|iou|bleu|reward|return", re.IGNORECASE)


def part_of(metric: str) -> tuple[str, str]:
    """What a metric measures and on which data: ``val_loss`` is ("loss", "validation"); "" where its name says nothing.

    The browser's twin is ``partOf`` in assets/kit/curveset.mjs.
    """
    if found := _BEFORE.match(metric):
        return found[2], PARTS[found[1].lower()]
    if found := _AFTER.match(metric):
        return found[1], PARTS[found[2].lower()]
    return metric, ""


def sign_of(metric: str, trials: Trials) -> int:
    """1 if lower is better, -1 if higher is, by what the study declares, else by the name; 0 if neither says."""
    known = trials.metrics.get(metric)
    if known is not None and known.direction is not None:
        return 1 if known.direction == "minimize" else -1
    return 1 if _LOWER.search(metric) else -1 if _HIGHER.search(metric) else 0


def main_metric(logged: Collection[str], trials: Trials) -> str | None:
    """The logged metric by which a trial is judged: an objective, else the first on validation data, else any; None."""
    objectives = [metric.name for metric in trials.metrics.values() if metric.objective]
    validation = [name for name in sorted(logged) if part_of(name)[1] == "validation"]
    wanted = [name for name in [*objectives, *validation, *sorted(logged)] if name in logged and sign_of(name, trials)]
    return wanted[0] if wanted else None


def training_pairs(logged: Collection[str], trials: Trials) -> list[tuple[str, str]]:
    """(training, validation) metrics of a kind, losses first; of ``loss`` and ``val_loss`` the bare one is training."""
    by_group: dict[str, dict[str, str]] = {}
    for name in sorted(logged):
        group, part = part_of(name)
        by_group.setdefault(group, {})[part] = name
    pairs = [
        (parts.get("train") or parts[""], parts["validation"])
        for parts in by_group.values()
        if "validation" in parts and ("train" in parts or "" in parts)
    ]
    return sorted((p for p in pairs if sign_of(p[1], trials)), key=lambda pair: -sign_of(pair[1], trials))
