"""What our controller costs: throughput, CPU a trial, the time to the first report, and ten thousand trials."""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import RDBStorage
from sqlalchemy import select
from sqlalchemy.pool import NullPool

from bench.result import Row, number
from bench.server import ROOT
from data.workspace import Workspace, metric_log, open_workspace, use_wal
from trainer import launch, storage

SECOND = """
import time

def main(run):
    began = time.monotonic()
    run.report(1, score=0.0)
    while time.monotonic() - began < 1:
        {work}
    return {{"score": run.params["x"], "began": began, "ended": time.monotonic()}}
"""
WORK = {"waiting": "time.sleep(0.05)", "computing": "sum(range(1000))"}
REPORTS = """
def main(run):
    for step in range(1, 21):
        run.report(step, score=step)
"""
INSTANT = "def main(run): return run.params['x']\n"
WORKERS, SECONDS, REPORTING, MANY, EVERY = 2, 24, 200, 10_000, 1000


def rows() -> list[Row]:
    """All figures of training."""
    return [*(throughput(kind) for kind in WORK), cpu(), *first_reports(), *growth()]


def throughput(kind: str) -> Row:
    """Seconds for trials of one second with two workers, against a bare pool, each from first start to last end."""
    source = SECOND.format(work=WORK[kind])
    with tempfile.TemporaryDirectory() as folder:
        _controlled(Path(folder), source, SECONDS, SECONDS)
        workspace = open_workspace(Path(folder) / "work")
        with storage.optuna_storage(workspace) as backend:
            trials = optuna.load_study(study_name="bench", storage=backend).trials
        ours = _span([(t.user_attrs["began"], t.user_attrs["ended"]) for t in trials])
        workspace.engine.dispose()
    with multiprocessing.get_context("forkserver").Pool(WORKERS) as pool:
        peer = _span(pool.map(_pooled, [source] * SECONDS, chunksize=1))
    what = f"{SECONDS} trials of one second ({kind}), 2 workers"
    return Row(what, SECONDS, "s", ours, peer, "multiprocessing.Pool", bound=peer / 0.95)


def _span(times: list[tuple[float, float]]) -> float:
    return max(end for _, end in times) - min(begin for begin, _ in times)


class _Bare:
    params = {"x": 0.5}  # noqa: RUF012

    def report(self, _step: int, **_metrics: float) -> bool:
        return True


def _pooled(source: str) -> tuple[float, float]:
    module: dict[str, Any] = {}
    exec(source, module)
    result = module["main"](_Bare())
    return result["began"], result["ended"]


def cpu() -> Row:
    """CPU of the controller for a trial with 20 reports, against ``study.optimize`` on Optuna's storage of the same
    database."""
    with tempfile.TemporaryDirectory() as folder:
        samples = _controlled(Path(folder), REPORTS, REPORTING, REPORTING)
        ours = (samples[-1][2] - samples[0][2]) / REPORTING
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(folder)
        with storage.optuna_storage(workspace) as buffered:
            beside = _optimize(buffered)
        plain = RDBStorage(workspace.url, engine_kwargs={"poolclass": NullPool})
        use_wal(plain.engine)
        peer = _optimize(plain)
        plain.remove_session()
        plain.engine.dispose()
        workspace.engine.dispose()
    note = f"study.optimize on our storage, without processes or a metric log: {number(beside * 1e3, 'ms')}"
    what = "controller CPU, a trial with 20 reports"
    return Row(what, REPORTING, "ms", ours * 1e3, peer * 1e3, "study.optimize", bound=peer * 1e3, note=note)


def _optimize(backend: RDBStorage) -> float:
    """CPU seconds a trial of ``study.optimize``."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(storage=backend, sampler=optuna.samplers.RandomSampler(seed=1))
    before = time.process_time()
    study.optimize(_reporting, n_trials=REPORTING)
    return (time.process_time() - before) / REPORTING


def _reporting(trial: optuna.Trial) -> float:
    x = trial.suggest_float("x", 0, 1)
    for step in range(1, 21):
        trial.report(step, step)
    return x


def first_reports() -> list[Row]:
    """Seconds from the launch of a study to its first report in the database: own function, built-in network."""
    digits = {
        "objective": {"type": "builtin", "target": "digits"},
        "space": {"dropout": {"type": "float", "low": 0, "high": 0.5}},
        "metrics": {"val_accuracy": "maximize"},
        "budget": {"trials": 1, "steps": 3},
    }
    figures = []
    for what, changes in (("own function", {}), ("digits (PyTorch)", digits)):
        with tempfile.TemporaryDirectory() as folder:
            workspace = open_workspace(Path(folder) / "work")
            spec = _spec(Path(folder), REPORTS, 1) | changes
            began = time.monotonic()
            launch.start(spec, workspace)
            while not _reported(workspace):
                time.sleep(0.01)
            figures.append(Row(f"launch to first report, {what}", 1, "s", time.monotonic() - began))
            while launch.list_studies(workspace)[0]["state"] == "running":
                time.sleep(0.1)
            workspace.engine.dispose()
    return figures


def _reported(workspace: Workspace) -> bool:
    with workspace.engine.connect() as connection:
        return connection.scalar(select(metric_log.c.id).limit(1)) is not None


def growth() -> list[Row]:
    """CPU a trial and memory of the controller over ten thousand instant trials, at the end against the beginning."""
    with tempfile.TemporaryDirectory() as folder:
        samples = _controlled(Path(folder), INSTANT, MANY, EVERY)
    spans = [(b[2] - a[2]) / (b[0] - a[0]) * 1e3 for a, b in pairwise(samples) if b[0] > a[0]]
    walls = [(b[1] - a[1]) / (b[0] - a[0]) * 1e3 for a, b in pairwise(samples) if b[0] > a[0]]
    shown = ", ".join(
        f"{n:,}: {cpu:.1f} ms, {wall:.1f} ms, {s[3]:.0f} MB"
        for (n, *_), cpu, wall, s in zip(samples[1:], spans, walls, samples[1:], strict=False)
    )
    note = f"CPU and time a trial, memory, up to trial {shown}"
    return [
        Row("controller CPU a trial, last thousand", MANY, "ms", spans[-1], spans[1], "second thousand", note=note),
        Row(
            "controller memory, at the end",
            MANY,
            "MB",
            samples[-1][3],
            samples[2][3],
            "at 2,000",
            bound=samples[2][3] + 1,
        ),
    ]


def _controlled(folder: Path, source: str, trials: int, every: int) -> list[list[float]]:
    """Run a study in a controller of its own; its samples."""
    spec = folder / "spec.json"
    spec.write_text(json.dumps(_spec(folder, source, trials)), encoding="utf-8")
    code = "import sys; from bench.controlled import main; main(*sys.argv[1:])"  # trials would import a main module
    command = [sys.executable, "-c", code, str(spec), str(folder / "work"), str(every)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def _spec(folder: Path, source: str, trials: int) -> dict[str, Any]:
    (folder / "own.py").write_text(source, encoding="utf-8")
    return {
        "name": "bench",
        "objective": {"type": "python", "target": "own:main", "cwd": str(folder)},
        "space": {"x": {"type": "float", "low": 0, "high": 1}},
        "metrics": {"score": "maximize"},
        "budget": {"trials": trials, "steps": 20},
        "workers": WORKERS,
        "seed": 1,
    }
