"""CPU for importances of a study with eight hyperparameters: ours, and three peers on the same trials.

All fit 16 trees with leaves of one row and more, every hyperparameter considered at every split: Optuna's fANOVA, its
rewrite in Cython (optuna-fast-fanova), and the package of fANOVA's authors. Each peer has a minute of CPU for the fit
and the singles and another for the fit and the pairs; a size that it does not finish is its last.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analytics.columns import Floats, Kind, Role, State, category_column, number_column
from analytics.importance import fanova
from analytics.space import parse_space
from analytics.trials import Metric, Study, Trials
from bench.reading import cpu
from bench.result import Row
from bench.server import PEERS, ROOT

SIZES = (1_000, 10_000)
PEER_UP_TO = 1_000
AXES, TREES = 8, 16
PEER = f"optuna's fANOVA, {TREES} trees"
LIMIT_SECONDS = 60
RIVALS = {
    "optuna": (PEERS / "python", PEER),
    "fast": (PEERS / "python", "optuna-fast-fanova"),
    "reference": (ROOT / ".venv-fanova" / "bin" / "python", "fanova 2.0.19"),
}
AT_MOST = {"singles": 1 / 20, "pairs": 1 / 1_000}
EVERYTHING_SECONDS, BRUSH_SECONDS, BRUSH_PAIRS_SECONDS = 1.0, 0.03, 0.15
GROWTH = [
    *((rows, TREES, AXES) for rows in (1_000, 3_000, 10_000, 30_000)),
    *((1_000, trees, AXES) for trees in (32, 64, 128)),
    *((1_000, TREES, axes) for axes in (16, 24, 40)),
]
WITHIN = {"x0": [[0.2, 0.7]], "x3": [[0.0, 0.5]]}


@dataclass(frozen=True)
class Run:
    """What a peer did: CPU seconds for the fit and for its shares, and how many of these it finished."""

    fit: float
    seconds: float
    done: int
    of: int

    @property
    def finished(self) -> bool:
        return self.done == self.of


def sample(rows: int, axes: int = AXES) -> tuple[Floats, Floats]:
    """Points on the unit cube (rows, axes), and a noisy function of them (rows,)."""
    random = np.random.default_rng(0)
    x = random.random((rows, axes))
    y = 4 * (x[:, 0] - 0.6) ** 2 + (x[:, 1] - 0.3) ** 2 - x[:, 2] * x[:, 3] + 0.5 * x[:, 4] * x[:, 5]
    return x, y + 0.1 * random.standard_normal(rows)


def as_trials(x: Floats, y: Floats) -> Trials:
    """The sample as a study with the objective ``value``."""
    space = parse_space({f"x{axis}": {"type": "float", "low": 0.0, "high": 1.0} for axis in range(x.shape[1])})
    columns = [
        number_column("number", np.arange(len(x), dtype=np.float64), Role.ROW, Kind.INT),
        category_column("state", [State.COMPLETE] * len(x), Role.ROW),
        category_column("final", [True] * len(x), Role.ROW),
        *(number_column(name, x[:, axis], Role.PARAM) for axis, name in enumerate(space)),
        number_column("value", y, Role.METRIC),
    ]
    study = Study("bbbbbbbbbbbb", "bench", "bench", "1")
    return Trials(study, {c.name: c for c in columns}, space, {"value": Metric("value", "minimize", objective=True)})


def used(work: Callable[[], object]) -> float:
    """CPU seconds of the work."""
    before = cpu()
    work()
    return cpu() - before


def everything(trials: Trials, trees: int = TREES, *, surfaces: bool = True) -> None:
    """Fit, singles, pairs and all surfaces."""
    importance = fanova(trials, "value", trees=trees, min_samples_leaf=1)
    assert len(importance.single) == len(trials.space)
    for pair in importance.pairs:
        if surfaces:
            importance.surface(*pair)


def ours(trials: Trials) -> dict[str, float]:
    """CPU seconds by what was asked for."""
    fit = used(lambda: fanova(trials, "value", trees=TREES, min_samples_leaf=1))
    seen = fanova(trials, "value", trees=TREES, min_samples_leaf=1)
    singles = used(lambda: seen.single)
    assert len(seen.single) == AXES
    pairs = used(lambda: seen.pairs)
    surfaces = used(lambda: [seen.surface(*pair) for pair in seen.pairs])
    brushed = used(lambda: seen.within(WITHIN).single)
    both = used(lambda: (lambda part: (part.single, part.pairs))(seen.within(WITHIN)))
    return {"fit": fit, "singles": singles, "pairs": pairs, "surfaces": surfaces, "brush": brushed, "brush pairs": both}


def theirs(rival: str, path: Path, what: str) -> Run:
    """A peer's CPU in a process of its own that a minute of it ends."""
    python, _ = RIVALS[rival]
    script = Path(__file__).parent / "peers" / "shares.py"
    command = [str(python), str(script), rival, str(path), str(TREES), what]
    limited = ["bash", "-c", f'ulimit -t {LIMIT_SECONDS + 5} && exec "$@"', "limited", *command]
    told = [float(line) for line in subprocess.run(limited, capture_output=True, text=True).stdout.splitlines()]
    of = AXES if what == "singles" else AXES * (AXES - 1) // 2
    return Run(sum(told[:1]), sum(told[1:]), len(told[1:]), of)


