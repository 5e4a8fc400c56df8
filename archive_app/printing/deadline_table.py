"""The list of time limits as an Excel table: what the page shows, in the office's own words."""

from __future__ import annotations

from archive_app.domain.code_tables import Word
from archive_app.domain.deadlines import LEADERS, OFFICE, RESTRICTED, Deadline, Holder
from archive_app.forms.parts import Cell, Form, Table

HEADING = "信访件办理时限一览表"

COLUMNS = (
    ("登记编号", 18),
    ("反映主要问题", 40),
    ("承办部门", 16),
    ("当前经办", 16),
    ("期限", 8),
    ("状态", 12),
    ("到期日", 14),
    ("剩余工作日", 10),
    ("超期天数", 9),
    ("已用时限", 9),
    ("急件", 6),
    ("备注", 18),
)
"""Heading and width of each column, in characters."""

_UNNAMED = {OFFICE: "信访办公室", LEADERS: "局领导", RESTRICTED: ""}


def deadline_table(organisation: str, rows: tuple[Deadline, ...], word: Word) -> Table:
    """Make the table of the rows, in their order. A restricted case is listed with number, state and time only."""
    return Table(
        heading=HEADING,
        organisation=organisation,
        name="办理时限",
        columns=COLUMNS,
        rows=tuple(_cells(row, word) for row in rows),
        restricted=any(row.restricted for row in rows),
    )


def _cells(row: Deadline, word: Word) -> tuple[Cell, ...]:
    return (
        row.register_no,
        Form.mark if row.restricted else row.main_problem,
        _name(row.unit),
        "、".join(map(_name, row.persons)),
        word("clock", row.kind),
        word("state", row.state),
        row.due,
        "" if row.overdue else row.working_days_left,
        row.days_late or "",
        round(row.used, 2),
        "是" if row.urgent else "",
        "到期日为暂定" if row.provisional else "",
    )


def _name(holder: Holder) -> str:
    return _UNNAMED.get(holder, holder.name)
