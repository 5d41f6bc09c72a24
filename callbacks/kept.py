"""Answers that are kept until a study changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass
class Kept(Generic[T]):
    """The last ``most`` answers by what was asked, each with its revision; may be asked from any thread."""

    most: int = 32
    answers: OrderedDict[Hashable, tuple[str, T]] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def answer(self, question: Hashable, revision: str, make: Callable[[], T]) -> T:
        """The answer at a revision, made where it is not known."""
        with self.lock:
            known = self.answers.get(question)
            if known is None or known[0] != revision:
                known = revision, make()
                self.answers[question] = known
            self.answers.move_to_end(question)
            while len(self.answers) > self.most:
                self.answers.popitem(last=False)
            return known[1]
