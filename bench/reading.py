"""CPU for reading one SQLite study into a table: our reader against Optuna's own API, each in a process of its own."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

from bench.result import Row
from bench.server import ROOT
from bench.study import NAME, write_study

TRIALS = 10_000
AT_MOST = 0.1


def ours(study: str) -> int:
    """Read with our reader; returns the number of rows."""
    from data.readers import read

    return sum(len(trials.frame) for trials in read(study))


def optunas(study: str) -> int:
    """Read with Optuna's API; returns the number of rows."""
    import optuna

    return len(optuna.load_study(study_name=NAME, storage=f"sqlite:///{study}").trials_dataframe())


def measure(reader: str, study: Path) -> float:
    """CPU seconds of the reading alone: a first, tiny study beside it pays for the imports."""
    write_study(study.with_name("2.db"), 2)
    command = [sys.executable, "-m", "bench.reading", reader, str(study)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return float(done.stdout.splitlines()[-1])


def rows(folder: Path) -> list[Row]:
    """One figure; the bound is a tenth of the peer's CPU."""
    study = write_study(folder / f"{TRIALS}.db", TRIALS)
    mine, theirs = measure("ours", study), measure("optunas", study)
    return [
        Row(
            "reading a SQLite study, CPU",
            TRIALS,
            "s",
            mine,
            theirs,
            "load_study().trials_dataframe()",
            AT_MOST * theirs,
        )
    ]


def cpu() -> float:
    """User and system seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(reader: str, study: str) -> None:
    """Print the CPU seconds of one reading."""
    read = {"ours": ours, "optunas": optunas}[reader]
    read(str(Path(study).with_name("2.db")))
    before = cpu()
    count = read(study)
    used = cpu() - before
    assert count == TRIALS, f"{reader} read {count} of {TRIALS} trials"
    print(used)


if __name__ == "__main__":
    main(*sys.argv[1:])
