"""A year's days off are imported: due days move at once, for all cases, and are told of those that somebody sees."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import select

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.audit.verification import verify
from archive_app.cases import clock_rows, holidays
from archive_app.cases.results import DaysOffPreview
from archive_app.commands.cli import main
from archive_app.domain.errors import YearTableOfOtherYear
from archive_app.errors import NotFound
from archive_app.office_time import ZONE
from archive_app.tabular.errors import ImportChanged
from storage.models import AuditEvent, Case, CaseClock, Letter
from storage.session import reading
from tests.archive_app.announced import OFF_2027, TABLE_2027, WORKED_2027, as_csv
from tests.case_office import Office, on_both
from tests.records import recuse

INSTRUCTED = datetime(2027, 1, 22, 9, tzinfo=ZONE)
"""Fifteen days later is 6 February, a Saturday. By its weekday the next working day is the 8th; by the made up table of
2027 the Spring Festival lasts to the 11th, and the 12th is worked."""

BY_WEEKDAY, BY_TABLE = date(2027, 2, 8), date(2027, 2, 12)


def _instructed(office: Office) -> str:
    with time_machine.travel(INSTRUCTED, tick=True):
        case = office.registered()
        office.go(case, "instruct")
    return case


def _letter_of(office: Office, case: str) -> str:
    with reading(office.archive.sessions, SYSTEM.key) as session:
        of_case = select(Letter.public_id).join(Case, Case.id == Letter.case_id).where(Case.public_id == case)
        return session.scalars(of_case).one()


def _dues(office: Office) -> list[tuple[date, bool]]:
    with reading(office.archive.sessions, SYSTEM.key) as session:
        rows = session.execute(select(CaseClock.due, CaseClock.provisional).order_by(CaseClock.id))
        return [(due, provisional) for due, provisional in rows]


def _preview(office: Office, who: str = "zhou", table: bytes = TABLE_2027) -> DaysOffPreview:
    return holidays.preview(office.staff[who], office.archive, table, "2027.csv")


def _import(office: Office, table: bytes = TABLE_2027) -> DaysOffPreview:
    shown = _preview(office, table=table)
    return holidays.apply(office.staff["zhou"], office.archive, table, "2027.csv", shown.fingerprint)


@on_both
def test_clause_4_2_a_due_day_in_a_year_without_data_is_provisional_until_its_table_is_imported(office: Office) -> None:
    case = _instructed(office)
    with time_machine.travel(INSTRUCTED, tick=True):
        shown = office.look("wang", case).clock
        assert shown is not None
        assert (shown.due, shown.provisional) == (BY_WEEKDAY, True)
        (change,) = _preview(office).changes
        assert (change.public_id, change.before, change.after, change.provisional) == (
            case,
            BY_WEEKDAY,
            BY_TABLE,
            False,
        )
        assert _dues(office) == [(BY_WEEKDAY, True)], "a preview has changed something"
        _import(office)
        shown = office.look("wang", case).clock
    assert shown is not None
    assert (shown.due, shown.first_due, shown.provisional) == (BY_TABLE, BY_TABLE, False)
    # What begins afterwards is reckoned by it from the beginning.
    _instructed(office)
    assert _dues(office) == [(BY_TABLE, False)] * 2
    assert _preview(office).changes == ()


@on_both
def test_all_clocks_are_reckoned_anew_and_who_imports_is_told_of_theirs_only(office: Office) -> None:
    """十一.4: a case that the head of the office must not know of moves with the others, and tells nothing."""
    seen = _instructed(office)
    alone = _preview(office)
    hidden = _instructed(office)
    recuse(office.archive, office.staff["zhou"], _letter_of(office, hidden))
    assert _preview(office) == alone
    told = _import(office)
    assert told == alone
    assert [each.public_id for each in told.changes] == [seen]
    assert _dues(office) == [(BY_TABLE, False)] * 2
    with reading(office.archive.sessions, SYSTEM.key) as session:
        rows = session.execute(select(AuditEvent.action, AuditEvent.account_id, AuditEvent.details)).all()
        anew = [(by, details) for action, by, details in rows if action == "due_reckoned_anew"]
        assert anew == [(None, {"before": str(BY_WEEKDAY), "due": str(BY_TABLE)})] * 2
        own = [(by, details) for action, by, details in rows if action == "days_off_imported"]
        days = len(TABLE_2027.splitlines()) - 1
        assert own == [(office.staff["zhou"].account_id, {"year": 2027, "days": days})]
        assert verify(session).finding is None


@on_both
def test_a_newer_table_of_the_year_takes_the_place_of_the_older(office: Office) -> None:
    _instructed(office)
    _import(office)
    longer = as_csv(OFF_2027.replace("02-05..02-11", "02-05..02-12"), WORKED_2027, 2027)
    shown = _preview(office, table=longer)
    assert shown.known
    (change,) = shown.changes
    # The 13th is a Saturday, the 14th is made up for.
    assert (change.before, change.after) == (BY_TABLE, date(2027, 2, 14))
    _import(office, longer)
    (year,) = holidays.known_years(office.staff["zhou"], office.archive)
    assert (year.year, year.by, len(year.days)) == (2027, "周正清", len(longer.splitlines()) - 1)
    with reading(office.archive.sessions) as session:
        assert not clock_rows.calendar(session).day(date(2027, 2, 12)).working


def test_what_was_granted_stays_granted(office: Office) -> None:
    """九: an extension and its first due day are reckoned anew, each from the other."""
    case = _instructed(office)
    with time_machine.travel(INSTRUCTED, tick=True):
        for who, code, fields in (
            ("wang", "hand_over", {}),
            ("tang", "acknowledge_receipt", {}),
            ("han", "ask_extension", {"days": 5, "words": "需现场核查"}),
            ("fang", "grant_extension", {"days": 5}),
        ):
            office.do(who, case, code, **dict(fields))
        _import(office)
        clock = office.look("wang", case).clock
    assert clock is not None
    assert (clock.first_due, clock.due, clock.provisional) == (BY_TABLE, date(2027, 2, 17), False)


def test_a_clock_that_stands_still_keeps_its_day(office: Office) -> None:
    case = _instructed(office)
    with time_machine.travel(INSTRUCTED, tick=True):
        for who, code in (("wang", "hand_over"), ("tang", "decline")):
            office.do(who, case, code, **({"words": "不属本处职责"} if code == "decline" else {}))
    assert _import(office).changes == ()
    assert _dues(office) == [(BY_WEEKDAY, True)]


def test_only_the_head_of_the_office_imports(office: Office) -> None:
    def tries(reader: Reader) -> None:
        with pytest.raises(NotFound):
            holidays.preview(reader, office.archive, TABLE_2027, "2027.csv")
        with pytest.raises(NotFound):
            holidays.apply(reader, office.archive, TABLE_2027, "2027.csv", "")
        with pytest.raises(NotFound):
            holidays.known_years(reader, office.archive)

    for who in ("wang", "he", "shen", "han"):
        tries(office.staff[who])


def test_what_was_not_shown_is_not_imported(office: Office) -> None:
    shown = _preview(office)
    case = _instructed(office)
    with pytest.raises(ImportChanged):
        holidays.apply(office.staff["zhou"], office.archive, TABLE_2027, "2027.csv", shown.fingerprint)
    other = as_csv(OFF_2027, "", 2027)
    with pytest.raises(ImportChanged):
        holidays.apply(office.staff["zhou"], office.archive, other, "2027.csv", _preview(office).fingerprint)
    assert _dues(office) == [(BY_WEEKDAY, True)]
    assert office.look("wang", case).clock is not None


def test_another_year_than_was_said_is_refused(office: Office) -> None:
    with pytest.raises(YearTableOfOtherYear, match="2027"):
        holidays.preview(office.staff["zhou"], office.archive, TABLE_2027, "2027.csv", year=2028)


def test_the_command_shows_what_moves_and_does_it_when_told(office: Office, tmp_path: Path) -> None:
    case = _instructed(office)
    file = tmp_path / "2027.csv"
    file.write_bytes(TABLE_2027)
    number = office.look("wang", case).register_no
    asked = ["--archive", str(office.archive.settings.folder), "days-off", "import", str(file), "--as", "zhou"]
    shown = CliRunner().invoke(main, [*asked, "--year", "2027"])
    assert shown.exit_code == 0, shown.output
    line = next(line for line in shown.output.splitlines() if number in line)
    assert str(BY_WEEKDAY) in line
    assert str(BY_TABLE) in line
    assert _dues(office) == [(BY_WEEKDAY, True)]
    assert CliRunner().invoke(main, [*asked, "--year", "2027", "--apply"]).exit_code == 0
    assert _dues(office) == [(BY_TABLE, False)]
    assert CliRunner().invoke(main, [*asked, "--year", "2026"]).exit_code == 1
