"""The wiring between page, catalog and trainer: one module a concern, each with a ``register``.

Callbacks are plain functions that ``register`` wires: Dash gives decorated ones to the first app of a process only.
"""

from __future__ import annotations

from dash import Dash

from callbacks import (
    api,
    comparison,
    confirming,
    control,
    exporting,
    findings,
    flagging,
    front,
    histories,
    importance,
    launch,
    launch_fill,
    launch_form,
    launch_preview,
    marks,
    models,
    opening,
    roles,
    rung,
    runs,
    serving,
    shell,
    suggesting,
    traces,
    vendor,
)


def register(app: Dash) -> None:
    """Wire every callback of the page and every HTTP route of ours into an app."""
    app.server.after_request(serving.read_files)
    api.register(app.server)
    exporting.register(app.server)
    histories.register(app.server)
    flagging.register(app.server)
    rung.register(app.server)
    marks.register(app.server)
    models.register(app.server)
    traces.register(app.server)
    importance.register(app.server)
    findings.register(app.server)
    front.register(app.server)
    vendor.register(app.server)
    for module in (
        shell,
        control,
        roles,
        opening,
        launch,
        launch_form,
        launch_fill,
        suggesting,
        launch_preview,
        runs,
        comparison,
        confirming,
    ):
        module.register(app)
