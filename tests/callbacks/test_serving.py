"""Sending files: compressed, not sent again if known, and never left open."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from app import create_app
from callbacks import serving, vendor
from data.workspace import Workspace


@pytest.fixture
def server(workspace: Workspace) -> Flask:
    made: Flask = create_app(workspace).server
    return made


def open_stylesheets() -> list[str]:
    """Stylesheets that this process has open."""
    names = (str(link.resolve()) for link in Path("/proc/self/fd").iterdir())
    return [name for name in names if name.endswith(".css")]


def test_a_stylesheet_is_compressed_and_not_sent_twice(server: Flask) -> None:
    client = server.test_client()
    headers = {"Accept-Encoding": "gzip"}
    first = client.get(vendor.BOOTSTRAP, headers=headers)
    again = client.get(vendor.BOOTSTRAP, headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert (first.headers["Content-Encoding"], first.status_code, again.status_code) == ("gzip", 200, 304)
    assert b"Bootstrap  v5.3" in client.get(vendor.BOOTSTRAP).data


@pytest.mark.parametrize("encoding", ["identity", "zstd"])
@pytest.mark.parametrize("known", [False, True])
def test_a_browser_that_hangs_up_leaves_no_file_open(server: Flask, encoding: str, known: bool) -> None:
    etag = server.test_client().get(vendor.BOOTSTRAP, headers={"Accept-Encoding": encoding}).headers["ETag"]
    headers = {"Accept-Encoding": encoding, **({"If-None-Match": etag} if known else {})}
    environ = EnvironBuilder(vendor.BOOTSTRAP, headers=Headers(headers)).get_environ()
    _never_read, status, _headers = run_wsgi_app(server, environ)
    assert status[:3] == ("304" if known else "200")
    assert open_stylesheets() == []


def test_an_address_names_what_a_browser_here_can_reach() -> None:
    with serving.listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert serving.address(listener, "0.0.0.0") == f"http://127.0.0.1:{port}"
        assert serving.address(listener, "::1") == f"http://[::1]:{port}"
        assert serving.address(listener, "localhost") == f"http://localhost:{port}"
