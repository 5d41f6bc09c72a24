"""Suggest: the table old → new filled by `analytics.advice`, computed in a process of its own.

It takes seconds of CPU at 10,000 rows: in a thread of the server it would slow every other request down.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from flask import current_app

from analytics import stored
from analytics.advice import Advice, applied
from analytics.forecast import TRIALS
from analytics.inquiry import Told
from analytics.refinement import Refinement
from analytics.trials import HISTORY_COLUMNS, Trials
from callbacks import suggest_process
from callbacks.refining import LaunchError, open_trials, sentence
from data.catalog import Catalog

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 300.0


def suggested(catalog: Catalog, table: Refinement, brushes: Mapping[str, Any], trials: str | None) -> dict[str, Any]:
    """The table's JSON with what is suggested within the brushes for the study's objective, and ``advice`` in words.

    ``trials`` is what the form says: of so many a forecast is told.

    Raises:
        LaunchError: there is no objective, or nothing to suggest.
    """
    parent = open_trials(catalog, table.study)
    if parent.objective is None:
        raise LaunchError(f"Nothing is suggested: {parent.study.name} declares no objective; expected one.")
    told = replace(parent, load_history=Told(pd.DataFrame(columns=list(HISTORY_COLUMNS))))
    advice = _asked((told, parent.objective.name, dict(brushes), _count(trials)))
    words = {"summary": advice.summary, "forecast": advice.forecast}
    return {**stored.to_json(applied(table, advice)), "advice": words}


def _count(typed: str | None) -> int:
    text = (typed or "").strip()
    return int(text) if text.isdecimal() and 0 < int(text) < TRIALS else TRIALS


def _asked(question: tuple[Trials, str, dict[str, Any], int]) -> Advice:
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(Path(suggest_process.__file__))],
            input=pickle.dumps(question, pickle.HIGHEST_PROTOCOL),
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    except subprocess.TimeoutExpired:
        raise LaunchError(f"Nothing is suggested: it took more than {PATIENCE_SECONDS:.0f} s.") from None
    if done.returncode:
        current_app.logger.error("suggest: %s", done.stderr.decode(errors="replace"))
        raise LaunchError("Nothing is suggested: it could not be computed; the server's log says why.")
    answer = pickle.loads(done.stdout)  # from the process that was started above
    if isinstance(answer, Advice):
        return answer
    raise LaunchError(f"Nothing is suggested: {sentence(ValueError(answer))}")
