"""Every id of the page. No id is written anywhere else."""

from __future__ import annotations

from typing import Any, TypeAlias

Index: TypeAlias = Any
"""What tells the elements of a pattern apart: a study id, a column, a sentence; or a wildcard of Dash."""
Pattern: TypeAlias = dict[str, Index]

STUDIES = "store-studies"
BRUSHES = "store-brushes"
SELECTION = "store-selection"
FOCUS = "store-focus"
PINS = "store-pins"
SHOWN = "store-shown"
OBJECTIVE = "store-objective"
THEME = "store-theme"
DISMISSED = "store-dismissed"

THEME_TOGGLE = "theme-toggle"
SOURCE_LABEL = "source-label"
RUNNING = "running-count"
PROBLEMS = "problems"
LINK_PROBLEMS = "link-problems"
EMPTY = "empty-state"

PANEL = "control-panel"
STUDY_LIST = "study-list"
STUDIES_LISTED = "store-studies-listed"
OBJECTIVE_CHOICE = "objective-choice"
ACTION_MESSAGE = "action-message"

MAIN = "main"
REFINE = "refine"
PINNED = "pinned-drawer"
CURVES = "learning-curves"
CURVE_METRICS = "curve-metrics"
CURVE_CHOICE = "curve-choice"
TABLE_DRAWER = "table-drawer"
TRIALS_TABLE = "trials-table"

HELP_DIALOG = "help-dialog"
ROLES_DIALOG = "roles-dialog"
ROLES_BODY = "roles-body"
ROLES_MESSAGE = "roles-message"
ROLES_STUDY = "roles-study"
ROLES_SAVE = "roles-save"
ROLES_APPLIED = "roles-applied"

# Refining and launching
REFINEMENT = "store-refinement"
REFINE_AROUND = "refine-around"
LAUNCH_PARENT = "launch-parent"
LAUNCH_FROM = "launch-from"
LAUNCH_OUTDATED = "launch-outdated"
LAUNCH_PROBLEM = "launch-problem"
LAUNCH_SPACE = "launch-space"
LAUNCH_NOTES = "launch-notes"
LAUNCH_FORM = "launch-form"
LAUNCH_FOREIGN = "launch-foreign"
LAUNCH_NAME = "launch-name"
LAUNCH_ALGORITHM = "launch-algorithm"
LAUNCH_ALGORITHM_HELP = "launch-algorithm-help"
LAUNCH_SETTINGS = "launch-settings"
LAUNCH_TRIALS = "launch-trials"
LAUNCH_WORKERS = "launch-workers"
LAUNCH_SEED = "launch-seed"
LAUNCH_START = "launch-start"
LAUNCH_RESULT = "launch-result"
EXPORT_KIND = "export-kind"
EXPORT_CODE = "export-code"
EXPORT_COPY = "export-copy"


def tab(name: str) -> str:
    """The id of a tab's button."""
    return f"tab-{name}"


def panel(name: str) -> str:
    """The id of a tab's panel."""
    return f"panel-{name}"


def study_shown(index: Index) -> Pattern:
    return {"type": "study-shown", "index": index}


def study_standing(index: Index) -> Pattern:
    return {"type": "study-standing", "index": index}


def study_stop(index: Index) -> Pattern:
    return {"type": "study-stop", "index": index}


def study_resume(index: Index) -> Pattern:
    return {"type": "study-resume", "index": index}


def study_roles(index: Index) -> Pattern:
    return {"type": "study-roles", "index": index}


def column_role(index: Index) -> Pattern:
    return {"type": "column-role", "index": index}


def problem_dismiss(index: Index) -> Pattern:
    return {"type": "problem-dismiss", "index": index}


def launch_setting(index: Index) -> Pattern:
    return {"type": "launch-setting", "index": index}


def field_problem(index: Index) -> Pattern:
    return {"type": "field-problem", "index": index}
