"""`archive serve`: run the site, and the worker in a child process that is restarted when it ends."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from functools import partial
from types import FrameType

import click

from archive_app.commands.http_server import listen
from archive_app.runtime.archive import Archive
from archive_app.site import create_app
from archive_app.views.common.constant_time import ConstantTimeResponses
from archive_app.views.middleware.guard import has_signed_in

log = logging.getLogger(__name__)

RESTART_AFTER = 2.0


class Stop(SystemExit):
    """Raised in the main thread by SIGTERM.

    It is a SystemExit, since waitress treats any other exception as an error of the current request and goes on.
    """


def run(archive: Archive, *, host: str | None, port: int | None, worker: bool) -> None:
    """Serve until SIGINT or SIGTERM; then stop the worker as well."""
    settings = archive.settings
    # Request bodies are spooled in the archive's own folder: it is private, and on the disk whose space is checked.
    tempfile.tempdir = str(settings.work)
    app = create_app(archive)
    server = listen(
        ConstantTimeResponses(app),
        host=host or settings.host,
        port=settings.port if port is None else port,
        largest=settings.max_upload_bytes * 2,
        spool=settings.work,
        reserve=settings.reserve_bytes,
        is_known_session=partial(has_signed_in, app),
    )
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(archive, stop), daemon=True) if worker else None
    if keeper is not None:
        keeper.start()
    signal.signal(signal.SIGTERM, _stop)
    click.echo(f"http://{_address(server.socket)}/")
    try:
        server.run()
    except (Stop, KeyboardInterrupt):
        # Raised before or after waitress's loop; within it, waitress handles it.
        click.echo("", err=True)
    finally:
        stop.set()
        if keeper is not None:
            keeper.join(timeout=30)
        server.close()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise Stop


def _address(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"{host}:{port}"


def _keep_worker(archive: Archive, stop: threading.Event) -> None:
    """Run `archive worker` as a child; restart it when it ends unexpectedly."""
    command = [sys.executable, "-m", "archive_app", "--archive", str(archive.settings.folder), "worker"]
    while not stop.is_set():
        child = subprocess.Popen([*command, "--parent", str(os.getpid())])  # noqa: S603 - our own program, our own arguments
        while child.poll() is None and not stop.wait(0.5):
            pass
        if stop.is_set():
            child.terminate()
            child.wait()
            return
        log.error("the worker ended with status %s; it will be restarted", child.returncode)
        stop.wait(RESTART_AFTER)
