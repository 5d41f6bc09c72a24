"""The tab Launch: refine, edit the table old → new, start the refined study, or take its space elsewhere."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from analytics import stored
from callbacks import launching, refining
from callbacks.context import trellis
from callbacks.refining import LaunchError, View
from components import ids, launch, launch_form
from trainer.algorithms import ALGORITHMS

Data = dict[str, Any] | None


def fill(
    _refine: int,
    _around: int,
    _tab: int,
    parent: str | None,
    brushes: dict[str, Any],
    shown: list[str],
    focus: Data,
    table: Data,
) -> tuple[Any, Any, str]:
    """A new table for Refine, for a trial's surroundings, or of another study; opening the tab fills an empty one."""
    cause = ctx.triggered_id
    if cause == ids.tab("launch") and table:
        raise PreventUpdate
    named = parent if cause == ids.LAUNCH_PARENT else None
    try:
        made = refining.fill(trellis().catalog, View(brushes, shown, focus), named, cause == ids.REFINE_AROUND)
    except LaunchError as error:
        return no_update, no_update, str(error)
    return {**stored.to_json(made), "brushes": brushes}, no_update if made.study == parent else made.study, ""


def change(typed: list[dict[str, Any]] | None, pressed: Data, table: Data) -> tuple[Any, str]:
    """The table after the analyst typed into a cell, or pressed a button in one."""
    pressing = ctx.triggered[0]["prop_id"].endswith(launch.PRESSED)
    changes = launch.presses(pressed) if pressing else launch.typings(typed)
    if not table or not changes:
        raise PreventUpdate
    try:
        return {**table, **stored.to_json(refining.apply(trellis().catalog, table, changes))}, ""
    except LaunchError as error:
        return no_update, str(error)


def show(table: Data, name: str | None) -> tuple[list[dict[str, Any]], list[Component], str]:
    """The rows of the grid, what they mean, and what they were made from."""
    look = refining.look_at(trellis().catalog, table, name or "")
    notes = launch.notes(look.problems, look.studies)
    return launch.grid_rows(look.table, look.dropped), notes, launch.made_from(look.table)


def show_outdated(table: Data, brushes: dict[str, Any]) -> str:
    return launch.outdated(table, brushes)


def show_export(table: Data, kind: str) -> str:
    return refining.export(trellis().catalog, table, kind)


def offer_parents(answer: Data, shown: list[str]) -> list[dict[str, str]]:
    return launch.parents(answer["studies"] if answer else [], shown)


def offer_focus(focus: Data) -> tuple[str, bool]:
    """The action on the focused trial; hidden without a focus."""
    return (f"Refine around trial {focus['number']} →", False) if focus else ("", True)


def offer_algorithms(_place: str) -> list[dict[str, str]]:
    return [{"label": algorithm.label, "value": name} for name, algorithm in ALGORITHMS.items()]


def prefill(parent: str | None) -> tuple[Any, ...]:
    """The form as the study to refine was searched, or the reason why there is none."""
    if parent is None:
        raise PreventUpdate
    try:
        form = launching.first_form(trellis(), parent)
    except LaunchError as error:
        return (*[no_update] * 4, str(error), "d-none")
    plan = form.plan
    return (
        plan.name,
        plan.algorithm,
        str(plan.trials),
        str(plan.workers),
        form.foreign,
        "d-none" if form.foreign else "",
    )


def show_settings(algorithm: str | None, parent: str | None) -> tuple[list[Component], str]:
    if algorithm is None:
        raise PreventUpdate
    values = launching.settings_of(trellis().catalog, parent, algorithm)
    return [*launch_form.setting_fields(ALGORITHMS[algorithm].settings, values)], ALGORITHMS[algorithm].help


def start(_clicks: int, table: Data, algorithm: str, *filled: Any) -> tuple[Any, ...]:
    """Launch; what happened, the next free name, and a sentence under each field that cannot be."""
    if not _clicks or not table:
        raise PreventUpdate
    form = launch_form.read(filled, [entry["id"]["index"] for entry in ctx.states_list[-1]])
    done = launching.start(trellis(), table, algorithm, form)
    places = [entry["id"]["index"] for entry in ctx.outputs_list[-1]]
    name = launching.first_form(trellis(), table["study"]).plan.name if done.good else no_update
    return launch_form.outcome(done.sentences, done.good), name, [done.fields.get(place, "") for place in places]


