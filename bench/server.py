"""Server processes under measurement: started on a free port, their CPU seconds and memory read from /proc."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[1]
PEERS = ROOT / ".venv-bench" / "bin"
START_SECONDS = 120
NOT_MODIFIED = 304


@dataclass(frozen=True)
class Server:
    """A running server: its address without a trailing slash, and the id of its first process."""

    url: str
    pid: int

    def cpu(self) -> float:
        """CPU seconds that it and its children, running and ended, have used so far."""
        ticks = sum(cpu_ticks(pid) for pid in family(self.pid))
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> tuple[float, float]:
        """Resident memory now and at its peak, in MB, of it and its running children."""
        pids = family(self.pid)
        return sum(status_mb(pid, "VmRSS") for pid in pids), sum(status_mb(pid, "VmHWM") for pid in pids)


def cpu_ticks(pid: int) -> int:
    """User and system time of a process and of the children that it has waited for, in clock ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    return sum(int(field) for field in fields[11:15])


def status_mb(pid: int | str, field: str) -> float:
    """One memory field of /proc/PID/status in MB (10⁶ bytes)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(field + ":")) * 1024 / 1e6


def family(pid: int) -> list[int]:
    """The process and all that descend from it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return [pid, *(one for child in children for one in family(int(child)))]


def free_port() -> int:
    """A port on loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str, **headers: str) -> tuple[bytes, dict[str, str]]:
    """The body as it came over the wire (empty where nothing is new), and the headers in lower case."""
    try:
        with urlopen(Request(url, headers=headers), timeout=START_SECONDS) as answer:
            return answer.read(), {name.lower(): value for name, value in answer.headers.items()}
    except HTTPError as answer:
        if answer.code != NOT_MODIFIED:
            raise
        return b"", {}


def wait_until_up(url: str, process: subprocess.Popen[bytes], log: IO[bytes]) -> None:
    """Return when `url` answers; RuntimeError with the end of its log when it ends or START_SECONDS pass."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            get(url)
            return
        except (URLError, ConnectionError):
            time.sleep(0.05)
    log.seek(0)
    raise RuntimeError(f"{' '.join(map(str, process.args))} does not answer at {url}: {log.read()[-2000:].decode()}")  # type: ignore[arg-type]


@contextmanager
def serve(command: list[str], url: str, probe: str, log: Path) -> Iterator[Server]:
    """Run `command` until the block ends; it is up when `url + probe` answers."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w+b") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_until_up(url + probe, process, output)
            yield Server(url, process.pid)
        finally:
            process.terminate()
            process.wait(timeout=20)


@contextmanager
def app(workspace: Path, *sources: Path | str) -> Iterator[Server]:
    """HyperTrellis itself with these sources open."""
    port = free_port()
    command = [sys.executable, "app.py", *map(str, sources), "--workspace", str(workspace), "--port", str(port)]
    with serve(command, f"http://127.0.0.1:{port}", "/health", workspace / "app.log") as server:
        yield server


@contextmanager
def dashboard(study: Path, log: Path) -> Iterator[Server]:
    """optuna-dashboard on the same database."""
    port = free_port()
    command = [str(PEERS / "optuna-dashboard"), f"sqlite:///{study}", "--host", "127.0.0.1", "--port", str(port)]
    with serve(command, f"http://127.0.0.1:{port}", "/api/studies", log) as server:
        yield server
