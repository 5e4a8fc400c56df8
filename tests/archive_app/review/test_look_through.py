"""A letter whose reading cannot be trusted: a checker looks it through, then a reviewer; nobody else sees it before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from archive_app.access.candidates import count_checkers
from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.errors import InvalidField, NotFound, ReasonMissing
from archive_app.letters.receipts import status
from archive_app.people import accounts
from archive_app.people.errors import CheckerOfWatchedUnit
from archive_app.review import restrictions
from archive_app.review.look_through import look_through
from archive_app.review.queries import handed_over
from archive_app.runtime.archive import Archive
from storage.models import Account, Case, Membership, Unit
from storage.session import reading, unit_of_work
from tests.archive_app.review.test_restrictions import trail, who_sees
from tests.office import employ, on_both, open_office, people, public, read_letter, unit

Office = Mapping[str, Reader]
WHY = "逐页看过，无本局人员"


@pytest.fixture
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    with open_office(getattr(request, "param", "sqlite"), tmp_path / "archive") as opened:
        yield opened


@pytest.fixture
def office(archive: Archive) -> Office:
    return people(archive)


@on_both
def test_an_unread_letter_is_open_to_a_checker_then_to_a_reviewer_then_to_those_who_work(
    archive: Archive, office: Office
) -> None:
    unread = read_letter(archive, office["wang"], "")
    assert who_sees(archive, office, unread) == {"gao"}, "neither its bringer nor a leader nor a reviewer"
    (entry,) = handed_over(office["gao"], archive)
    assert (entry.public_id, entry.why, entry.received_by) == (unread, "unread", "王登记")
    assert look_through(office["gao"], archive, unread, reason=WHY) == "checked"
    assert handed_over(office["gao"], archive) == ()
    assert who_sees(archive, office, unread) == {"gao", "shen", "mei"}
    (entry,) = handed_over(office["shen"], archive)
    assert (entry.public_id, entry.why) == (unread, "checked")
    assert look_through(office["gao"], archive, unread, reason="再看一遍") == "checked"
    assert who_sees(archive, office, unread) == {"gao", "shen", "mei"}, "one alone opens nothing"
    assert look_through(office["shen"], archive, unread, reason=WHY) == "looked_through"
    assert who_sees(archive, office, unread) == {"zhou", "fang", "he", "wang", "cui"}, "open like any other"
    assert handed_over(office["shen"], archive) == handed_over(office["zhou"], archive) == ()
    assert trail(archive) == [("checked", WHY), ("looked_through", WHY)]


@pytest.mark.parametrize("who", ["zhou", "fang", "he", "wang", "cui", "shen"])
def test_nobody_else_looks_it_through(archive: Archive, office: Office, who: str) -> None:
    unread = read_letter(archive, office["wang"], "")
    for reason, refusal in (("", ReasonMissing), ("长" * 501, InvalidField), (WHY, NotFound)):
        with pytest.raises(refusal):
            look_through(office[who], archive, unread, reason=reason)
    assert trail(archive) == []


def test_a_letter_with_a_page_or_file_that_failed_waits_like_one_that_is_not_readable(
    archive: Archive, office: Office
) -> None:
    partly = read_letter(archive, office["wang"], "反映小区停车收费", failed=True)
    assert who_sees(archive, office, partly) == {"gao"}


@on_both
def test_whom_the_checker_names_sees_nothing_of_it_from_that_commit_on(archive: Archive, office: Office) -> None:
    unread = read_letter(archive, office["wang"], "")
    accused, listed = public(archive, office["shen"]), public(archive, office["he"])
    restrictions.accuse(office["gao"], archive, unread, person=accused, reason="信中点名", listed=[listed])
    assert who_sees(archive, office, unread) == {"gao"}, "the list opens nothing before the second look"
    look_through(office["gao"], archive, unread, reason="控告沈从新")
    assert who_sees(archive, office, unread) == {"gao", "mei"}
    assert handed_over(office["shen"], archive) == ()
    with pytest.raises(NotFound):
        look_through(office["shen"], archive, unread, reason=WHY)
    look_through(office["mei"], archive, unread, reason="同意")
    assert who_sees(archive, office, unread) == {"gao", "he"}, "the list of a restricted case"


def test_a_checker_whom_the_letter_accuses_has_not_looked_it_through(archive: Archive, office: Office) -> None:
    other = employ(archive, "tao", "陶然亭", "letter_checker")
    unread = read_letter(archive, office["wang"], "")
    look_through(office["gao"], archive, unread, reason=WHY)
    accused = public(archive, office["gao"])
    restrictions.accuse(office["shen"], archive, unread, person=accused, reason="信中控告核查员")
    assert look_through(office["shen"], archive, unread, reason="核查员被控告") == "checked_again"
    everybody = {**office, "tao": other}
    assert who_sees(archive, everybody, unread) == {"tao"}
    look_through(other, archive, unread, reason="重看")
    assert look_through(office["shen"], archive, unread, reason="同意") == "looked_through"
    assert who_sees(archive, everybody, unread) == {"shen"}, "who restricted it is on its list"


def test_one_person_is_not_two_whatever_roles_they_hold(archive: Archive, office: Office) -> None:
    unread = read_letter(archive, office["wang"], "")
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        row = session.get_one(Account, office["gao"].account_id)
        row.roles = [*row.roles, type(row.roles[0])(role="access_reviewer", since=row.roles[0].since)]
        session.commit()
    assert look_through(office["gao"], archive, unread, reason=WHY) == "checked"
    assert look_through(office["gao"], archive, unread, reason=WHY) == "checked"
    assert not who_sees(archive, office, unread) & {"wang", "zhou"}


def test_who_brought_it_in_looks_nothing_through(archive: Archive, office: Office) -> None:
    """Else they would know a letter that mentions them by its absence."""
    unread = read_letter(archive, office["gao"], "")
    assert who_sees(archive, office, unread) == set()


@on_both
def test_a_checker_who_joins_a_watched_unit_sees_no_unread_letter_from_then_on(
    archive: Archive, office: Office
) -> None:
    unread = read_letter(archive, office["wang"], "")
    assert _checkers(archive) == 1
    tomorrow = date.today() + timedelta(days=2)
    joined = unit(archive, "夜巡整治科", office["gao"])
    assert who_sees(archive, office, unread) == set()
    assert _checkers(archive) == 0
    with pytest.raises(NotFound):
        look_through(office["gao"], archive, unread, reason=WHY)
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        session.execute(update(Membership).values(since=tomorrow))
        session.commit()
    assert who_sees(archive, office, unread) == {"gao"}, "not there yet"
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        session.execute(update(Membership).values(since=None))
        session.execute(update(Unit).where(Unit.public_id == joined).values(watched=False))
        session.commit()
    assert who_sees(archive, office, unread) == {"gao"}, "nobody is accused as a member of it"


def test_the_role_is_not_given_to_staff_of_a_watched_unit(archive: Archive, office: Office) -> None:
    admin = employ(archive, "admin", "管一平", "system_administrator")
    unit(archive, "夜巡整治科", office["cui"])
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        named = {name: session.get_one(Account, office[name].account_id).public_id for name in ("cui", "wang")}
    with pytest.raises(CheckerOfWatchedUnit):
        accounts.give_role(admin, archive, named["cui"], "letter_checker")
    person = public(archive, office["cui"])
    with pytest.raises(CheckerOfWatchedUnit):
        accounts.add_account(admin, archive, person, name="x", password="correct horse", roles=["letter_checker"])
    accounts.give_role(admin, archive, named["wang"], "letter_checker")
    assert _checkers(archive) == 1, "until a second person has confirmed it"
    accounts.confirm(office["shen"], archive, named["wang"], reason="派驻纪检组人员")
    assert _checkers(archive) == 2


def test_only_an_administrator_is_told_how_many_checkers_there_are_and_nobody_how_many_letters_wait(
    archive: Archive, office: Office
) -> None:
    admin = employ(archive, "admin", "管一平", "system_administrator")
    before = status(admin, archive)
    read_letter(archive, office["wang"], "")
    after = status(admin, archive)
    assert (after.letters, after.letter_checkers) == (before.letters, 1)
    assert status(office["zhou"], archive).letter_checkers is None


def test_a_case_with_a_checker_is_no_closer_to_open(archive: Archive, office: Office) -> None:
    """What was looked through first stays closed to all but the two, whatever else is recorded."""
    unread = read_letter(archive, office["wang"], "")
    look_through(office["gao"], archive, unread, reason=WHY)
    restrictions.recuse(office["mei"], archive, unread, person=public(archive, office["shen"]), reason="亲属")
    assert who_sees(archive, office, unread) == {"gao", "mei"}
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        assert not session.query(Case).one().screened


def _checkers(archive: Archive) -> int:
    with reading(archive.sessions) as session:
        return count_checkers(session)
