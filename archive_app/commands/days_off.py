"""`archive days-off`: preview the changes of a year's table in the terminal, and import it."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from archive_app.access.identity import Reader
from archive_app.cases import holidays
from archive_app.cases.results import DaysOffPreview
from archive_app.commands.terminal import say
from archive_app.language.case_labels import CLOCKS
from archive_app.runtime.archive import Archive
from archive_app.tabular.tables import MAX_BYTES


def run(reader: Reader, archive: Archive, file: Path, *, year: int | None, does: bool) -> None:
    """Print the due days that the table would change, and with `does` import it.

    Raises:
        NotFound: the reader does not maintain the days off.
        YearTableError, PeopleError: the file is wrong.
    """
    with file.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    found = holidays.preview(reader, archive, content, file.name, year=year)
    console = Console(highlight=False)
    off = sum(not each.working for each in found.days)
    said = say("%(year)s: %(off)s days off and %(worked)s working days are listed.", year=found.year, off=off,
               worked=len(found.days) - off)  # fmt: skip
    console.print(said)
    if found.known:
        console.print(say("The days off of %(year)s are known already; this table takes their place.", year=found.year))
    console.print(
        _changes(found) if found.changes else say("No running time limit of a case that you see changes by it.")
    )
    if not does:
        console.print(say("Nothing was imported. To do it, add --apply."))
        return
    holidays.apply(reader, archive, content, file.name, found.fingerprint)
    console.print(say("The days off of %(year)s are imported.", year=found.year))


def _changes(found: DaysOffPreview) -> Table:
    table = Table(title=say("Time limits that change, of the cases that you see"))
    for heading in (say("Number"), say("Time limit"), say("Due until now"), say("Due by this table")):
        table.add_column(heading, no_wrap=True)
    for each in found.changes:
        after = f"{each.after} {say('(provisional)')}" if each.provisional else str(each.after)
        table.add_row(each.register_no, say(CLOCKS[each.kind]), str(each.before), after)
    return table
