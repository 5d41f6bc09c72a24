"""HyperTrellis: the app factory and the command line.

python app.py [SOURCE …] [--workspace DIR] [--host HOST] [--port PORT] [--curves FILE] [--role COLUMN=ROLE …]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

import optuna
from dash import Dash

import callbacks
from callbacks import api, security, serving, vendor
from callbacks.arguments import parse
from callbacks.context import EXTENSION, Trellis, attach, open_sources
from data.catalog import Catalog
from data.readers import ReadError
from data.workspace import URL_VARIABLE, Workspace, WorkspaceError, open_workspace
from pages import frame

NOT_INCLUDED = r"^(?!main).*\.mjs$|^shell\.js$"
"""Assets that other files load: a module included twice would exist twice."""


def create_app(
    workspace: Workspace,
    sources: Sequence[str] = (),
    *,
    host: str = serving.HOST,
    curves: str | None = None,
    roles: Mapping[str, str] | None = None,
    pickles: Sequence[str] = (),
) -> Dash:
    """The app over a workspace with some sources open; a source that cannot be read becomes a problem on the page.

    ``pickles`` are sources too, whose code the analyst lets run.

    Raises:
        ReadError: sources are given and none of them can be read.
    """
    catalog = Catalog(workspace)
    refused = open_sources(catalog, [*sources, *pickles], curves, roles, pickles)
    app = Dash(
        __name__,
        server=serving.flask(__name__),
        title="HyperTrellis",
        update_title="",
        compress=True,
        serve_locally=True,
        assets_ignore=NOT_INCLUDED,
        external_stylesheets=[vendor.BOOTSTRAP],
        index_string=frame.index(),
    )
    context = attach(app.server, Trellis(workspace, catalog, tuple(refused)))
    callbacks.register(app)
    app.layout = lambda: frame.layout(api.overview(context))
    security.protect(app.server, host, app.csp_hashes())
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until interrupted; returns the exit code."""
    given = parse(argv)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        workspace = open_workspace(given.workspace, os.environ.get(URL_VARIABLE))
        with serving.listen(given.host, given.port) as listener:
            more = {"curves": given.curves, "roles": dict(given.roles), "pickles": given.pickles}
            app = create_app(workspace, given.sources, host=given.host, **more)
            for sentence in app.server.extensions[EXTENSION].refused:
                print(sentence, file=sys.stderr)
            serving.serve(app.server, listener, given.host)
    except (WorkspaceError, serving.ServingError, ReadError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:  # while sources are read; serving ends on its own
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