def register(app: Dash) -> None:
    """Wire the tab."""
    store, parent = ids.REFINEMENT, ids.LAUNCH_PARENT
    app.callback(
        Output(store, "data"),
        Output(parent, "value"),
        Output(ids.LAUNCH_PROBLEM, "children"),
        Input(ids.REFINE, "n_clicks"),
        Input(ids.REFINE_AROUND, "n_clicks"),
        Input(ids.tab("launch"), "n_clicks"),
        Input(parent, "value"),
        State(ids.BRUSHES, "data"),
        State(ids.SHOWN, "data"),
        State(ids.FOCUS, "data"),
        State(store, "data"),
        prevent_initial_call=True,
    )(fill)
    app.callback(
        Output(store, "data", allow_duplicate=True),
        Output(ids.LAUNCH_PROBLEM, "children", allow_duplicate=True),
        Input(ids.LAUNCH_SPACE, "cellValueChanged"),
        Input(ids.LAUNCH_SPACE, launch.PRESSED),
        State(store, "data"),
        prevent_initial_call=True,
    )(change)
    app.callback(
        Output(ids.LAUNCH_SPACE, "rowData"),
        Output(ids.LAUNCH_NOTES, "children"),
        Output(ids.LAUNCH_FROM, "children"),
        Input(store, "data"),
        Input(ids.LAUNCH_NAME, "value"),
    )(show)
    app.callback(Output(ids.EXPORT_CODE, "children"), Input(store, "data"), Input(ids.EXPORT_KIND, "value"))(
        show_export
    )
    app.callback(Output(ids.LAUNCH_OUTDATED, "children"), Input(store, "data"), Input(ids.BRUSHES, "data"))(
        show_outdated
    )
    app.callback(Output(ids.REFINE_AROUND, "children"), Output(ids.REFINE_AROUND, "hidden"), Input(ids.FOCUS, "data"))(
        offer_focus
    )
    _register_form(app)


def _register_form(app: Dash) -> None:
    studies, shown = Input(ids.STUDIES, "data"), Input(ids.SHOWN, "data")
    app.callback(Output(ids.LAUNCH_PARENT, "options"), studies, shown)(offer_parents)
    app.callback(Output(ids.LAUNCH_ALGORITHM, "options"), Input(ids.LAUNCH_ALGORITHM, "id"))(offer_algorithms)
    app.callback(
        Output(ids.LAUNCH_NAME, "value"),
        Output(ids.LAUNCH_ALGORITHM, "value"),
        Output(ids.LAUNCH_TRIALS, "value"),
        Output(ids.LAUNCH_WORKERS, "value"),
        Output(ids.LAUNCH_FOREIGN, "children"),
        Output(ids.LAUNCH_FORM, "className"),
        Input(ids.LAUNCH_PARENT, "value"),
    )(prefill)
    app.callback(
        Output(ids.LAUNCH_SETTINGS, "children"),
        Output(ids.LAUNCH_ALGORITHM_HELP, "children"),
        Input(ids.LAUNCH_ALGORITHM, "value"),
        State(ids.LAUNCH_PARENT, "value"),
    )(show_settings)
    app.callback(
        Output(ids.LAUNCH_RESULT, "children"),
        Output(ids.LAUNCH_NAME, "value", allow_duplicate=True),
        Output(ids.field_problem(ALL), "children"),
        Input(ids.LAUNCH_START, "n_clicks"),
        State(ids.REFINEMENT, "data"),
        State(ids.LAUNCH_ALGORITHM, "value"),
        *(State(place, "value") for place in launch_form.PLACES.values()),
        State(ids.launch_setting(ALL), "value"),
        prevent_initial_call=True,
        running=[(Output(ids.LAUNCH_START, "disabled"), True, False)],
    )(start)
