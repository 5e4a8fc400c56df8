"""`archive reindex`: rebuild the index from the records, with a progress bar; an interrupted run can be resumed."""

from __future__ import annotations

from functools import partial

import click

from archive_app.access.system import SYSTEM
from archive_app.commands.terminal import progress_bar, say
from archive_app.runtime.archive import Archive
from archive_app.search.indexing import count_documents, documents
from index.rebuild import rebuild


def run(archive: Archive, *, anew: bool) -> None:
    """Bring the index up to date with the records; `anew` empties it first."""
    with archive.reading(SYSTEM) as session:
        total = count_documents(session)
    with progress_bar() as bar:
        task = bar.add_task(say("Letters"), total=total)
        done = rebuild(
            archive.index,
            partial(archive.changing, SYSTEM),
            documents,
            anew=anew,
            progress=lambda count: bar.update(task, completed=count),
        )
    click.echo(say("%(put)d letters indexed, %(removed)d taken out.", put=done.put, removed=done.removed))
