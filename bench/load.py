"""First load and idle polls at 10,000 trials: bytes over the wire and the server's CPU, against optuna-dashboard."""

from __future__ import annotations

import gzip
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import reading
from bench.brush import browser, trellis
from bench.result import Row
from bench.server import Server, app, dashboard, get
from bench.study import write_study

TRIALS = 10_000
POLLS = 10
POLL_SECONDS = 0.6  # longer than the half second in which the app asks its sources only once
GZIP = {"Accept-Encoding": "gzip"}
PEER = "optuna-dashboard"


@dataclass(frozen=True)
class Load:
    """kB of data (gzipped), CPU seconds of the server for sending it first, and CPU seconds of an idle poll."""

    kilobytes: float
    cpu: float
    poll: float


def gzipped(body: bytes, headers: dict[str, str]) -> int:
    """Bytes of a body once gzipped, whether the server did it or not."""
    return len(body) if "gzip" in headers.get("content-encoding", "") else len(gzip.compress(body))


def used(server: Server, work: Callable[[], int]) -> tuple[float, int]:
    """CPU seconds that the server needs for `work`, and what `work` returns."""
    before = server.cpu()
    answer = work()
    return server.cpu() - before, answer


def ours(server: Server) -> Load:
    """As the page asks: the studies, then each one's columns; the idle poll is a conditional GET of the studies."""
    tags: dict[str, str] = {}

    def first() -> int:
        studies, headers = get(f"{server.url}/api/studies")
        tags["If-None-Match"] = headers.get("etag", "")
        entries = json.loads(studies)["studies"]
        bodies = [get(f"{server.url}/api/columns?study={one['id']}", **GZIP) for one in entries if one["shown"]]
        return sum(gzipped(*one) for one in bodies)

    cpu, size = used(server, first)
    return Load(size / 1e3, cpu, idle(server, f"{server.url}/api/studies", tags))


def idle(server: Server, url: str, headers: dict[str, str]) -> float:
    """CPU seconds of one poll that finds nothing new, on average; paced as if the page were idle."""

    def polls() -> int:
        for _ in range(POLLS):
            time.sleep(POLL_SECONDS)
            get(url, **headers)
        return POLLS

    return used(server, polls)[0] / POLLS


def dashboards(server: Server) -> Load:
    """What its page asks for: a study from its first trial, then again from its last one on."""
    study = f"{server.url}/api/studies/1"
    cpu, size = used(server, lambda: gzipped(*get(f"{study}?after=0", **GZIP)))
    return Load(size / 1e3, cpu, idle(server, f"{study}?after={TRIALS}", {}))


def page_bytes(url: str) -> int:
    """All bytes that a browser with a cold cache takes in until the page is ready and quiet."""
    received = 0

    def add(event: dict[str, float]) -> None:
        nonlocal received
        received += int(event["encodedDataLength"])

    with browser() as started:
        page = started.new_page(viewport={"width": 1440, "height": 900})
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", add)
        trellis(url, TRIALS).open(page)
        page.wait_for_load_state("networkidle")
    return received


def rows(folder: Path) -> list[Row]:
    """Four figures; the bounds are 0.6 MB of data, 2 MB of page, and a tenth of the peer's CPU."""
    study = write_study(folder / f"{TRIALS}.db", TRIALS)
    read = reading.measure("ours", study)  # the app does it at its start, the peer when first asked
    with tempfile.TemporaryDirectory() as workspace, app(Path(workspace), study) as server:
        mine = ours(server)
        page = page_bytes(server.url)
    with dashboard(study, folder / "dashboard.log") as server:
        theirs = dashboards(server)
    return [
        Row("first load, data gzipped", TRIALS, "kB", mine.kilobytes, theirs.kilobytes, PEER, 600),
        Row(
            "first load, server CPU with reading",
            TRIALS,
            "s",
            mine.cpu + read,
            theirs.cpu,
            PEER,
            reading.AT_MOST * theirs.cpu,
        ),
        Row("first load, whole page, cold cache", TRIALS, "kB", page / 1e3, bound=2000),
        Row("idle poll, server CPU", TRIALS, "s", mine.poll, theirs.poll, PEER, reading.AT_MOST * theirs.poll),
    ]
