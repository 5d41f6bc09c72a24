"""Studies written for other tools: ``python -m data.export SOURCE --to FILE [--study NAME]``.

The name of the file tells how: ``.db`` an Optuna storage, ``.parquet`` and ``.csv`` a table laid out as
``study.trials_dataframe()``, ``.hiplot.csv`` HiPlot. What such a file cannot hold is kept inside, of text in a second
file beside it (:mod:`data.readers.kept`), so that the study comes back whole. A file that exists is never written over.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import optuna
from sqlalchemy.exc import SQLAlchemyError

from analytics.columns import EXTRA_ROLES
from analytics.trials import Trials
from data import export_optuna
from data.export_tables import to_hiplot, to_table, write_csv, write_parquet
from data.readers import ReadError, read
from data.readers.kept import KEY, SIDECAR, document, packed

FORMATS = {
    "optuna": (".db", "Optuna storage"),
    "parquet": (".parquet", "Parquet table"),
    "csv": (".csv", "CSV table"),
    "hiplot": (".hiplot.csv", "HiPlot CSV"),
}
"""By key: how names of its files end, and what it is called."""


class ExportError(Exception):
    """A study cannot be written; the message says what stands where."""


def write(trials: Trials, path: Path) -> list[Path]:
    """Write a study to a new file, in the format that its name tells; returns it, and the second file if there is one.

    Annotations stay in the workspace.

    Raises:
        ExportError: a file is there already or cannot be written, or its name tells no format.
    """
    kind = next((kind for kind in reversed(FORMATS) if path.name.endswith(FORMATS[kind][0])), None)
    if kind is None:
        raise ExportError(f"{path} ends in {path.suffix!r}; expected .db, .csv, .parquet or .hiplot.csv")
    columns = {name: column for name, column in trials.columns.items() if column.role not in EXTRA_ROLES}
    with TemporaryDirectory(prefix="hypertrellis-") as folder:
        try:
            made = _made(replace(trials, columns=columns), kind, Path(folder) / f"study{FORMATS[kind][0]}")
            return [_moved(file, path.with_name(path.name + suffix)) for suffix, file in made.items()]
        except FileExistsError as error:
            raise ExportError(f"{error.filename} exists; expected the name of a new file") from error
        except (OSError, SQLAlchemyError) as error:
            raise ExportError(
                f"{path}: {getattr(error, 'strerror', None) or error}; expected a place to write"
            ) from error


def _made(trials: Trials, kind: str, path: Path) -> dict[str, Path]:
    """The files of a study, by what follows the name of the first; all that it lost is in the second or kept inside."""
    if kind == "optuna":
        export_optuna.to_optuna(trials, path)
        export_optuna.keep(path, _lost(trials, path))
    elif kind == "parquet":
        write_parquet(to_table(trials), path, {})
        write_parquet(to_table(trials), path, {KEY: _lost(trials, path)})
    else:
        write_csv((to_hiplot if kind == "hiplot" else to_table)(trials), path)
        beside = path.with_name(path.name + SIDECAR)
        beside.write_text(_lost(trials, path))
        return {"": path, SIDECAR: beside}
    return {"": path}


def _lost(trials: Trials, path: Path) -> str:
    """What a file just written does not tell of a study."""
    try:
        (found,) = read(path)
    except (ReadError, ValueError) as error:
        raise ExportError(f"study {trials.study.name!r} cannot be written so: {error}") from error
    if len(found) != len(trials):
        raise ExportError(
            f"study {trials.study.name!r} cannot be written so: {len(found)} of {len(trials)} rows arrive"
        )
    return packed(document(trials, found))


def _moved(file: Path, to: Path) -> Path:
    with to.open("xb") as target:
        target.write(file.read_bytes())
    return to


def main(argv: Sequence[str] | None = None) -> int:
    """Write one study; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m data.export", description="Write a study for other tools.")
    parser.add_argument("source", help="whatever app.py opens")
    parser.add_argument("--to", type=Path, required=True, metavar="FILE", help=".db, .csv, .parquet, .hiplot.csv")
    parser.add_argument("--study", metavar="NAME", help="which, where the source holds several")
    given = parser.parse_args(argv)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        found = {trials.study.name: trials for trials in read(given.source)}
        name = given.study if given.study is not None or len(found) != 1 else next(iter(found))
        if name not in found:
            raise ExportError(f"{given.source} holds {', '.join(map(repr, found))}; expected one of them as --study")
        write(found[name], given.to)
    except (ReadError, ExportError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
