"""One controller owns a study: a locked file in the workspace that the kernel frees when the process dies."""

from __future__ import annotations

import fcntl
import os
import time

from data.workspace import Workspace, controller_lock

PATIENCE = 2.0
"""Seconds to try: whoever asks whether a controller is alive holds the lock for an instant."""


class StudyBusy(Exception):  # noqa: N818
    """Another controller owns the study."""


class StudyLock:
    """Ownership of a study while ``fd`` is open, here or in the process that inherited it."""

    def __init__(self, fd: int) -> None:
        os.set_inheritable(fd, False)
        self.fd = fd

    @classmethod
    def acquire(cls, workspace: Workspace, study_id: int) -> StudyLock:
        """Raises:
        StudyBusy: another controller owns the study.
        """
        fd = os.open(controller_lock(workspace.folder, study_id), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return cls(fd)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    os.close(fd)
                    raise StudyBusy("another controller runs this study") from None
                time.sleep(0.02)

    def release(self) -> None:
        """Close this process's hold; the lock is free once nobody holds it."""
        os.close(self.fd)
