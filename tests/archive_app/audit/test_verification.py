"""The audit trail: whatever is done to it past the program is found, and the row is named."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session, sessionmaker

from archive_app.access.system import SYSTEM
from archive_app.audit import verification
from archive_app.audit.record import record
from archive_app.audit.verification import Head, HeadUnreadable, read_head, take_head, verify, written
from archive_app.people.sign_in import add_account, local_reader
from archive_app.runtime.archive import Archive
from storage import chain
from storage.models import AuditEvent, AuditHead
from storage.session import open_database, reading, unit_of_work
from tests.databases import DATABASES, archive_on

TABLE = AuditEvent.__table__
FIELDS = [name for name in (*chain.FIELDS, "hash") if name != "id"]


def acts_with(words: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    """What may be written down, with such words in it."""
    number = st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False)
    values = st.recursive(
        st.none() | st.booleans() | number | words,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
        max_leaves=6,
    )
    return st.fixed_dictionaries(
        {
            "by_system": st.booleans(),
            "action": st.sampled_from(["received", "read", "opened", "corrected"]),
            "page": st.none() | st.integers(1, 9),
            "subject": words,
            "details": st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), values, max_size=3),
        }
    )


ACT = acts_with(st.text(st.characters(exclude_categories=("Cs",)), max_size=12))
FORGED = acts_with(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12))
ACTS = st.lists(ACT, min_size=1, max_size=7)
quick = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module", params=DATABASES)
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with archive_on(request.param, tmp_path_factory.mktemp("trail") / "archive") as made:
        add_account(made, "wang", "correct horse", display_name="王登记")
        if not made.settings.database_owner_url:
            yield made
            return
        # The role that the archive works as may only add rows: whoever tampers is at least the owner of the tables.
        owner = open_database(made.settings.database_owner_url)
        yield replace(made, sessions=sessionmaker(owner, expire_on_commit=False))
        owner.dispose()


@contextmanager
def written_down(archive: Archive, acts: list[dict[str, Any]]) -> Iterator[Session]:
    """A chain of these acts and of nothing else; undone afterwards."""
    reader = local_reader(archive, "wang")
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        session.execute(delete(AuditEvent))
        session.execute(update(AuditHead).values(count=0, hash=chain.GENESIS))
        for act in acts:
            details = {key: value for key, value in act["details"].items() if key not in RESERVED}
            who = SYSTEM if act["by_system"] else reader
            record(session, who, act["action"], page=act["page"], subject=act["subject"], **details)
        session.flush()
        session.expire_all()
        yield session


RESERVED = {"session", "who", "action", "letter", "case_id", "page", "subject"}


def row_of(session: Session, number: int) -> dict[str, Any]:
    return dict(session.execute(select(TABLE).where(TABLE.c.id == number)).mappings().one())


def change(session: Session, number: int, **values: Any) -> None:
    session.execute(update(TABLE).where(TABLE.c.id == number).values(**values))


def head_at(session: Session, count: int) -> Head:
    """The head as it was when there were so many rows."""
    last = chain.GENESIS if count == 0 else row_of(session, count)["hash"]
    return Head(count, last, datetime.now(UTC), "信访档案系统")


def renumber(session: Session, rows: list[int], by: int) -> None:
    for number in sorted(rows, reverse=by > 0):
        change(session, number, id=number + by)


def other_value(name: str, value: Any) -> Any:
    """Another value of the same kind."""
    if name == "at":
        return value + timedelta(microseconds=1)
    if name == "details":
        return {**value, "forged": True}
    if name == "hash":
        return value[::-1] if value != value[::-1] else "0" * 64
    if name in ("account_id", "case_id", "letter_id"):
        return None
    if name == "page_number":
        return (value or 0) + 1
    return f"{value}伪"


def found(session: Session, head: Head | None = None) -> tuple[str, int] | None:
    finding = verify(session, head=head).finding
    return None if finding is None else (finding.code, finding.row)


@quick
@given(acts=st.lists(ACT, max_size=8), data=st.data())
def test_an_untouched_chain_passes_and_runs_through_every_head_it_had(
    archive: Archive, acts: list[dict[str, Any]], data: st.DataObject
) -> None:
    with written_down(archive, acts) as session:
        head = head_at(session, data.draw(st.integers(0, len(acts))))
        verdict = verify(session, head=head)
        assert (verdict.count, verdict.finding, verdict.through) == (len(acts), None, True)


@quick
@given(acts=ACTS, data=st.data())
def test_a_changed_field_is_found_and_its_row_named(
    archive: Archive, acts: list[dict[str, Any]], data: st.DataObject
) -> None:
    with written_down(archive, acts) as session:
        number = data.draw(st.integers(1, len(acts)))
        row = row_of(session, number)
        name = data.draw(st.sampled_from([name for name in FIELDS if other_value(name, row[name]) != row[name]]))
        head = head_at(session, data.draw(st.integers(0, len(acts))))
        change(session, number, **{name: other_value(name, row[name])})
        verdict = verify(session, head=head)
        assert verdict.finding is not None
        assert (verdict.finding.code, verdict.finding.row) == ("audit_changed", number)
        assert verdict.count == number - 1
        assert verdict.through == (head.count < number)
        if name not in ("at", "action"):
            assert (verdict.finding.at, verdict.finding.action) == (row["at"], row["action"])


@quick
@given(acts=ACTS, data=st.data())
def test_a_row_taken_out_is_missed(archive: Archive, acts: list[dict[str, Any]], data: st.DataObject) -> None:
    with written_down(archive, acts) as session:
        number, last = data.draw(st.integers(1, len(acts))), len(acts)
        session.execute(delete(TABLE).where(TABLE.c.id == number))
        if number == last:
            assert found(session) == ("audit_cut_off", last - 1)
            return
        assert found(session) == ("audit_missing", number)
        # The gap closed up: the rows after it tell where they were, but for the last one alone.
        renumber(session, list(range(number + 1, last + 1)), by=-1)
        assert found(session) == ("audit_missing" if number < last - 1 else "audit_changed", number)


@quick
@given(acts=st.lists(ACT, min_size=2, max_size=7), data=st.data())
def test_two_rows_that_changed_places_are_found(
    archive: Archive, acts: list[dict[str, Any]], data: st.DataObject
) -> None:
    with written_down(archive, acts) as session:
        first, second = sorted(data.draw(st.permutations(range(1, len(acts) + 1)))[:2])
        one, other = row_of(session, first), row_of(session, second)
        kept = data.draw(st.sampled_from([{"id"}, {"id", "hash"}]))
        change(session, first, **{name: other[name] for name in other if name not in kept})
        change(session, second, **{name: one[name] for name in one if name not in kept})
        finding = verify(session).finding
        assert finding is not None
        assert (finding.code, finding.row, finding.other) == ("audit_reordered", first, second)


@quick
@given(acts=ACTS, data=st.data())
def test_a_row_under_another_number_is_found(archive: Archive, acts: list[dict[str, Any]], data: st.DataObject) -> None:
    with written_down(archive, acts) as session:
        number = data.draw(st.integers(1, len(acts)))
        away = data.draw(st.sampled_from([-1, 0, len(acts) + 1, len(acts) + 9]))
        change(session, number, id=away)
        assert found(session) == (("audit_reordered", number) if away > 0 else ("audit_inserted", away))


@quick
@given(acts=ACTS, forged=FORGED, data=st.data())
def test_a_forged_row_is_found(
    archive: Archive, acts: list[dict[str, Any]], forged: dict[str, Any], data: st.DataObject
) -> None:
    with written_down(archive, acts) as session:
        number = data.draw(st.integers(1, len(acts) + 1))
        before = head_at(session, number - 1).hash
        row = {
            "id": number,
            "at": datetime.now(UTC),
            "account_id": None,
            "action": forged["action"],
            "case_id": None,
            "letter_id": None,
            "page_number": forged["page"],
            "subject": forged["subject"],
            "details": forged["details"],
        }
        fitting = data.draw(st.booleans())
        row["hash"] = chain.link(before, row) if fitting else chain.link("", row)
        renumber(session, list(range(number, len(acts) + 1)), by=1)
        session.execute(insert(TABLE).values(**row))
        if number == len(acts) + 1:
            assert found(session) == ("audit_beyond_end", number)
        elif fitting:
            # It follows from what is before it; what it was put before no longer does, and the sentence says both.
            assert found(session) == ("audit_changed", number + 1)
        else:
            assert found(session) == ("audit_inserted", number)


@quick
@given(acts=ACTS, data=st.data())
def test_an_end_cut_off_is_found_but_with_its_record_only_by_a_head_from_outside(
    archive: Archive, acts: list[dict[str, Any]], data: st.DataObject
) -> None:
    with written_down(archive, acts) as session:
        kept = data.draw(st.integers(0, len(acts) - 1))
        outside, early = head_at(session, len(acts)), head_at(session, kept)
        session.execute(delete(TABLE).where(TABLE.c.id > kept))
        assert found(session) == ("audit_cut_off", kept)
        session.execute(update(AuditHead).values(count=kept, hash=early.hash))
        assert found(session) is None
        verdict = verify(session, head=outside)
        assert verdict.finding is not None
        assert (verdict.finding.code, verdict.finding.row, verdict.finding.other) == ("audit_shorter", kept, len(acts))
        assert verdict.through is False
        assert verify(session, head=early).through is True


@quick
@given(acts=ACTS, data=st.data())
def test_a_changed_record_of_the_end_is_found(
    archive: Archive, acts: list[dict[str, Any]], data: st.DataObject
) -> None:
    with written_down(archive, acts) as session:
        last = len(acts)
        earlier = data.draw(st.integers(0, last - 1))
        session.execute(update(AuditHead).values(count=earlier))
        assert found(session) == ("audit_end_changed", last)
        session.execute(update(AuditHead).values(hash=head_at(session, earlier).hash))
        assert found(session) == ("audit_beyond_end", earlier + 1)
        session.execute(update(AuditHead).values(count=last))
        assert found(session) == ("audit_end_changed", last)
        session.execute(delete(AuditHead))
        assert found(session) == ("audit_end_missing", last)


@quick
@given(acts=ACTS, data=st.data())
def test_a_chain_made_anew_is_found_only_by_a_head_from_outside(
    archive: Archive, acts: list[dict[str, Any]], data: st.DataObject
) -> None:
    with written_down(archive, acts) as session:
        number = data.draw(st.integers(1, len(acts)))
        outside = head_at(session, data.draw(st.integers(0, len(acts))))
        last = head_at(session, number - 1).hash
        change(session, number, subject="伪造")
        for each in range(number, len(acts) + 1):
            last = chain.link(last, row_of(session, each))
            change(session, each, hash=last)
        session.execute(update(AuditHead).values(hash=last))
        assert found(session) is None
        verdict = verify(session, head=outside)
        told = None if verdict.finding is None else verdict.finding.code
        changed = outside.count >= number and row_of(session, number)["subject"] != acts[number - 1]["subject"]
        assert (told, verdict.through) == (("audit_rewritten", False) if changed else (None, True))


@pytest.mark.parametrize(
    ("column", "value"),
    [("at", "'yesterday'"), ("at", "12"), ("details", "'{'"), ("action", "x'ff'"), ("hash", "7")],
)
def test_values_that_are_none_at_all_are_a_changed_row(
    tmp_path: Path, column: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite takes anything into any column; the bad row is in the midst of a batch."""
    monkeypatch.setattr(verification, "BATCH", 5)
    acts = [{"by_system": True, "action": "read", "page": None, "subject": "", "details": {}}] * 12
    with archive_on("sqlite", tmp_path / "archive") as archive:
        add_account(archive, "wang", "correct horse")
        with written_down(archive, acts) as session:
            session.execute(text(f"UPDATE audit_events SET {column} = {value} WHERE id = 8"))  # noqa: S608
            assert found(session) == ("audit_changed", 8)
            session.execute(text("DELETE FROM audit_events WHERE id = 3"))
            assert found(session) == ("audit_missing", 3)


