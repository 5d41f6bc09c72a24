"""Objective type ``python``: the analyst's own ``module:function``, in its folder, none of our packages in sight."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trainer.objectives import load

ROOT = Path(__file__).resolve().parents[2]
OURS = ("analytics", "data", "trainer")


def load_function(target: str, cwd: str) -> Callable[[Any], Any]:
    """The function, imported as a script in ``cwd`` would import it; changes this process for good.

    Raises:
        LookupError, ImportError: there is no such function or module.
    """
    os.chdir(cwd)
    sys.path[:] = [cwd, *(entry for entry in sys.path if Path(entry or ".").resolve() != ROOT)]
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]
    return load(target)
