"""Confirm: train the best few again, and show what they reach as the trainings end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import Dash, Input, Output, State, ctx
from dash.exceptions import PreventUpdate

from analytics.confirmation import Confirmation, best_trials, confirmation
from analytics.confirming import COUNTS, ConfirmError, confirms, suggest_name, to_spec
from analytics.settings import SettingError
from analytics.trials import Trials
from callbacks.context import trellis
from callbacks.launching import names
from components import confirmation as card
from components import ids
from trainer import launch
from trainer.objectives import BUILTIN

Data = dict[str, Any] | None


def offer(look: int | None, child: str | None, answer: Data, shown: list[str], chosen: str | None) -> tuple[Any, Any]:
    """The studies that can be confirmed, and one of them: the one that was compared last, else the one chosen."""
    if not look or not answer:
        raise PreventUpdate
    options = card.study_options(answer["studies"], shown)
    known = [choice["value"] for choice in options]
    wanted = [child, chosen] if ids.COMPARE_CHILD in ctx.triggered_prop_ids.values() else [chosen, child]
    return options, next((study for study in (*wanted, *reversed(known)) if study in known), None)


def prepare(
    study: str | None,
    count: str | None,
    among: str,
    _look: int | None,
    pins: list[dict[str, Any]],
    selection: dict[str, Any],
) -> tuple[Any, str, str, bool]:
    """Whether unseen data can be had, which trials they are, what the button says, whether it is idle."""
    if not study:
        return [], "", "Confirm", True
    trials = trellis().catalog.trials(study).kept
    try:
        wanted = read_count("k", count)
        numbers = best_trials(trials, wanted, candidates(study, among, pins, selection))
    except (SettingError, ConfirmError):
        return card.unseen_option(unseen_twin(trials)), "", "Confirm", True
    label = f"Confirm the best {len(numbers)}" if len(numbers) > 1 else "Confirm"
    return card.unseen_option(unseen_twin(trials)), card.which_text(numbers, wanted), label, not numbers


def start(
    _clicks: int | None,
    study: str | None,
    count: str | None,
    repeats: str | None,
    among: str,
    unseen: list[str],
    pins: list[dict[str, Any]],
    selection: dict[str, Any],
) -> tuple[str, str]:
    """Launch the confirming study; what is wrong, and what began."""
    if not _clicks or not study:
        raise PreventUpdate
    try:
        wanted, seeds = read_count("k", count), read_count("repeats", repeats)
        return "", begin(study, wanted, seeds, candidates(study, among, pins, selection), next(iter(unseen), None))
    except (ConfirmError, SettingError, launch.SpecError, launch.StudyError, KeyError) as error:
        return f"Not launched: {error}.", ""


def begin(study: str, wanted: int, repeats: int, among: Sequence[int] | None, evaluate: str | None) -> str:
    """Launch the confirmation of the best ``wanted`` trials of a study; says what began.

    Raises:
        ConfirmError, SpecError, StudyError: it cannot be.
    """
    trials = trellis().catalog.trials(study).kept
    numbers = best_trials(trials, wanted, among)
    if not numbers:
        raise ConfirmError("no completed trial is among those; expected at least one")
    name = suggest_name(trials.study.name, names(trellis()))
    spec = to_spec(trials, numbers, repeats, name, evaluate)
    launch.start(spec, trellis().workspace, parent=trials.study.id, parent_source=trials.study.source)
    return f"{name} has started: {len(numbers)} configurations, {repeats} fresh seeds each."


def show(study: str | None, look: int | None, answer: Data, before: Any) -> tuple[Any, Any]:
    """What the studies that confirm the chosen one found, and what it was made from: the same is not made twice."""
    entries = card.confirming(answer["studies"] if answer else [], study)
    made_from = [study, *([entry["id"], entry["revision"]] for entry in entries)]
    if not look or made_from == before or not study:
        raise PreventUpdate
    search, open_study = trellis().catalog.trials(study), trellis().catalog.trials
    pairs = [(entry, open_study(entry["id"])) for entry in entries]
    return [card.found(entry, results(search, again)) for entry, again in pairs if confirms(again, search)], made_from


def results(search: Trials, again: Trials) -> list[Confirmation]:
    """The confirmation by each metric that tells: on unseen data where measured, and the objective."""
    objective = again.objective
    if objective is None or not len(again):
        return []
    told = card.unseen_metrics(unseen_twins(search), again.metrics, objective.name)
    return [confirmation(search, again, name) for name in told]


def unseen_twins(trials: Trials) -> dict[str, str]:
    """For metrics of a study's objective, their twins on data that the search never saw."""
    objective = (trials.study.spec or {}).get("objective") or {}
    builtin = BUILTIN.get(str(objective.get("target"))) if objective.get("type") == "builtin" else None
    return dict(builtin.unseen) if builtin else {}


