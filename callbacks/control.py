"""The control panel: which studies there are, how they stand, and stopping or resuming ours."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.context import trellis
from components import controls, ids
from trainer import launch

Studies = dict[str, Any] | None


def show_studies(answer: Studies, shown: list[str]) -> tuple[str, str, list[Component]]:
    """Label of what is open, count of the running, and what to do when nothing can be drawn."""
    studies = answer["studies"] if answer else []
    return (
        controls.source_label(studies),
        controls.running_label(studies),
        controls.empty_state(studies if answer else None, shown),
    )


def list_studies(
    answer: Studies, shown: list[str], before: list[Any] | None, places: list[dict[str, str]]
) -> tuple[Any, Any, list[Any]]:
    """Study list, what it says, how each study stands; a list that would say the same keeps its elements and focus."""
    studies = {entry["id"]: entry for entry in answer["studies"]} if answer else {}
    listed = controls.listed(studies.values())
    if listed != before:
        return controls.study_list(list(studies.values()), shown), listed, [no_update] * len(places)
    known = [studies.get(place["index"]) for place in places]
    return no_update, no_update, [controls.standing(entry) if entry else no_update for entry in known]


def show_problems(answer: Studies, dismissed: list[str]) -> list[Component]:
    return controls.problems_bar(answer["problems"] if answer else [], dismissed)


def offer_objectives(answer: Studies, shown: list[str]) -> list[dict[str, str]]:
    return controls.objectives(entry for entry in (answer["studies"] if answer else []) if entry["id"] in shown)


def act(_stops: list[int | None], _resumes: list[int | None]) -> str:
    """Stop or resume the study whose button was pressed; returns what happened."""
    if not ctx.triggered_id or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    return control(ctx.triggered_id["type"], ctx.triggered_id["index"])


def control(kind: str, study: str) -> str:
    """Stop or resume a study of ours, by the type of the button pressed; returns what happened or why it cannot."""
    stop = kind == ids.study_stop(study)["type"]
    try:
        name = own_name(study)
        (launch.stop if stop else launch.resume)(trellis().workspace, name)
    except (launch.StudyError, launch.SpecError) as error:
        return f"{error}."
    return f"{name} ends its running trials and stops." if stop else f"{name} goes on."


def own_name(study: str) -> str:
    """The name of a study of the workspace; one elsewhere may have the same name.

    Raises:
        StudyError: it is not open, or stands elsewhere.
    """
    entries = {entry["id"]: entry for entry in trellis().catalog.studies()}
    if study not in entries:
        raise launch.StudyError(f"no study {study!r} is open; expected one of the panel")
    name, source = str(entries[study]["name"]), entries[study]["source"]
    if not entries[study]["ours"]:
        raise launch.StudyError(f"the study {name!r} is in {source}; expected one of the workspace")
    return name


def register(app: Dash) -> None:
    """Wire the control panel."""
    studies, shown = Input(ids.STUDIES, "data"), Input(ids.SHOWN, "data")
    app.callback(
        Output(ids.SOURCE_LABEL, "children"),
        Output(ids.RUNNING, "children"),
        Output(ids.EMPTY, "children"),
        studies,
        shown,
    )(show_studies)
    app.callback(
        Output(ids.STUDY_LIST, "children"),
        Output(ids.STUDIES_LISTED, "data"),
        Output(ids.study_standing(ALL), "children"),
        studies,
        State(ids.SHOWN, "data"),
        State(ids.STUDIES_LISTED, "data"),
        State(ids.study_standing(ALL), "id"),
    )(list_studies)
    app.callback(Output(ids.PROBLEMS, "children"), studies, Input(ids.DISMISSED, "data"))(show_problems)
    app.callback(Output(ids.OBJECTIVE_CHOICE, "options"), studies, shown)(offer_objectives)
    app.callback(
        Output(ids.ACTION_MESSAGE, "children"),
        Input(ids.study_stop(ALL), "n_clicks"),
        Input(ids.study_resume(ALL), "n_clicks"),
        prevent_initial_call=True,
    )(act)
