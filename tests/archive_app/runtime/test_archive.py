"""The sessions of an archive: in whose name they are opened, what they keep, and that nothing else opens any."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from archive_app.access.identity import NOBODY, Nobody, Reader, System
from archive_app.access.system import SYSTEM
from archive_app.runtime.archive import Archive
from storage.models import WorkerBeat

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
OPENS = re.compile(r"\b(?:unit_of_work\(|import .*\b(?:reading|unit_of_work)\b)|\.sessions\(|(?<!\.)\breading\(")


def test_a_session_is_opened_in_the_name_of_who_is_given(archive: Archive, reader: Reader) -> None:
    who: Reader | System | Nobody
    for who, key in ((reader, str(reader.account_id)), (SYSTEM, "system"), (NOBODY, "")):
        with archive.reading(who) as session:
            assert (session.info["who"], session.info["writes"]) == (key, False)
        with archive.changing(who) as session:
            assert (session.info["who"], session.info["writes"]) == (key, True)


@pytest.mark.parametrize("committed", [False, True])
def test_a_change_is_rolled_back_unless_committed(archive: Archive, committed: bool) -> None:
    with archive.changing(SYSTEM) as session:
        session.add(WorkerBeat(name="here", seen_at=NOW, engine="none"))
        session.flush()
        if committed:
            session.commit()
    with archive.reading(SYSTEM) as session:
        assert session.scalars(select(WorkerBeat.name)).all() == (["here"] if committed else [])


def test_only_the_archive_opens_sessions() -> None:
    opens = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "archive_app").rglob("*.py")
        if OPENS.search(path.read_text(encoding="utf-8"))
    }
    assert opens == {"archive_app/runtime/archive.py"}
