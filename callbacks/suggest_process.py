"""The process behind Suggest: a pickled (trials, metric, brushes, count) in, an `Advice` or a sentence out.

It is run by path with the file into which it writes what it is doing, and ends with its answer; it opens no other file,
no database and no port.
"""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path

from analytics.advice import advise
from analytics.evidence import ImportanceError
from analytics.selection import BrushError


def main() -> None:
    """Answer one question."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    trials, metric, brushes, count = pickle.load(sys.stdin.buffer)  # from the server that started this process

    def say(words: str) -> None:
        Path(sys.argv[1]).write_text(words)

    try:
        answer: object = advise(trials, metric, brushes, count, say=say)
    except (ImportanceError, BrushError) as error:
        answer = str(error)
    with answers:
        pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main()
