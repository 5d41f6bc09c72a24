"""Who may talk to the server: it starts programs, so every request is checked, whatever its route.

The Host header must name this server, so that a foreign site which resolves its own name to our address is refused;
and a request that a page of another origin caused is refused, except for following a link to the page itself.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from functools import partial
from urllib.parse import urlsplit

from flask import Flask, Request, Response, jsonify, request

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def protect(server: Flask, host: str, script_hashes: Iterable[str]) -> None:
    """Check every request to a server that listens on ``host``, and send the security headers with every answer.

    ``script_hashes`` are those of the inline scripts that the page may run, such as ``'sha256-…'``.
    """
    server.before_request(partial(check, names=own_names(host), any_address=not is_loopback(host)))
    server.after_request(partial(_add_headers, policy=content_policy(script_hashes)))


def check(names: frozenset[str], any_address: bool) -> tuple[Response, int] | None:
    """Refuse the current request with 403 and a sentence, or let it pass with None."""
    refusal = refuse_host(request, names, any_address) or refuse_origin(request)
    return (jsonify(error=refusal), 403) if refusal else None


def refuse_host(request: Request, names: frozenset[str], any_address: bool) -> str | None:
    """Why the Host header is not one of ours; None if it is.

    With ``any_address`` every IP address passes: only a name can be made to point at us by somebody else.
    """
    name, port = split_host(request.headers.get("Host", ""), request.scheme)
    own_port = int(request.environ.get("SERVER_PORT", 0))
    if port == own_port and (name in names or (any_address and is_address(name))):
        return None
    given = request.headers.get("Host", "")
    return f"the Host header is {given!r}; expected the address that the server printed when it started"


def refuse_origin(request: Request) -> str | None:
    """Why a request comes from a page of another origin; None if it does not."""
    site = request.headers.get("Sec-Fetch-Site")
    if is_navigation(request):
        return None
    if site not in (None, "same-origin", "none"):
        return f"the request comes from another site (Sec-Fetch-Site is {site!r}); expected one from this page"
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.headers.get('Host')}":
        return f"the request comes from {origin!r}; expected one from this page"
    return None


def is_navigation(request: Request) -> bool:
    """Whether somebody followed a link to the page: it shows, but the other site cannot read it."""
    return (
        request.method == "GET"
        and request.path == "/"
        and request.headers.get("Sec-Fetch-Mode") == "navigate"
        and request.headers.get("Sec-Fetch-Dest") == "document"
    )


def own_names(host: str) -> frozenset[str]:
    """The names in a Host header that mean a server listening on ``host``."""
    names = LOOPBACK | {host.strip("[]").lower()}
    return names if is_loopback(host) else names | {socket.gethostname().lower()}


def is_loopback(host: str) -> bool:
    name = host.strip("[]").lower()
    return name == "localhost" or (is_address(name) and ipaddress.ip_address(name).is_loopback)


def is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def split_host(header: str, scheme: str) -> tuple[str, int]:
    """Name and port of a Host header, the name in lower case and without brackets; ('', 0) if it is none."""
    try:
        parts = urlsplit(f"//{header}")
        name, port = parts.hostname, parts.port
    except ValueError:
        return "", 0
    if not name or parts.netloc != header or "@" in header:
        return "", 0
    return name, port or (443 if scheme == "https" else 80)


def content_policy(script_hashes: Iterable[str]) -> str:
    """A Content-Security-Policy that keeps everything on our own origin.

    Styles may stand in the page: ag-grid and plotly write them there. Text may be evaluated, since browser automation
    polls expressions that way (docs/automation.md); text that gets into the page is still never run.
    """
    scripts = dict.fromkeys(("'self'", "'unsafe-eval'", *script_hashes))
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(scripts)}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _add_headers(response: Response, policy: str) -> Response:
    response.headers.update(HEADERS)
    response.headers["Content-Security-Policy"] = policy
    return response
