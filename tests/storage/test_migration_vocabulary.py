"""Revision 0016: action codes and the fields of the form have the vocabulary's names; what was written stays."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from archive_app.domain.registration_form import RegistrationForm
from archive_app.domain.workflow import BY_CODE
from storage import schema
from storage.models import CaseStep, Notification, Registration, RegistrationVersion
from storage.session import open_database, reading
from tests.storage.revisions import THEN, at_revision

SAID, NOTED = "工地每晚施工到两点。", "情绪激动"
FORMER = ("hurry", "find", "guide", "dispatch", "sign_for", "propose")
NOW = ["mark_urgent", "record_finding", "redirect", "hand_over", "acknowledge_receipt", "propose"]


def test_what_was_written_has_the_new_names(empty: Path | str) -> None:
    engine = open_database(empty)
    with at_revision(engine, "0015") as add:
        add("persons", id=1, name="王登记", public_id="p")
        add("accounts", id=1, person_id=1, public_id="a", created_at=THEN)
        add("cases", id=1, public_id="case", created_at=THEN)
        content = {"petitioner": "陈淑珍", "statement": SAID, "note": NOTED, "signatories": [], "conduct": []}
        add("registrations", id=1, case_id=1, register_no="XF2026-0001", series="separate", registered_by=1,
            received_at=THEN, registered_at=THEN, statement=SAID, note=NOTED, signatories=[], conduct=[], year=2026,
            sequence=None, version=1)  # fmt: skip
        add("registration_versions", id=1, registration_id=1, number=1, at=THEN, account_id=1, content=content)
        for number, code in enumerate(FORMER, start=1):
            add("case_steps", case_id=1, number=number, act=code, at=THEN, account_id=1, details={})
            add("notifications", account_id=1, case_id=1, kind=code, at=THEN)
    schema.upgrade(engine)
    with reading(sessionmaker(engine), "system") as session:
        assert session.scalars(select(CaseStep.act).order_by(CaseStep.number)).all() == NOW
        assert session.scalars(select(Notification.kind).order_by(Notification.id)).all() == NOW
        row = session.scalars(select(Registration)).one()
        assert (row.verbatim_statement, row.registrar_note) == (SAID, NOTED)
        version = session.scalars(select(RegistrationVersion)).one()
        form = RegistrationForm.of(version.content)
        assert (form.petitioner, form.verbatim_statement, form.registrar_note) == ("陈淑珍", SAID, NOTED)
    engine.dispose()
    assert set(NOW) <= set(BY_CODE)
