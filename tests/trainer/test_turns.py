"""Trials take turns: nobody works while one measures, and one who wants to measure is not overtaken for ever."""

from __future__ import annotations

import threading
from pathlib import Path

from trainer.turns import Turns


def test_nobody_works_while_one_measures_and_the_measurer_gets_its_turn(tmp_path: Path) -> None:
    turns = Turns(tmp_path)
    measured, ready = threading.Event(), threading.Barrier(4)
    working: set[int] = set()
    seen: list[int] = []

    def work(name: int) -> None:
        ready.wait()
        while not measured.is_set():
            with turns.working():
                working.add(name)
                working.discard(name)

    def measure() -> None:
        ready.wait()
        for _ in range(20):
            with turns.alone():
                seen.extend(len(working) for _ in range(100))
        measured.set()

    threads = [threading.Thread(target=work, args=(name,)) for name in range(3)]
    threads.append(threading.Thread(target=measure))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert measured.is_set()
    assert seen == [0] * 2000


def test_two_work_at_the_same_time(tmp_path: Path) -> None:
    turns = Turns(tmp_path)
    both = threading.Barrier(2, timeout=30)

    def work() -> None:
        with turns.working():
            both.wait()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not both.broken
