"""For a peer's Python: `fronts.py SAMPLE.npz` prints moocore's milliseconds for each array, and rows on the front."""

from __future__ import annotations

import json
import sys
import time
from statistics import median

import moocore
import numpy as np

REPEATS = 7

found = {}
for name, values in np.load(sys.argv[1]).items():
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        front = moocore.is_nondominated(values, keep_weakly=True)
        taken.append(1e3 * (time.perf_counter() - start))
    found[name] = [median(taken), int(front.sum())]
print(json.dumps(found))
