"""Retrain withdrawn models in a child process of the worker.

Training needs much memory for some seconds (`archive_app.suggesting.training`), and the worker runs for days.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import time

from sqlalchemy import select

from archive_app.access.identity import NOBODY
from archive_app.runtime.archive import Archive
from scanning import traces
from storage.models import Training

log = logging.getLogger(__name__)

PAUSE_SECONDS = 60.0
"""The least time between the starts of two children."""


class Learner:
    """Checks whether the models were withdrawn, and starts their retraining."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.child: subprocess.Popen[bytes] | None = None
        self.began = -PAUSE_SECONDS

    def look(self) -> None:
        """Start a child, if the models are withdrawn and none is running. A failure is repeated by a later call."""
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
            log.error("retraining could not be started; it will be tried again: %s", traces.of(error))

    def stop(self) -> None:
        """Stop a running child: it changes nothing, and the next worker starts again."""
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()
            self.child.wait()

    def _is_withdrawn(self) -> bool:
        with self.archive.reading(NOBODY) as session:
            return session.scalar(select(Training.id).where(Training.withdrawn)) is not None
