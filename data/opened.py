"""One open source with the rows of its studies, and what is wrong with it."""

from __future__ import annotations

import time
from collections.abc import Callable

from analytics.trials import Trials
from data.readers.base import FolderSource, ReadError, Source
from data.versions import Versions

PATIENCE = 4.0
"""After a read that failed, wait this many times as long as it took."""


class Opened:
    """A source and its studies by id; ``given`` if the analyst named it, ``join`` adds columns that it lacks."""

    def __init__(self, source: Source, given: bool, join: Callable[[Trials], Trials] = lambda trials: trials) -> None:
        self.source = source
        self.given = given
        self.studies: dict[str, Versions] = {}
        self._join = join
        self._read: dict[str, Trials] = {}
        self.problem: str | None = None
        self._gone: dict[str, str] = {}
        self._partial: list[str] = []
        self._epoch = source.epoch
        self._retry_at = 0.0

    @property
    def problems(self) -> list[str]:
        """Sentences on what is wrong now."""
        gone = [f"The study {name!r} is no longer in {self.source.address}." for name in self._gone.values()]
        empty = [] if self.studies or gone or not self.given else [f"{self.source.address} holds no study yet."]
        return [self.problem] if self.problem else gone + empty + self._partial

    def due(self, now: Callable[[], float] = time.monotonic) -> bool:
        """Whether the source may have something new, and did not just fail."""
        return now() >= self._retry_at and (self.problem is not None or self.source.changed())

    def read(self) -> list[Trials]:
        """The studies as they are now.

        Raises:
            ReadError: the source cannot be read.
        """
        began = time.monotonic()
        try:
            return self.source.trials()
        except ReadError:
            self._retry_at = time.monotonic() + PATIENCE * (time.monotonic() - began)
            raise

    def take(self, found: list[Trials]) -> bool:
        """Take in what was read; whether anything is different now."""
        before = (self.problems, {key: v.trials for key, v in self.studies.items()})
        anew, self._epoch, self.problem = self.source.epoch != self._epoch, self.source.epoch, None
        self._partial = self.source.problems if isinstance(self.source, FolderSource) else []
        now = {trials.study.id: trials for trials in found}
        for key in set(self.studies) - set(now):
            self._gone[key] = self.studies.pop(key).trials.study.name
        for key, trials in now.items():
            self._gone.pop(key, None)
            if key not in self.studies:
                self.studies[key] = Versions(self._join(trials))
            elif self._read[key] is not trials:
                self.studies[key].update(self._join(trials), anew)
        self._read = now
        self.studies = {key: self.studies[key] for key in now}
        return before != (self.problems, {key: v.trials for key, v in self.studies.items()})

    def join_again(self, study_id: str) -> bool:
        """Take in columns that the source does not hold; whether any row is different now."""
        return self.studies[study_id].update(self._join(self._read[study_id]))

    def fail(self, sentence: str) -> bool:
        """Keep the rows as they were, and say why; whether that is new."""
        new = sentence != self.problem
        self.problem = sentence
        return new
