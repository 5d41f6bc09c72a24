"""The tables of ``docs/algorithms.md``, from what algorithms and pruners declare: ``python -m trainer.tables``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analytics.settings import Setting
from trainer.algorithms import ALGORITHMS, Algorithm
from trainer.pruners import PRUNERS, Pruner


def tables() -> list[str]:
    """Each table as Markdown: algorithms, what goes with what, settings of algorithms, pruners, settings of pruners."""
    return [
        _table(("`name`", "algorithm", "what it does"), [_head(name, a) for name, a in ALGORITHMS.items()]),
        _table(
            ("`name`", "objectives", "pruners", "constraints", "needs", "known before any result"),
            [(f"`{name}`", *_traits(a)) for name, a in ALGORITHMS.items()],
        ),
        _settings(ALGORITHMS),
        _table(("`pruner`", "pruner", "what it does"), [_head(name, p) for name, p in PRUNERS.items()]),
        _settings(PRUNERS),
    ]


def _head(name: str, declared: Algorithm | Pruner) -> tuple[str, str, str]:
    return f"`{name}`", declared.label, declared.help


def _traits(algorithm: Algorithm) -> tuple[str, ...]:
    pruners = ", ".join(f"`{name}`" for name in algorithm.pruners)
    return (
        "one or more" if algorithm.optimizes(2) else "one",
        "all" if len(algorithm.pruners) == len(PRUNERS) else pruners,
        "keeps away" if algorithm.steers else "stops and records",
        ", ".join(f"`{need}`" if need != "checkpoints" else need for need in algorithm.needs) or "",
        next((f"the first `{s.name}`" for s in algorithm.settings if s.name in COUNTED), "")
        if algorithm.ahead
        else "all",
    )


COUNTED = ("n_startup_trials", "population_size", "population")


def _settings(declared: Mapping[str, Algorithm] | Mapping[str, Pruner]) -> str:
    rows = [
        (f"`{name}`", f"`{setting.name}`", _shown(setting.default), _expected(setting), setting.help)
        for name, owner in declared.items()
        for setting in owner.settings
    ]
    return _table(("of", "setting", "default", "values", "meaning"), rows)


def _shown(value: object) -> str:
    return f"`{str(value).lower() if isinstance(value, bool) else value}`" if value != "" else "empty"


def _expected(setting: Setting) -> str:
    return "names" if setting.type == "text" else setting.expected.removeprefix("one of ")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


if __name__ == "__main__":
    print("\n".join(tables()), end="")
