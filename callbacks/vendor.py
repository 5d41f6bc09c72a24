"""Bootstrap's stylesheet from our own origin: the page must work on a machine without internet."""

from __future__ import annotations

from importlib.resources import as_file, files

from flask import Flask, Response, send_file

BOOTSTRAP = "/vendor/bootstrap-5.3.8.min.css"
A_YEAR = 365 * 24 * 3600


def bootstrap() -> Response:
    with as_file(files("flask_bootstrap") / "static/bootstrap5/css/bootstrap.min.css") as path:
        return send_file(path, mimetype="text/css", max_age=A_YEAR)


def register(server: Flask) -> None:
    server.add_url_rule(BOOTSTRAP, view_func=bootstrap)
