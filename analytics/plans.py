"""What the launch form says, checked field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analytics.settings import Setting, SettingError
from analytics.specs import Plan

MOST_WORKERS = 256

NUMBERS = (
    Setting("trials", "int", 50, "Trials in all.", low=1),
    Setting("workers", "int", 1, "Trials that train at the same time.", low=1, high=MOST_WORKERS),
)
SEED = Setting("seed", "int", None, "Empty: drawn at the start.", low=0)


def read_plan(
    form: Mapping[str, Any], algorithm: str, settings: Sequence[Setting]
) -> tuple[Plan | None, dict[str, str]]:
    """The plan of a filled form, or None and a sentence for each field that cannot be.

    ``form`` holds text by field: name, trials, workers, seed, and the settings of the algorithm (text of a number, or
    the index of a choice).
    """
    problems: dict[str, str] = {}
    read: dict[str, Any] = {}
    for setting in (*NUMBERS, SEED, *settings):
        if setting is SEED and not str(form.get("seed") or "").strip():
            continue
        try:
            read[setting.name] = setting.check(_value(setting, form.get(setting.name)))
        except SettingError as error:
            problems[setting.name] = str(error).removeprefix("setting ")
    name = str(form.get("name") or "").strip()
    if not name:
        problems["name"] = "the name is empty; expected a name for the study"
    if problems:
        return None, problems
    own = {setting.name: read[setting.name] for setting in settings}
    return Plan(name, algorithm, own, read["trials"], read["workers"], read.get("seed")), {}


def _value(setting: Setting, given: Any) -> Any:
    """A field's text in the setting's type; the text itself where it is of another."""
    if setting.type in ("bool", "choice"):
        choices: Sequence[Any] = (True, False) if setting.type == "bool" else setting.choices
        return choices[given] if isinstance(given, int) and 0 <= given < len(choices) else given
    text = str(given).strip() if given is not None else ""
    try:
        return int(text) if setting.type == "int" else float(text)
    except ValueError:
        return text
