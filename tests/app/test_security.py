"""Every route of the app is guarded: by Host, by Origin, by what the browser says of the site that asks."""

from __future__ import annotations

import socket

import pytest
from dash import Dash
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from callbacks.security import is_loopback, split_host
from data.workspace import Workspace

HOST = "127.0.0.1:8050"
HERE = {"SERVER_PORT": "8050"}
FOLLOWED = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.fixture
def app(workspace: Workspace) -> Dash:
    return create_app(workspace)


def routes(app: Dash) -> list[tuple[str, str]]:
    """Method and path of every route, arguments filled in."""
    adapter = app.server.url_map.bind("127.0.0.1")
    return [
        (method, adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, "x"), method=method))
        for rule in app.server.url_map.iter_rules()
        for method in sorted(rule.methods or ())
    ]


def ask(client: FlaskClient, method: str, path: str, host: str = HOST, **headers: str) -> TestResponse:
    return client.open(path, method=method, headers={"Host": host, **headers}, environ_overrides=HERE, buffered=True)


def refused(app: Dash, host: str = HOST, headers: dict[str, str] | None = None) -> list[bool]:
    client = app.server.test_client()
    return [ask(client, m, path, host, **(headers or {})).status_code == 403 for m, path in routes(app)]


def test_there_are_routes_of_ours_and_of_dash_to_check(app: Dash) -> None:
    paths = {path for _method, path in routes(app)}
    assert {"/", "/health", "/api/studies", "/api/columns", "/api/history", "/_dash-update-component"} <= paths


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8050", "127.0.0.1", "127.0.0.1:8051", "", "a@127.0.0.1:8050"]
)
def test_every_route_refuses_a_host_that_is_not_ours(app: Dash, host: str) -> None:
    assert all(refused(app, host))


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9000"},
        {"Origin": "https://127.0.0.1:8050"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    ],
    ids=str,
)
def test_every_route_refuses_what_a_page_of_another_origin_asks(app: Dash, headers: dict[str, str]) -> None:
    assert all(refused(app, headers=headers))


def test_following_a_link_to_the_page_is_the_one_thing_another_site_may_cause(app: Dash) -> None:
    client = app.server.test_client()
    allowed = [(m, p) for m, p in routes(app) if ask(client, m, p, **FOLLOWED).status_code != 403]
    assert allowed == [("GET", "/")]


@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost:8050", "LOCALHOST:8050", "[::1]:8050"])
def test_the_page_answers_under_each_name_of_this_machine(app: Dash, host: str) -> None:
    headers = {"Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
    assert ask(app.server.test_client(), "GET", "/health", host, **headers).status_code == 200


def test_an_answer_that_is_refused_says_why(app: Dash) -> None:
    answer = ask(app.server.test_client(), "GET", "/health", "evil.example")
    assert "'evil.example'" in answer.get_json()["error"]


def test_open_to_the_network_it_answers_under_addresses_and_its_own_name_only(workspace: Workspace) -> None:
    client = create_app(workspace, host="0.0.0.0").server.test_client()
    names = ["192.0.2.7", "[2001:db8::1]", socket.gethostname(), "localhost", "evil.example"]
    codes = [ask(client, "GET", "/health", f"{name}:8050").status_code for name in names]
    assert codes == [200, 200, 200, 200, 403]


def test_bound_to_a_name_it_answers_under_that_name(workspace: Workspace) -> None:
    client = create_app(workspace, host="lab.example").server.test_client()
    assert ask(client, "GET", "/health", "lab.example:8050").status_code == 200


def test_every_answer_keeps_the_browser_on_our_origin(app: Dash) -> None:
    client = app.server.test_client()
    for method, path in routes(app):
        answer = ask(client, method, path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "http" not in policy
        assert "'unsafe-inline'" not in policy.split("style-src")[0]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_host_header_is_split_into_name_and_port() -> None:
    assert split_host("Localhost:80", "http") == ("localhost", 80)
    assert split_host("[::1]", "http") == ("::1", 80)
    assert split_host("name", "https") == ("name", 443)
    assert split_host("name:port", "http") == ("", 0)
    assert split_host("name/path", "http") == ("", 0)


def test_the_whole_loopback_network_counts_as_loopback() -> None:
    assert is_loopback("127.0.0.5")
    assert is_loopback("[::1]")
    assert not is_loopback("0.0.0.0")
    assert not is_loopback("lab.example")
