"""What the attributes of our trials tell beyond their values: why they failed, and which only repeat another one."""

from __future__ import annotations

import json

from sqlalchemy import text

from data.workspace import Workspace
from trainer import storage
from trainer.draws import AGAIN, REASON

REASONS = text(
    "SELECT t.number, a.value_json FROM trials t JOIN trial_user_attributes a ON a.trial_id = t.trial_id "
    "WHERE t.study_id = :study AND a.key = :key AND t.state = 'FAIL' ORDER BY t.number"
)
WITH_KEY = text(
    "SELECT COUNT(*) FROM trials t JOIN trial_user_attributes a ON a.trial_id = t.trial_id "
    "WHERE t.study_id = :study AND a.key = :key"
)


def reasons(workspace: Workspace, name: str) -> dict[int, str]:
    """A sentence for each failed trial of a study of ours, by trial number.

    Raises:
        StudyError: there is no such study.
    """
    study = storage.find(workspace, name)
    with workspace.engine.connect() as connection:
        found = connection.execute(REASONS, {"study": study, "key": REASON})
        return {int(number): str(json.loads(value)) for number, value in found}


def repeated(workspace: Workspace, name: str) -> int:
    """How many trials of a study of ours run a configuration once more, after a stop, an interruption or a failure.

    Raises:
        StudyError: there is no such study.
    """
    study = storage.find(workspace, name)
    with workspace.engine.connect() as connection:
        return int(connection.scalar(WITH_KEY, {"study": study, "key": AGAIN}) or 0)
