"""The worker's part in learning: models that were withdrawn are learned anew, in a child of its own.

What learns takes much memory for some seconds (`archive_app.suggesting.training`), and the worker is there for days.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import time

from sqlalchemy import select

from archive_app.runtime.archive import Archive
from scanning import traces
from storage.models import Training
from storage.session import reading

log = logging.getLogger(__name__)

PAUSE_SECONDS = 60.0
"""A child that ended without having done it is followed by another only so long after it began."""


class Learner:
    """Looks whether the models were withdrawn, and has them learned anew."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.child: subprocess.Popen[bytes] | None = None
        self.began = -PAUSE_SECONDS

    def look(self) -> None:
        """Begin, when they were and no child is at it. What fails is done again by a later look."""
        running = self.child is not None and self.child.poll() is None
        if running or time.monotonic() - self.began < PAUSE_SECONDS:
            return
        try:
            if self._is_withdrawn():
                self.began = time.monotonic()
                folder = str(self.archive.settings.folder)
                command = [sys.executable, "-m", "archive_app", "--archive", folder, "train-classes", "--again"]
                self.child = subprocess.Popen(command)  # noqa: S603 - our own program, our own arguments
        except Exception as error:
            log.error("classes could not be learned anew; it is tried again soon: %s", traces.of(error))

    def stop(self) -> None:
        """Leave it: nothing is changed, and the next worker begins anew."""
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()
            self.child.wait()

    def _is_withdrawn(self) -> bool:
        with reading(self.archive.sessions) as session:
            return session.scalar(select(Training.id).where(Training.withdrawn)) is not None
