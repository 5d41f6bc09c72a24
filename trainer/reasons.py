"""Why trials failed, as the controller kept it."""

from __future__ import annotations

import json

from sqlalchemy import text

from data.workspace import Workspace
from trainer import storage
from trainer.draws import REASON

QUERY = text(
    "SELECT t.number, a.value_json FROM trials t JOIN trial_user_attributes a ON a.trial_id = t.trial_id "
    "WHERE t.study_id = :study AND a.key = :key AND t.state = 'FAIL' ORDER BY t.number"
)


def reasons(workspace: Workspace, name: str) -> dict[int, str]:
    """A sentence for each failed trial of a study of ours, by trial number.

    Raises:
        StudyError: there is no such study.
    """
    study = storage.find(workspace, name)
    with workspace.engine.connect() as connection:
        return {
            int(n): str(json.loads(value)) for n, value in connection.execute(QUERY, {"study": study, "key": REASON})
        }
