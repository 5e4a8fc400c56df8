"""Handling time 办理时长: days from registration to answer, by locality, unit, month, class or purpose.

The figures cover the cases that the reader sees. Restricted cases are never counted, for any reader: otherwise a
general figure and one with a hidden case could be compared (`confidentiality.md`, statistics and small cells).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import fmean, median
from typing import Any

from sqlalchemy import Select, and_, not_, or_, select
from sqlalchemy.orm import Session

from archive_app.access.identity import WORKS_ON_CASES, Reader
from archive_app.access.lookups import require, visible_cases
from archive_app.cases import clock_rows
from archive_app.cases.results import DaysFigures, DaysGroup, HandlingDays
from archive_app.domain import clocks
from archive_app.domain.workflow import OPEN
from archive_app.office_time import office_day
from archive_app.runtime.archive import Archive
from storage.models import Case, CaseClock, CaseStep, Registration, Unit

ANSWERS = ("give_feedback", "close", "resolve_on_site", "redirect", "transfer_out")
"""The actions that answer a petition. An anonymous one cannot be answered: it counts as answered when closed."""

DIMENSIONS = ("locality", "street", "unit", "month", "content_class", "purpose")
"""The grouping dimensions. `month` is that of the registration, as 2026-09; `unit` the unit instructed last."""

ALL_YEARS = 0


@dataclass(frozen=True, slots=True)
class _Counted:
    """A counted case: `days` is None while it is unanswered, `in_time` is None if no time limit ran."""

    key: tuple[str, ...]
    waiting: bool
    days: int | None
    in_time: bool | None


def handling_days(reader: Reader, archive: Archive, by: Sequence[str], year: int | None = None) -> HandlingDays:
    """Return the figures of a year's registrations in groups.

    Days are natural days, counted as in 四.2: the day of the registration is 0. A case that was answered repeatedly or
    reopened counts up to its first answer. Void entries are excluded; merged cases have no answer of their own.

    Args:
        reader: somebody who works on cases.
        archive: the records.
        by: one or more of `DIMENSIONS`; a group's key has their values in this order.
        year: the year of registration; None for the newest, `ALL_YEARS` for all.

    Raises:
        NotFound: the reader does not work on cases.
    """
    with archive.reading(reader) as session:
        require(session, reader, WORKS_ON_CASES)
        years = tuple(
            session.scalars(_general(reader, Registration.year).distinct().order_by(Registration.year.desc()))
        )
        chosen = next(iter(years), ALL_YEARS) if year is None else year
        counted = list(_counted(session, reader, by, chosen))
    groups: dict[tuple[str, ...], list[_Counted]] = defaultdict(list)
    for each in counted:
        groups[each.key].append(each)
    rows = [DaysGroup(key, _figures(of_group)) for key, of_group in groups.items()]
    in_order = by[0] == "month"
    rows.sort(key=lambda row: (0 if in_order else -row.figures.registered, row.key))
    return HandlingDays(chosen, years, tuple(by), tuple(rows), _figures(counted))


def _counted(session: Session, reader: Reader, by: Sequence[str], year: int) -> Iterable[_Counted]:
    wanted = [Registration.year == year] if year != ALL_YEARS else []
    units = {key: name for key, name in session.execute(select(Unit.id, Unit.name))}
    answered, instructed = _steps(session, reader, wanted)
    in_time = _in_time(session, reader, wanted, answered)
    columns = Case.id, Case.state, Registration
    for case_id, state, row in session.execute(_general(reader, *columns).where(*wanted)):
        registered, at = office_day(row.registered_at), answered.get(case_id)
        values = {
            "locality": row.locality,
            "street": row.street,
            "unit": units.get(instructed.get(case_id, 0), ""),
            "month": f"{registered:%Y-%m}",
            "content_class": row.content_class,
            "purpose": row.purpose,
        }
        yield _Counted(
            key=tuple(values[each] for each in by),
            waiting=at is None and state in OPEN,
            days=None if at is None else _days(registered, at),
            in_time=in_time.get(case_id) if at is not None else None,
        )


def _general(reader: Reader, *columns: Any) -> Select[Any]:
    """Select the visible registered cases that statistics may count."""
    seen = visible_cases(reader).with_only_columns(*columns).select_from(Case)
    entry = seen.join(Registration, Registration.case_id == Case.id)
    return entry.where(not_(Case.restricted), Registration.voided_at.is_(None))


def _steps(session: Session, reader: Reader, wanted: Sequence[Any]) -> tuple[Mapping[int, datetime], Mapping[int, int]]:
    """Return by case the moment of the first answer, and the unit instructed last."""
    answered: dict[int, datetime] = {}
    instructed: dict[int, int] = {}
    of_case = _general(reader, CaseStep.case_id, CaseStep.act, CaseStep.at, CaseStep.unit_id).join(
        CaseStep, CaseStep.case_id == Case.id
    )
    relevant = or_(CaseStep.act.in_(ANSWERS), CaseStep.act == "instruct")
    for case_id, action, at, unit_id in session.execute(of_case.where(relevant, *wanted).order_by(CaseStep.number)):
        if action == "instruct":
            instructed[case_id] = unit_id
        else:
            answered.setdefault(case_id, at)
    return answered, instructed


def _in_time(
    session: Session, reader: Reader, wanted: Sequence[Any], answered: Mapping[int, datetime]
) -> Mapping[int, bool]:
    """Return, for cases with a time limit before their answer, whether every limit was met when it stopped."""
    found: dict[int, bool] = {}
    stopped = _general(reader, CaseClock).join(
        CaseClock, and_(CaseClock.case_id == Case.id, CaseClock.stopped_at.is_not(None))
    )
    for row in session.scalars(stopped.where(*wanted)):
        at = answered.get(row.case_id)
        if at is not None and row.stopped_at is not None and row.started_at <= at:
            kept = not clocks.is_overdue(clock_rows.clock_of(row), row.stopped_at)
            found[row.case_id] = found.get(row.case_id, True) and kept
    return found


def _days(registered: date, answered_at: datetime) -> int:
    return (office_day(answered_at) - registered).days


def _figures(counted: Sequence[_Counted]) -> DaysFigures:
    days = [each.days for each in counted if each.days is not None]
    timed = [each.in_time for each in counted if each.in_time is not None]
    return DaysFigures(
        registered=len(counted),
        waiting=sum(each.waiting for each in counted),
        answered=len(days),
        mean=fmean(days) if days else None,
        median=float(median(days)) if days else None,
        longest=max(days) if days else None,
        timed=len(timed),
        in_time=fmean(timed) if timed else None,
    )
