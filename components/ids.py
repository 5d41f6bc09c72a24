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
TABLE_DRAWER = "table-drawer"
TRIALS_TABLE = "trials-table"

HELP_DIALOG = "help-dialog"
ROLES_DIALOG = "roles-dialog"
ROLES_BODY = "roles-body"
ROLES_MESSAGE = "roles-message"
ROLES_STUDY = "roles-study"
ROLES_SAVE = "roles-save"
ROLES_APPLIED = "roles-applied"

# Opening results
OPEN_DIALOG = "open-dialog"
OPEN_PATH = "open-path"
OPEN_PATHS = "open-paths"
OPEN_MESSAGE = "open-message"
OPEN_DO = "open-do"
OPEN_RECENT = "open-recent"
OPENED = "opened"

# Runs: what happens after a launch
TICK = "store-tick"
RUNS_LOOK = "store-runs-look"
RUNS_TICK = "store-runs-tick"
RUNS_LISTED = "store-runs-listed"
RUN_ACT = "store-run-act"
RUNS = "runs"
RUNS_MESSAGE = "runs-message"
TARGETS = "targets"
TRIAL_LOG = "trial-log"
TRIAL_LOG_OF = "store-trial-log-of"
TRIAL_LOG_TITLE = "trial-log-title"
TRIAL_LOG_TEXT = "trial-log-text"
TRIAL_LOG_AGAIN = "trial-log-again"
FOCUS_RUN = "focus-run"
COMPARE_PARENT = "compare-parent"
COMPARE_CHILD = "compare-child"
COMPARE_METRIC = "compare-metric"
COMPARE_THRESHOLD = "compare-threshold"
COMPARE_EVERY = "compare-every"
COMPARE_PROBLEM = "compare-problem"
COMPARE_RESULT = "compare-result"
COMPARE_DEFAULT = "store-compare-default"
COMPARE_OF = "store-compare-of"
CONFIRM_STUDY = "confirm-study"
CONFIRM_COUNT = "confirm-count"
CONFIRM_REPEATS = "confirm-repeats"
CONFIRM_AMONG = "confirm-among"
CONFIRM_UNSEEN = "confirm-unseen"
CONFIRM_WHICH = "confirm-which"
CONFIRM_START = "confirm-start"
CONFIRM_PROBLEM = "confirm-problem"
CONFIRM_MESSAGE = "confirm-message"
CONFIRM_RESULT = "confirm-result"
CONFIRM_OF = "store-confirm-of"

# Refining and launching
REFINEMENT = "store-refinement"
REFINE_AROUND = "refine-around"
LAUNCH_PARENT = "launch-parent"
LAUNCH_FROM = "launch-from"
LAUNCH_OUTDATED = "launch-outdated"
LAUNCH_PROBLEM = "launch-problem"
SUGGEST = "suggest"
SUGGEST_ORDER = "store-suggest-order"
SUGGEST_CANCEL = "suggest-cancel"
SUGGEST_TICK = "suggest-tick"
SUGGEST_PROGRESS = "suggest-progress"
LAUNCH_ADVICE = "launch-advice"
LAUNCH_FILL = "store-launch-fill"
LAUNCH_FILLED = "store-launch-filled"
LAUNCH_FILL_NOTE = "launch-fill-note"
LAUNCH_FILL_UNDO = "launch-fill-undo"
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
LAUNCH_COLUMNS = "launch-columns"
LAUNCH_RESET = "launch-reset"
LAUNCH_GOALS = "launch-goals"
LAUNCH_LIMITS = "launch-limits"
LAUNCH_BUDGET = "launch-budget"
LAUNCH_PRUNER = "launch-pruner"
LAUNCH_PRUNER_HELP = "launch-pruner-help"
LAUNCH_PRUNING = "launch-pruning"
LAUNCH_TYPE = "launch-type"
LAUNCH_OBJECTIVE = "launch-objective"
LAUNCH_OBJECTIVE_GROUP = "launch-objective-group"
LAUNCH_EARLIER = "launch-earlier"
LAUNCH_START = "launch-start"
LAUNCH_RESULT = "launch-result"
LAUNCH_REFUSED = "launch-refused"
LAUNCH_PROGRESS = "launch-progress"
LAUNCH_WAITING = "launch-waiting"
LAUNCH_EDITS = "store-launch-edits"
LAUNCH_ORDER = "store-launch-order"
LAUNCH_MARKED = "store-launch-marked"
LAUNCH_ANSWER = "store-launch-answer"
ADD_NAME = "add-name"
ADD_KIND = "add-kind"
ADD_RANGE = "add-range"
ADD_DEFAULT = "add-default"
ADD_WHEN = "add-when"
ADD_BUTTON = "add-button"
PREVIEW_SUMMARY = "preview-summary"
PREVIEW_LIST = "preview-list"
PREVIEW_CHOICE = "preview-choice"
PREVIEW_RUNS = "preview-runs"
PREVIEW_BEST = "preview-best"
RECOMMEND = "recommend"
RECOMMEND_COUNT = "recommend-count"
RECOMMEND_PROBLEM = "recommend-problem"
PREVIEW_GRID = "preview-grid"
PREVIEW_COMMAND = "preview-command"
PREVIEW_SPEC = "preview-spec"
PREVIEW_COPY = "preview-copy"
PREVIEW_SAVE = "preview-save"
PREVIEW_DOWNLOAD = "preview-download"
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


def run_body(index: Index) -> Pattern:
    return {"type": "run-body", "index": index}


def run_problem(index: Index) -> Pattern:
    return {"type": "run-problem", "index": index}


def open_anyway(path: Index) -> Pattern:
    """The button that opens a pickle whose risk was taken."""
    return {"type": "open-anyway", "index": path}


def study_roles(index: Index) -> Pattern:
    return {"type": "study-roles", "index": index}


def column_role(index: Index) -> Pattern:
    return {"type": "column-role", "index": index}


def problem_dismiss(index: Index) -> Pattern:
    return {"type": "problem-dismiss", "index": index}


def launch_field(index: Index) -> Pattern:
    return {"type": "launch-field", "index": index}


def launch_pick(index: Index) -> Pattern:
    return {"type": "launch-pick", "index": index}


def launch_group(index: Index) -> Pattern:
    return {"type": "launch-group", "index": index}


def addition_problem(index: Index) -> Pattern:
    return {"type": "addition-problem", "index": index}


def field_problem(index: Index) -> Pattern:
    return {"type": "field-problem", "index": index}
