"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """Path of the browser: $CHROMIUM, else chromium or google-chrome on PATH. Raises FileNotFoundError."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        raise FileNotFoundError("no Chromium: set CHROMIUM to its path or install Debian's package chromium")
    return found


def machine() -> dict[str, str]:
    """Processor, cores that this process may use, system, Python and Chromium."""
    version = subprocess.run([chromium(), "--version", "--no-sandbox"], capture_output=True, text=True, check=True)
    return {
        "cpu": processor(),
        "cores": f"{len(os.sched_getaffinity(0))} cores",
        "system": platform.platform(terse=True),
        "python": f"Python {platform.python_version()}",
        "chromium": version.stdout.strip(),
    }


def processor() -> str:
    """The processor's model as the kernel names it."""
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    return found.group(1) if found else platform.machine()
