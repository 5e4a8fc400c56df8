"""`archive people`: preview the import of a table of staff, and import it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

from archive_app.access.identity import Reader
from archive_app.commands.terminal import language, say, say_code
from archive_app.people import importing
from archive_app.people.results import ImportPreview
from archive_app.runtime.archive import Archive
from archive_app.tabular.tables import COLUMNS, MAX_BYTES

SIGNS = {"added": "+", "changed": "~", "ended": "-"}


def run(reader: Reader, archive: Archive, table: Path, *, does: bool, tell: Callable[[str], None]) -> int:
    """Print the preview of the import, and with `does` apply it; the exit status is 1 if the table has errors.

    Raises:
        NotFound: the reader is no system administrator.
        PeopleError: the table cannot be read, or the records have changed in the meantime.
    """
    with table.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    found = importing.preview(reader, archive, io.BytesIO(content), table.name)
    for line in lines(found):
        tell(line)
    if found.problems:
        return 1
    if does and found.changes:
        done = importing.apply(reader, archive, io.BytesIO(content), table.name, found.fingerprint)
        tell(say("Imported: %(count)s changes.", count=len(done.changes)))
        if done.accounts:
            tell(say("First codes of the passwords, shown only now. Who confirms an account is shown its second one:"))
        for account in done.accounts:
            tell(f"{account.person}  {account.name}  {account.code}")
    elif found.changes:
        tell(say("Nothing was imported. To do it, add --apply."))
    return 0


def lines(found: ImportPreview) -> Iterator[str]:
    """Yield one line per wrong cell; or one line per change, with its row."""
    english = language() != "zh"
    for problem in found.problems:
        column = COLUMNS[problem.column][english] if problem.column in COLUMNS else problem.column
        sentence = say_code(problem.notice.code, problem.notice.values)
        yield say("Row %(row)s, %(column)s: %(what)s", row=problem.row, column=column, what=sentence)
    if found.problems:
        return
    for change in found.changes:
        yield f"{SIGNS[change.kind]} {change.row:>4}  {say_code(change.notice.code, change.notice.values)}".rstrip()
    if not found.changes:
        yield say("Everything in the table is so already.")
