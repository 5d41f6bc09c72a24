"""What can be claimed of a refined study, in one sentence; 'the mean rose' alone is not success."""

from __future__ import annotations

from analytics.bests import Estimate
from analytics.comparison import LEAST, Comparison
from analytics.text import number_text


def claim(comparison: Comparison) -> str:
    """The strongest sentence that the intervals bear: on the best first, then on the mean, beyond narrowing or not."""
    parent, child = comparison.parent, comparison.child
    for sample in (parent, child):
        if len(sample.values) < LEAST:
            have = f"{sample.name} has {_count(len(sample.values), 'completed trial')}"
            return f"Nothing can be claimed yet: {have} to compare, {LEAST} are the least."
    return f"{_on_best(comparison)}; {_on_mean(comparison)}."


def interval_text(estimate: Estimate, *, signed: bool = False) -> str:
    """``0.974 (0.968 to 0.976)``; differences with their sign."""
    value = _signed(estimate.value) if signed else _plain(estimate.value)
    if estimate.low != estimate.low:
        return value
    low, high = (_signed(end) if signed else _plain(end) for end in (estimate.low, estimate.high))
    return f"{value} ({low} to {high})"


def _on_best(c: Comparison) -> str:
    what = f"expected best of {c.best_of} {interval_text(c.best, signed=True)}"
    if not c.best.sure:
        return f"That {c.child.name} finds better configurations than {c.parent.name} cannot be claimed: {what}"
    better = c.sign * c.best.value > 0
    return f"{c.child.name} finds {'better' if better else 'worse'} configurations than {c.parent.name}: {what}"


def _on_mean(c: Comparison) -> str:
    if not c.mean.sure:
        return f"the means do not differ beyond chance: {interval_text(c.mean, signed=True)}"
    better = c.sign * c.mean.value > 0
    text = f"its mean is {'better' if better else 'worse'} by {number_text(abs(c.mean.value), digits=2)}"
    if not better or c.beyond is None or c.inside is None:
        return text
    there = f"{c.parent.name}'s own {_count(len(c.inside.values), 'trial')} in the same space"
    if c.beyond.sure and c.sign * c.beyond.value > 0:
        return f"{text}, more than narrowing alone gives: it is also better than that of {there}"
    return f"{text}, which narrowing alone gives: that of {there} is {_plain(c.inside.mean)}"


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _plain(value: float) -> str:
    return number_text(value)


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+'}{number_text(abs(value), digits=2)}"
