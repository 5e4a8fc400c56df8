"""Prints of a case: fill in a form, draw it, and keep it with the case."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import func, select

from archive_app.access.identity import Reader
from archive_app.access.lookups import find_case
from archive_app.audit.record import record
from archive_app.cases import case_view, deadlines, register
from archive_app.codes.service import chinese_words, tables_of
from archive_app.domain.deadlines import Chosen
from archive_app.errors import NoRoom, NotFound
from archive_app.forms.parts import Form, Table
from archive_app.forms.values import SpecialRegister
from archive_app.printing.case_forms import PAPERS, Source, printable, special_register
from archive_app.printing.deadline_table import deadline_table
from archive_app.runtime.archive import Archive
from storage.files import NoSpace
from storage.models import CasePrint


def make(reader: Reader, archive: Archive, case: str, form: str) -> int:
    """Print a form of a case and keep it with the case; returns its number there.

    Raises:
        NotFound: the reader does not see the case, or the form has no content yet.
        NoRoom: the disk is full.
        NoFont: a font of the forms is not installed.
    """
    found = case_view.case(reader, archive, case)
    if form not in printable(found):
        raise NotFound
    words = chinese_words(tables_of(archive))
    content = draw(PAPERS[form].fill(Source(found, archive.settings.name, words, _pictures(archive))))
    try:
        kept = archive.files.put(io.BytesIO(content), limit=len(content))
    except NoSpace as error:
        raise NoRoom(name=form) from error
    with archive.changing(reader) as session:
        row = find_case(session, reader, case)
        last = session.scalar(select(func.max(CasePrint.number)).where(CasePrint.case_id == row.id)) or 0
        session.add(
            CasePrint(
                case_id=row.id,
                number=last + 1,
                form=form,
                at=datetime.now(UTC),
                account_id=reader.account_id,
                sha256=kept.sha256,
                size=kept.size,
            )
        )
        record(session, reader, "printed", case_id=row.id, form=form, sha256=kept.sha256)
        session.commit()
    return last + 1


def _pictures(archive: Archive) -> Callable[[str], bytes]:
    """The pictures of signatures of a step that the reader sees."""
    return lambda sha256: archive.files.path(sha256).read_bytes()


def register_on_paper(reader: Reader, archive: Archive, year: int, *, sheet: bool = False) -> bytes:
    """The register of a year, as far as the reader sees it, as PDF or Excel table. Raises NotFound, NoFont."""
    rows = register.whole_register(reader, archive, year)
    return draw(special_register(archive.settings.name, year, rows, chinese_words(tables_of(archive))), sheet=sheet)


def deadlines_as_table(reader: Reader, archive: Archive, chosen: Chosen) -> bytes:
    """The chosen time limits, as far as the reader sees them, as an Excel table. Raises NotFound."""
    rows = deadlines.whole_list(reader, archive, chosen)
    return draw(deadline_table(archive.settings.name, rows, chinese_words(tables_of(archive))), sheet=True)


def draw(form: Form | Table, *, sheet: bool = False) -> bytes:
    """Draw a form as PDF/A, or a list as an Excel table."""
    # Imported here because the drawing libraries take longer to load than most requests to answer.
    if sheet and isinstance(form, SpecialRegister):
        from archive_app.forms.sheets import register_sheet

        return register_sheet(form, made_at=datetime.now(UTC))
    if isinstance(form, Table):
        from archive_app.forms.sheets import table_sheet

        return table_sheet(form, made_at=datetime.now(UTC))
    from archive_app.forms.rendering import render

    return render(form, made_at=datetime.now(UTC))
