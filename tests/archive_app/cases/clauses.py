"""What the tests of the clauses ask of a case: who may do what with it, when it is due, with whom it waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from archive_app.cases import register
from archive_app.cases.registration import register_spoken
from archive_app.cases.results import CaseView
from tests.case_office import FORM, Office

VISIT = replace(FORM, channel="visit")


MORNING = datetime(2026, 4, 29, 1, 0, tzinfo=UTC)
"""Nine o'clock in the office, on the Wednesday before the May holidays."""


def visit(office: Office) -> str:
    return register_spoken(office.staff["wang"], office.archive, VISIT, received_at=datetime.now(UTC))


def may(office: Office, who: str, case: str) -> set[str]:
    return {offer.transition.code for offer in office.look(who, case).offers if not offer.missing}


def due(seen: CaseView) -> str:
    assert seen.clock is not None
    return seen.clock.due.isoformat()


def waiting(office: Office, who: str) -> dict[str, tuple[str, ...]]:
    found = register.work(office.staff[who], office.archive)
    return {item.row.public_id: item.acts for item in found.waiting}
