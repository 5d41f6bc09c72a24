"""The process that keeps forests and answers what is asked about importance, and diagnoses studies;
`callbacks.importance_process` starts it.

It reads pickles from the pipe on its standard input and writes answers to that on its standard output: (number, kind,
answer), kind one of need (the trials are unknown here), answer,
superseded, wrong (the study lacks what is asked about) or failed. It opens no file, no database and
no port, and ends when its input does. Two threads compute: one what is quick, one the bootstraps, so that a brush
never waits for an uncertainty. It is run by path, so that it imports nothing of the page.
"""

from __future__ import annotations

import io
import os
import pickle
import struct
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from analytics.answers import Answers, Latest
from analytics.examination import Examination, Examinations
from analytics.inquiry import Inquiry, InquiryError

LENGTH = struct.Struct("<Q")
WATCH_SECONDS = 1.0


@dataclass(frozen=True)
class Job:
    """An inquiry with its number, and the trials that it is about (of an examination the studies)."""

    number: int
    inquiry: Inquiry | Examination
    trials: Any


class Superseded(Exception):  # noqa: N818
    """The same client has asked something newer."""


class Desk:
    """Takes jobs in and hands them to the two threads; of a client only the newest is worked on."""

    def __init__(self, answer: Callable[[int, str, Any], None]) -> None:
        self._answer = answer
        self._answers: dict[type, Any] = {Inquiry: Answers(), Examination: Examinations()}
        self._newest: Latest[str, int] = Latest(1_000)
        self._waiting: dict[bool, list[Job]] = {False: [], True: []}
        self._arrived = threading.Condition()

    def start(self) -> None:
        for slow in (False, True):
            threading.Thread(target=self._work, args=(slow,), daemon=True).start()

    def take(self, number: int, inquiry: Inquiry | Examination, given: Any) -> None:
        """Queue an inquiry, or say that its trials are needed; older ones of its client are dropped."""
        client = inquiry.client
        if client and number >= (self._newest.get(client) or 0):
            self._newest.put(client, number)
        trials = self._answers[type(inquiry)].trials(inquiry, given)
        if trials is None:
            self._answer(number, "need", None)
            return
        with self._arrived:
            self._waiting[slow(inquiry)].append(Job(number, inquiry, trials))
            self._arrived.notify_all()

    def _work(self, slow: bool) -> None:
        while True:
            with self._arrived:
                self._arrived.wait_for(lambda: self._waiting[slow])
                job = self._waiting[slow].pop(0)
            self._answer(job.number, *self._done(job))

    def _done(self, job: Job) -> tuple[str, Any]:
        try:
            self._go_on(job)
            answers = self._answers[type(job.inquiry)]
            return "answer", answers.answer(job.inquiry, job.trials, lambda: self._go_on(job))
        except Superseded:
            return "superseded", None
        except InquiryError as error:
            return "wrong", str(error)
        except Exception:  # noqa: BLE001 - the process serves others: the server says what went wrong
            return "failed", traceback.format_exc()

    def _go_on(self, job: Job) -> None:
        if job.inquiry.client and (self._newest.get(job.inquiry.client) or 0) > job.number:
            raise Superseded


def slow(inquiry: Inquiry | Examination) -> bool:
    """Whether an answer takes longer than a brush may wait for."""
    return isinstance(inquiry, Examination) or inquiry.intervals or inquiry.method == "reference"


def send(stream: BinaryIO, message: object) -> None:
    """Write a message behind its length."""
    body = io.BytesIO()
    pickle.dump(message, body, pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(body.tell()) + body.getbuffer())
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """Read a message; EOFError where the other side has ended."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(head)
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    return pickle.loads(body)  # from the server that started this process


def end_with(parent: int) -> None:
    """End when the parent has ended, even where another process of its holds the pipe open."""
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os._exit(0)


def main() -> None:
    """Serve until the input ends."""
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    writing = threading.Lock()

    def answer(number: int, kind: str, value: Any) -> None:
        with writing:
            send(sink, (number, kind, value))

    desk = Desk(answer)
    desk.start()
    try:
        while True:
            desk.take(*receive(source))
    except EOFError:
        os._exit(0)


if __name__ == "__main__":
    main()
