"""Serving an app: the socket, a quiet request log, and an end without noise."""

from __future__ import annotations

import errno
import signal
import socket
import threading
from contextlib import closing
from typing import Any, cast

from flask import Flask, Response
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

HOST = "127.0.0.1"
COMPRESSED = [
    "text/html",
    "text/css",
    "text/javascript",
    "application/javascript",
    "application/json",
    "application/octet-stream",
    "image/svg+xml",
]


class ServingError(Exception):
    """The server cannot listen; the message names host and port and what was expected."""


def flask(name: str) -> Flask:
    """A server that also compresses the columns and the files it sends."""
    server = Flask(name, static_folder=None)
    server.config["COMPRESS_MIMETYPES"] = COMPRESSED
    server.json.sort_keys = False  # type: ignore[attr-defined]  # hyperparameters keep the order of their space
    return server


def read_files(response: Response) -> Response:
    """Take a file that is to be sent into memory and close it.

    Compressing it as a stream, or a browser that hangs up, would leave it open.
    """
    if response.direct_passthrough:
        with closing(cast(Any, response.response)) as file:
            response.response = [] if response.status_code == 304 else [b"".join(file)]
        response.direct_passthrough = False
    return response


class QuietHandler(WSGIRequestHandler):
    """Logs what went wrong, not every request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if str(code).startswith("5"):
            super().log_request(code, size)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on host and port (0: any free port).

    Raises:
        ServingError: the port is in use or not allowed, or the host is not an address of this machine.
    """
    if not 0 <= port <= 65535:
        raise ServingError(f"port {port} is not possible; expected 0 to 65535")
    try:
        family, kind, _protocol, _name, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise ServingError(f"host {host!r}: {_reason(error)}; expected an address of this machine") from error
    listener = socket.socket(family, kind)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            expected = "expected a free one: give it with --port (make run: PORT=…)"
            raise ServingError(f"port {port} on {host} is in use; {expected}") from error
        raise ServingError(f"port {port} on {host}: {_reason(error)}; expected one we may listen on") from error
    return listener


def serve(server: Flask, listener: socket.socket, host: str) -> None:
    """Print the address and serve until Ctrl-C or SIGTERM."""
    with make(server, listener) as running:

        def end(_signal: int, _frame: Any) -> None:
            """Raises nothing: an exception would be lost where the signal meets a finalizer."""
            threading.Thread(target=running.shutdown, daemon=True).start()

        for how in (signal.SIGINT, signal.SIGTERM):
            signal.signal(how, end)
        print(f"HyperTrellis is at {address(listener, host)} (Ctrl-C ends it)", flush=True)
        running.serve_forever(poll_interval=0.2)


def make(server: Flask, listener: socket.socket) -> BaseWSGIServer:
    """A threaded server on a duplicate of a listening socket; ``serve_forever`` runs it."""
    host, port = listener.getsockname()[:2]
    return make_server(host, port, server, threaded=True, request_handler=QuietHandler, fd=listener.fileno())


def address(listener: socket.socket, host: str) -> str:
    """The URL under which a browser on this machine reaches the page."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host.strip("[]"), host.strip("[]"))
    shown = f"[{name}]" if ":" in name else name
    return f"http://{shown}:{listener.getsockname()[1]}"


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
