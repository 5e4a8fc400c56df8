"""Import of staff and units from a table: preview the changes, then apply exactly those, or nothing."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from typing import IO

import xlsxwriter

from archive_app.access.identity import Reader
from archive_app.audit.record import record
from archive_app.language.labels import ROLES
from archive_app.language.marking import N_
from archive_app.people.errors import ImportHasProblems
from archive_app.people.import_run import ImportRun
from archive_app.people.results import ImportPreview
from archive_app.people.rules import administering
from archive_app.runtime.archive import Archive
from archive_app.tabular.previews import ensure_as_shown, fingerprint
from archive_app.tabular.tables import COLUMNS, MAX_BYTES, read_table

EXAMPLES = (
    ("1001", "张伟", "", "综合处", "市统计局", "综合", "处长", "领导", "2019-03-01", "", "zhangwei", "处室负责人"),
    ("1002", "李娜", "李小娜", "综合处", "市统计局", "", "", "", "2021-07-15", "", "lina", "登记员、承办人"),
    ("1003", "王强", "", "市统计局", "", "", "副局长", "领导", "2016-01-01", "", "wangqiang", "分管局长"),
    ("1003", "王强", "", "综合处", "市统计局", "", "副局长", "分管", "2022-05-01", "", "", ""),
    ("1004", "刘洋", "", "农业处", "市统计局", "", "", "", "2015-09-01", "2026-02-28", "", ""),
)
NOTES = (
    N_("One row for each unit that somebody belongs to, leads or oversees. Only the first sheet is read."),
    N_("Relation: leads, oversees (from outside), or empty for a member. A title is kept with the first two."),
    N_("Several names or roles in one cell: write 、 between them. Days: 2026-02-28."),
    N_("Who is not in the table stays as they are. Whoever has left has a day in the column of leaving."),
    N_("The roles: %(roles)s"),
)


def preview(reader: Reader, archive: Archive, stream: IO[bytes], name: str) -> ImportPreview:
    """Compute what importing a table would add, change and end, and what is wrong with its rows; keep nothing.

    Raises:
        NotFound: the reader is no system administrator.
        ImportUnreadable, ImportTooLarge, ImportHeadingsMissing: it is no such table.
    """
    content = stream.read(MAX_BYTES + 1)
    rows = read_table(content, name)
    with administering(reader, archive) as session:
        work = ImportRun(session, reader, rows)
        work.carry_out()
        return _told(content, work)


def apply(reader: Reader, archive: Archive, stream: IO[bytes], name: str, previewed: str) -> ImportPreview:
    """Import what was previewed, all or nothing. New accounts come with the first codes of their passwords.

    Raises:
        NotFound, ImportUnreadable, ImportTooLarge, ImportHeadingsMissing: as with `preview`.
        ImportHasProblems: rows cannot be imported.
        ImportChanged: the file or the records have changed since `previewed`, their fingerprint, was issued.
    """
    content = stream.read(MAX_BYTES + 1)
    planned = preview(reader, archive, io.BytesIO(content), name)
    _ensure_importable(planned, previewed)
    with administering(reader, archive) as session:
        work = ImportRun(session, reader, read_table(content, name))
        work.carry_out()
        told = _told(content, work)
        _ensure_importable(told, previewed)
        record(session, reader, "imported", subject=hashlib.sha256(content).hexdigest(), rows=len(work.rows))
        session.commit()
    return replace(told, accounts=tuple(work.accounts))


def template(tell: Callable[[str], str], language: str) -> bytes:
    """An Excel file to fill in, with a sheet of examples and notes.

    Args:
        tell: returns a sentence, or the name of a role, in the reader's language.
        language: "zh" or "en", for the headings.
    """
    written = io.BytesIO()
    # Strings stay strings: a cell that begins like a formula is not evaluated.
    book = xlsxwriter.Workbook(written, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    bold, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
    headings = [each[language == "en"] for each in COLUMNS.values()]
    for title, rows in ((tell(N_("Staff")), ()), (tell(N_("Examples")), EXAMPLES)):
        sheet = book.add_worksheet(title)
        sheet.set_column(0, len(headings) - 1, 14, text)
        sheet.write_row(0, 0, headings, bold)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell, text)
    roles = "、".join(tell(each) for each in ROLES.values())
    for number, note in enumerate(NOTES, start=len(EXAMPLES) + 2):
        sheet.write_string(number, 0, tell(note) % {"roles": roles} if "%(roles)s" in note else tell(note))
    book.close()
    return written.getvalue()


def _told(content: bytes, work: ImportRun) -> ImportPreview:
    problems = sorted(work.problems, key=lambda each: each.row)
    said = [[each.row, each.kind, each.notice.code, dict(each.notice.values)] for each in work.changes]
    wrong = [[each.row, each.column, each.notice.code] for each in problems]
    return ImportPreview(
        rows=len(work.rows),
        changes=tuple(work.changes),
        problems=tuple(problems),
        fingerprint=fingerprint(content, [said, wrong]),
        new_accounts=len(work.accounts),
        accounts=(),
    )


def _ensure_importable(planned: ImportPreview, previewed: str) -> None:
    ensure_as_shown(planned.fingerprint, previewed)
    if planned.problems:
        raise ImportHasProblems(field="file")