def compared(size: int, path: Path, figures: dict[str, float], given_up: set[tuple[str, str]]) -> Iterator[Row]:
    """Ours beside each peer, for singles and pairs; what a peer does not finish it is not asked for again."""
    names = {"singles": "8 singles", "pairs": "28 pairs"}
    for what, label in names.items():
        runs = {rival: theirs(rival, path, what) for rival in RIVALS if (rival, what) not in given_up}
        given_up |= {(rival, what) for rival, run in runs.items() if not run.finished}
        fastest = min((run.seconds for run in runs.values() if run.finished), default=float(LIMIT_SECONDS))
        for rival, run in runs.items():
            if what == "singles":
                yield Row("importance, fit", size, "s", figures["fit"], run.fit, RIVALS[rival][1])
            note = "" if run.finished else f"{RIVALS[rival][1]} had done {run.done} of {run.of} after {LIMIT_SECONDS} s"
            seconds = run.seconds if run.finished else float(LIMIT_SECONDS)
            bound = AT_MOST[what] * fastest if size == SIZES[0] else None
            yield Row(f"importance, {label}", size, "s", figures[what], seconds, RIVALS[rival][1], bound, note)
        if not runs:
            yield Row(f"importance, {label}", size, "s", figures[what], note="no peer does this in a minute at 1,000")


def rows(folder: Path) -> list[Row]:
    """Ours against the peers, what a brush costs, and how the cost grows."""
    folder.mkdir(parents=True, exist_ok=True)
    fanova(as_trials(*sample(200)), "value")  # pays for the imports
    found: list[Row] = []
    given_up: set[tuple[str, str]] = set()
    for size in SIZES:
        x, y = sample(size)
        path = folder / f"shares-{size}.npz"
        np.savez(path, x=x, y=y)
        trials = as_trials(x, y)
        figures = ours(trials)
        found += compared(size, path, figures, given_up)
        bounds = (BRUSH_SECONDS, BRUSH_PAIRS_SECONDS)
        found.append(Row("importance, 28 surfaces", size, "s", figures["surfaces"]))
        found.append(Row("importance within a brush, 8 singles", size, "s", figures["brush"], bound=bounds[0]))
        found.append(Row("importance within a brush, and 28 pairs", size, "s", figures["brush pairs"], bound=bounds[1]))
        whole = used(lambda trials=trials: everything(trials))  # type: ignore[misc]
        found.append(Row("importance, all of them with the fit", size, "s", whole, bound=EVERYTHING_SECONDS))
    return [*found, *growth()]


def growth() -> list[Row]:
    """CPU for fit, singles and pairs as rows, trees and hyperparameters grow."""
    found = []
    for size, trees, axes in GROWTH:
        trials = as_trials(*sample(size, axes))
        seconds = used(lambda trials=trials, trees=trees: everything(trials, trees, surfaces=False))  # type: ignore[misc]
        found.append(Row(f"importance, fit and all shares: {trees} trees, {axes} hyperparameters", size, "s", seconds))
    return found
