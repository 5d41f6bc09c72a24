"""The form of the tab Launch: what it starts with, what its choices open, and the launch itself."""

from __future__ import annotations

from typing import Any

from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks import launching, previewing
from callbacks.context import EXTENSION, trellis
from callbacks.jobs import Jobs
from callbacks.previewing import Runs
from callbacks.refining import LaunchError
from components import ids, launch_fields, launch_form
from trainer import jobs
from trainer.algorithms import ALGORITHMS
from trainer.objectives import BUILTIN
from trainer.pruners import PRUNERS

Data = dict[str, Any] | None
POLL_MS = 250
ALWAYS = ("name", "algorithm", "trials", "workers", "seed", "type")
"""Fields that are in the page whatever is chosen, but for the pruner, which follows from the algorithm."""


def offer_choices(_place: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Algorithms and kinds of objectives."""
    algorithms = [{"label": a.label, "value": name} for name, a in ALGORITHMS.items()]
    return algorithms, launch_form.objective_choices(BUILTIN)


def prefill(parent: str | None, filled: Data) -> tuple[Any, ...]:
    """The form as the study to refine was searched or as it was filled in, and what is missing to launch it."""
    if parent is None:
        raise PreventUpdate
    try:
        start = launching.start_of(trellis(), parent, filled)
    except LaunchError as error:
        return *[no_update] * (len(ALWAYS) + 3), str(error), False
    always = [start.form.get(name, "") for name in ALWAYS]
    return *always, *launch_form.groups(start.form, start.metrics), start.foreign, bool(start.foreign)


def limit(_refine: int, _reset: int, parent: str | None, filled: Data, brushes: dict[str, Any]) -> str:
    """The constraints that the study to refine had, and those that brushes on metrics ask for; or those filled in."""
    if parent is None:
        raise PreventUpdate
    if ctx.triggered_id == ids.LAUNCH_FILLED and filled:
        return str(filled["form"].get("constraints") or "")
    try:
        return launching.limits_text(trellis(), parent, brushes)
    except LaunchError:
        return ""


def show_algorithm(
    algorithm: str | None, parent: str | None, filled: Data, pruner: str | None, trials: str | None
) -> tuple[Any, ...]:
    """Settings and help of an algorithm, the pruners that it goes with, and no trials for one that ends by itself."""
    if algorithm is None:
        raise PreventUpdate
    form, chosen = launching.form_of(trellis(), parent, filled), ALGORITHMS[algorithm]
    kept = form if form.get("algorithm") == algorithm else {}
    options = [{"label": PRUNERS[name].label, "value": name} for name in chosen.pruners]
    wanted = next(name for name in (kept.get("pruner"), pruner, *chosen.pruners) if name in chosen.pruners)
    settings = {f"setting:{s.name}": s for s in chosen.settings}
    count = "" if chosen.finite else trials or form.get("trials", "")
    given = launch_fields.fields(launch_fields.GIVEN, kept) if "configurations" in chosen.needs else []
    return [*given, *launch_fields.setting_fields(settings, kept)], chosen.help, options, wanted, count


def show_pruner(pruner: str | None, parent: str | None, filled: Data) -> tuple[list[Component], str]:
    if pruner is None:
        raise PreventUpdate
    form = launching.form_of(trellis(), parent, filled)
    settings = {f"pruning:{s.name}": s for s in PRUNERS[pruner].settings}
    kept = form if form.get("pruner") == pruner else {}
    return [*launch_fields.setting_fields(settings, kept)], PRUNERS[pruner].help


def show_objective(kind: str | None, parent: str | None, filled: Data) -> list[Component]:
    """The fields of a kind of objective."""
    if not kind:
        raise PreventUpdate
    form, metrics = launching.form_of(trellis(), parent, filled), launching.metrics_of(trellis(), parent)
    builtin = BUILTIN.get(kind.partition(":")[2])
    settings = {f"objective:{s.name}": s for s in builtin.settings} if builtin else {}
    return launch_form.objective_fields(kind, settings, form, metrics)


def order(clicks: int | None, table: Data, which: str, count: str, shown: list[str], *_filled: Any) -> tuple[Any, ...]:
    """What Launch was pressed for, as an order; or that it is refused, and empty fields are to be marked."""
    if not clicks or not table:
        raise PreventUpdate
    planned, _ = previewing.chosen(trellis(), table, launch_form.read(ctx), shown, Runs.read(which, count))
    return (launching.order(planned), [], False) if planned.good else (no_update, [], True)


def show_answer(answer: Data, parent: str | None) -> tuple[Any, Any, Any]:
    """What a launch did; and the next free name and another seed, if all went well."""
    if not answer:
        raise PreventUpdate
    shown = launch_form.outcome(answer["sentences"], answer["good"])
    form = launching.form_of(trellis(), parent) if answer["good"] else {}
    return shown, form.get("name", no_update), form.get("seed", no_update)


def lost(error: Exception) -> dict[str, Any]:
    """The answer of a job that has none."""
    first = str(error).removeprefix("An error occurred inside a background callback: ").partition("\n")[0]
    return {"sentences": [f"The launch broke off: {first.rstrip('.')}."], "good": False}


def show_waiting(answer: Data) -> tuple[str, str]:
    """What the studies say of a launch whose end the page was not told: it, or the server, was started again."""
    return launch_form.waiting(answer["studies"] if answer else []), ""


def filled(kind: type[Input] | type[State]) -> tuple[Any, ...]:
    """Every field of the form as a dependency, for :func:`components.launch_form.read`."""
    places = (kind(place, "value") for place in launch_form.PLACES.values())
    return *places, kind(ids.launch_field(ALL), "value")


def register(app: Dash) -> None:
    """Wire the form."""
    app.callback(
        Output(ids.LAUNCH_ALGORITHM, "options"), Output(ids.LAUNCH_TYPE, "options"), Input(ids.LAUNCH_ALGORITHM, "id")
    )(offer_choices)
    app.callback(
        *(Output(launch_form.PLACES[name], "value") for name in ALWAYS),
        *(Output(place, "children") for place in (ids.LAUNCH_BUDGET, ids.LAUNCH_GOALS, ids.LAUNCH_EARLIER)),
        Output(ids.LAUNCH_FOREIGN, "children"),
        Output(ids.LAUNCH_OBJECTIVE_GROUP, "open"),
        Input(ids.LAUNCH_PARENT, "value"),
        Input(ids.LAUNCH_FILLED, "data"),
    )(prefill)
    app.callback(
        Output(ids.LAUNCH_LIMITS, "value"),
        Input(ids.REFINE, "n_clicks"),
        Input(ids.LAUNCH_RESET, "n_clicks"),
        Input(ids.LAUNCH_PARENT, "value"),
        Input(ids.LAUNCH_FILLED, "data"),
        State(ids.BRUSHES, "data"),
    )(limit)
    _register_choices(app)
    _register_launch(app)


def _register_choices(app: Dash) -> None:
    """What the choices of algorithm, pruner and objective open."""
    parent, filled_in = State(ids.LAUNCH_PARENT, "value"), State(ids.LAUNCH_FILLED, "data")
    algorithm, kind = Input(ids.LAUNCH_ALGORITHM, "value"), Input(ids.LAUNCH_TYPE, "value")
    app.callback(
        Output(ids.LAUNCH_SETTINGS, "children"),
        Output(ids.LAUNCH_ALGORITHM_HELP, "children"),
        Output(ids.LAUNCH_PRUNER, "options"),
        Output(ids.LAUNCH_PRUNER, "value"),
        Output(ids.LAUNCH_TRIALS, "value", allow_duplicate=True),
        algorithm,
        parent,
        filled_in,
        State(ids.LAUNCH_PRUNER, "value"),
        State(ids.LAUNCH_TRIALS, "value"),
        prevent_initial_call=True,
    )(show_algorithm)
    app.callback(
        Output(ids.LAUNCH_PRUNING, "children"),
        Output(ids.LAUNCH_PRUNER_HELP, "children"),
        Input(ids.LAUNCH_PRUNER, "value"),
        parent,
        filled_in,
    )(show_pruner)
    app.callback(Output(ids.LAUNCH_OBJECTIVE, "children"), kind, parent, filled_in)(show_objective)
    app.clientside_callback(
        ClientsideFunction("launch", "pick"),
        Output(ids.launch_field(MATCH), "value"),
        Output(ids.launch_pick(MATCH), "value"),
        Input(ids.launch_pick(MATCH), "value"),
        State(ids.launch_field(MATCH), "value"),
        prevent_initial_call=True,
    )


def _register_launch(app: Dash) -> None:
    app.callback(
        Output(ids.LAUNCH_ORDER, "data"),
        Output(ids.LAUNCH_RESULT, "children"),
        Output(ids.LAUNCH_MARKED, "data"),
        Input(ids.LAUNCH_START, "n_clicks"),
        State(ids.REFINEMENT, "data"),
        State(ids.PREVIEW_RUNS, "value"),
        State(ids.PREVIEW_BEST, "value"),
        State(ids.SHOWN, "data"),
        *filled(State),
        prevent_initial_call=True,
        running=[(Output(ids.LAUNCH_START, "disabled"), True, False)],
    )(order)
    app.callback(
        Output(ids.LAUNCH_ANSWER, "data"),
        Input(ids.LAUNCH_ORDER, "data"),
        background=True,
        manager=Jobs(app.server.extensions[EXTENSION].workspace),
        interval=POLL_MS,
        progress=[Output(ids.LAUNCH_PROGRESS, "children")],
        progress_default=[""],
        on_error=lost,
        prevent_initial_call=True,
    )(jobs.launch_studies)
    app.callback(
        Output(ids.LAUNCH_RESULT, "children", allow_duplicate=True),
        Output(ids.LAUNCH_NAME, "value", allow_duplicate=True),
        Output(ids.LAUNCH_SEED, "value", allow_duplicate=True),
        Input(ids.LAUNCH_ANSWER, "data"),
        State(ids.LAUNCH_PARENT, "value"),
        prevent_initial_call=True,
    )(show_answer)
    app.callback(
        Output(ids.LAUNCH_WAITING, "children"),
        Output(ids.LAUNCH_PROGRESS, "children", allow_duplicate=True),
        Input(ids.STUDIES, "data"),
        prevent_initial_call="initial_duplicate",
    )(show_waiting)