def unseen_twin(trials: Trials) -> str | None:
    """The twin of the study's first objective."""
    return unseen_twins(trials).get(trials.objective.name) if trials.objective else None


def candidates(study: str, among: str, pins: list[dict[str, Any]], selection: dict[str, Any]) -> list[int] | None:
    """The trials to choose from; None for all of the study.

    Raises:
        ConfirmError: more trials are selected than the page tells.
    """
    if among == "pinned":
        return [pin["number"] for pin in pins if pin["study"] == study]
    if among == "selected":
        numbers = selection["study"].get(study, [])
        if numbers is None:
            raise ConfirmError("more than 5,000 trials are selected; expected fewer, or the whole study")
        return list(numbers)
    return None


def read_count(name: str, text: str | None) -> int:
    """What a field of the form says, checked.

    Raises:
        SettingError: it is no whole number within bounds.
    """
    setting = next(setting for setting in COUNTS if setting.name == name)
    typed = str(text or "").strip()
    value: int = setting.check(int(typed) if typed.isdecimal() else typed)
    return value


def register(app: Dash) -> None:
    """Wire the confirmation; it looks when the tab Runs does (callbacks/runs.py)."""
    study, look, answer = Input(ids.CONFIRM_STUDY, "value"), Input(ids.RUNS_LOOK, "data"), State(ids.STUDIES, "data")
    app.callback(
        Output(ids.CONFIRM_STUDY, "options"),
        Output(ids.CONFIRM_STUDY, "value"),
        look,
        Input(ids.COMPARE_CHILD, "value"),
        answer,
        State(ids.SHOWN, "data"),
        State(ids.CONFIRM_STUDY, "value"),
        prevent_initial_call=True,
    )(offer)
    app.callback(
        Output(ids.CONFIRM_UNSEEN, "options"),
        Output(ids.CONFIRM_WHICH, "children"),
        Output(ids.CONFIRM_START, "children"),
        Output(ids.CONFIRM_START, "disabled"),
        study,
        Input(ids.CONFIRM_COUNT, "value"),
        Input(ids.CONFIRM_AMONG, "value"),
        look,
        State(ids.PINS, "data"),
        State(ids.SELECTION, "data"),
        prevent_initial_call=True,
    )(prepare)
    app.callback(
        Output(ids.CONFIRM_RESULT, "children"),
        Output(ids.CONFIRM_OF, "data"),
        study,
        look,
        answer,
        State(ids.CONFIRM_OF, "data"),
        prevent_initial_call=True,
    )(show)
    _register_start(app)


def _register_start(app: Dash) -> None:
    fields = (ids.CONFIRM_STUDY, ids.CONFIRM_COUNT, ids.CONFIRM_REPEATS, ids.CONFIRM_AMONG, ids.CONFIRM_UNSEEN)
    app.callback(
        Output(ids.CONFIRM_PROBLEM, "children"),
        Output(ids.CONFIRM_MESSAGE, "children"),
        Input(ids.CONFIRM_START, "n_clicks"),
        *(State(field, "value") for field in fields),
        State(ids.PINS, "data"),
        State(ids.SELECTION, "data"),
        prevent_initial_call=True,
        running=[(Output(ids.CONFIRM_START, "disabled"), True, False)],
    )(start)