def test_a_nul_that_somebody_typed_does_not_break_the_chain(archive: Archive) -> None:
    acts = [
        {"by_system": True, "action": "read", "page": None, "subject": "a\0b", "details": {"reason": ["\0", "\\u0000"]}}
    ]
    with written_down(archive, acts) as session:
        assert found(session) is None


def record_some(archive: Archive, times: int) -> None:
    for _ in range(times):
        with unit_of_work(archive.sessions, SYSTEM.key) as session:
            record(session, SYSTEM, "read")
            session.commit()


WRITER = """
import sys
from pathlib import Path
from archive_app.runtime.archive import open_archive
from tests.archive_app.audit.test_verification import record_some
record_some(open_archive(Path(sys.argv[1])), 15)
"""


@pytest.mark.parametrize("backend", DATABASES)
def test_many_writers_make_one_chain_without_gaps(backend: str, tmp_path: Path) -> None:
    with archive_on(backend, tmp_path / "archive") as archive:
        folder = archive.settings.folder
        processes = [subprocess.Popen([sys.executable, "-c", WRITER, str(folder)]) for _ in range(2)]
        threads = [threading.Thread(target=record_some, args=(archive, 15)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [process.wait(timeout=120) for process in processes] == [0, 0]
        with reading(archive.sessions, SYSTEM.key) as session:
            verdict = verify(session, head=take_head(session, "x"))
            assert (verdict.count, verdict.finding, verdict.through) == (75, None, True)


def test_rows_that_come_in_meanwhile_are_not_taken_for_forged(archive: Archive) -> None:
    """The trail is looked through in one snapshot."""
    seen: list[int] = []

    def progress(done: int, total: int) -> None:
        record_some(archive, 1)
        seen.append(total - done)

    record_some(archive, 3)
    with reading(archive.sessions, SYSTEM.key) as session:
        assert verify(session, progress=progress).finding is None
    assert seen == [0]


def test_a_head_is_read_as_it_was_written() -> None:
    head = Head(1234, "0123456789abcdef" * 4, datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "信访档案系统: 第二")
    assert read_head(written(head), "head.txt") == head
    by_hand = "\ufeff# 链头\n" + written(head).replace("abcdef", "ABC DEF").replace("rows:", "rows :")
    assert read_head(by_hand, "head.txt") == head


@pytest.mark.parametrize(
    "change_it",
    [
        lambda lines: lines.replace("rows: 1", "rows: -1"),
        lambda lines: lines.replace("rows", "lines"),
        lambda lines: lines.replace("hash: 0", "hash: "),
        lambda lines: lines.replace("hash: 0", "hash: g"),
        lambda lines: lines.replace("+00:00", ""),
        lambda lines: "",
    ],
)
def test_what_is_no_head_is_refused(change_it: Callable[[str], str]) -> None:
    head = Head(1, "0123456789abcdef" * 4, datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "信访档案系统")
    with pytest.raises(HeadUnreadable, match=r"head\.txt"):
        read_head(change_it(written(head)), "head.txt")
