"""Report metrics from any Python script: ``from hypertrellis_log import log`` and ``log(epoch, loss=0.3)``.

Standard library only, and nothing of HyperTrellis: the file may be copied beside the script. Run by itself, the script
does as before and reports to nobody.
"""

import json
import os
from typing import SupportsFloat


def log(step: int, /, **metrics: SupportsFloat) -> None:
    """Report metrics at a step (an epoch, say; counted from 1; 0 is before training)."""
    if path := os.environ.get("TRELLIS_METRICS"):
        line = json.dumps({"step": int(step), "metrics": {name: float(value) for name, value in metrics.items()}})
        with open(path, "a", encoding="utf-8") as file:  # noqa: PTH123 - one import less in the analyst's script
            file.write(line + "\n")
