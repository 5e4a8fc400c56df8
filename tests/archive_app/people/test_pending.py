"""What could show somebody a case waits for a second person who gains nothing by it; what hides, hides at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select, update

from archive_app.access.identity import Reader
from archive_app.access.rule import visible
from archive_app.access.system import SYSTEM
from archive_app.errors import NotFound, ReasonMissing
from archive_app.people import memberships, pending, persons, units
from archive_app.people import queries as people_queries
from archive_app.people.errors import GainsByChange, OwnChange
from archive_app.people.results import ChangeWaiting
from archive_app.runtime.archive import Archive
from archive_app.screening.matching import catch_up
from storage.models import AccountRole, Assignment, Case, Concern, Letter, Membership, Unit, UnitReach
from storage.session import reading, unit_of_work
from tests import office as offices
from tests.office import employ, people, public, read_letter

TODAY = date.today()
LONG_AGO, EVENT = date(2020, 1, 1), TODAY - timedelta(days=100)
BEFORE_EVENT = EVENT - timedelta(days=1)
numbers = count(1)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with offices.open_office("sqlite", tmp_path / "archive") as made:
        yield made


@pytest.fixture
def staff(archive: Archive) -> Mapping[str, Reader]:
    """People in their roles, and an administrator."""
    return {**people(archive), "admin": employ(archive, "admin", "管一平", "system_administrator")}


def sees(archive: Archive, reader: Reader) -> set[int]:
    with archive.reading(reader) as session:
        return set(session.scalars(visible(reader)))


def a_case(archive: Archive, staff: Mapping[str, Reader], text: str = "夜间施工噪声扰民多次投诉未果") -> int:
    letter = read_letter(archive, staff["wang"], text, first=next(numbers))
    with reading(archive.sessions, SYSTEM.key) as session:
        return session.scalars(select(Letter.case_id).where(Letter.public_id == letter)).one()


def accuse(archive: Archive, case: int, unit: str) -> None:
    """The unit is accused, of what happened on the day of the event; the case is open to the roles."""
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        key = session.scalars(select(Unit.id).where(Unit.public_id == unit)).one()
        session.execute(update(Case).where(Case.id == case).values(event_date=EVENT))
        at = session.get_one(Case, case).created_at
        session.add(Concern(case_id=case, kind="accused", unit_id=key, contexts=[], at=at))
        session.commit()


def waiting(archive: Archive, reader: Reader) -> ChangeWaiting:
    (found,) = pending.waiting(reader, archive)
    return found


def confirmed(archive: Archive, reader: Reader) -> None:
    """All that waits is confirmed."""
    for change in pending.waiting(reader, archive):
        pending.confirm(reader, archive, change.public_id, reason="已核实")


def test_a_backdated_end_lifts_no_veto_until_it_is_confirmed(archive: Archive, staff: Mapping[str, Reader]) -> None:
    admin, shen, cui = staff["admin"], staff["shen"], staff["cui"]
    unit = units.add_unit(admin, archive, name="调查一处")
    memberships.join(admin, archive, public(archive, cui), unit, since=LONG_AGO)
    confirmed(archive, shen)
    catch_up(archive)
    case = a_case(archive, staff)
    accuse(archive, case, unit)
    assert case not in sees(archive, cui)
    memberships.leave(admin, archive, public(archive, cui), unit, BEFORE_EVENT)
    assert case not in sees(archive, cui), "an administrator alone has lifted the veto"
    change = waiting(archive, shen)
    assert [(each.code, each.values["day"]) for each in change.what] == [("place_ended", BEFORE_EVENT.isoformat())]
    (place,) = people_queries.person(admin, archive, public(archive, cui)).places
    assert (place.is_open, place.waits) == (False, True)
    with pytest.raises(ReasonMissing):
        pending.confirm(shen, archive, change.public_id, reason=" ")
    assert pending.confirm(shen, archive, change.public_id, reason="人事处存档")
    assert case in sees(archive, cui)
    assert pending.waiting(shen, archive) == ()
    with pytest.raises(NotFound):
        pending.confirm(staff["mei"], archive, change.public_id, reason="再核")


def test_an_end_today_lifts_nothing_and_waits_for_nobody(archive: Archive, staff: Mapping[str, Reader]) -> None:
    admin, shen = staff["admin"], staff["shen"]
    unit = units.add_unit(admin, archive, name="调查一处")
    memberships.join(admin, archive, public(archive, staff["cui"]), unit, since=LONG_AGO)
    confirmed(archive, shen)
    memberships.leave(admin, archive, public(archive, staff["cui"]), unit, TODAY)
    assert pending.waiting(shen, archive) == ()


def test_a_place_in_a_unit_opens_nothing_until_it_is_confirmed(archive: Archive, staff: Mapping[str, Reader]) -> None:
    admin, shen, han = staff["admin"], staff["shen"], employ(archive, "han", "韩承办", "handler")
    unit = units.add_unit(admin, archive, name="综合处")
    case = a_case(archive, staff)
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        key = session.scalars(select(Unit.id).where(Unit.public_id == unit)).one()
        session.add(Assignment(case_id=case, unit_id=key, at=session.get_one(Case, case).created_at))
        session.commit()
    memberships.join(admin, archive, public(archive, han), unit)
    catch_up(archive)
    assert sees(archive, han) == set()
    confirmed(archive, shen)
    assert sees(archive, han) == {case}


def test_a_unit_is_looked_for_until_the_opposite_is_confirmed(archive: Archive, staff: Mapping[str, Reader]) -> None:
    admin, shen, cui = staff["admin"], staff["shen"], staff["cui"]
    unit = units.add_unit(admin, archive, name="调查一处")
    memberships.join(admin, archive, public(archive, cui), unit, since=LONG_AGO)
    confirmed(archive, shen)
    catch_up(archive)
    units.watch_unit(admin, archive, unit, watched=False)
    (view,) = people_queries.units(admin, archive)
    assert (view.watched, view.unwatch_waits) == (True, True)
    assert a_case(archive, staff, "调查一处推诿扯皮不予答复") not in sees(archive, cui)
    units.watch_unit(admin, archive, unit, watched=True)
    assert pending.waiting(shen, archive) == (), "it was taken back"
    units.watch_unit(admin, archive, unit, watched=False)
    confirmed(archive, shen)
    assert a_case(archive, staff, "调查一处又推诿扯皮不予答复") in sees(archive, cui)


def test_the_name_of_what_a_unit_became_is_looked_for_too(archive: Archive, staff: Mapping[str, Reader]) -> None:
    """The accused unit becomes a new one that nobody was to look for: its members are kept out all the same."""
    admin, shen, cui = staff["admin"], staff["shen"], staff["cui"]
    unit, other = (units.add_unit(admin, archive, name=name) for name in ("调查一处", "监测中心"))
    memberships.join(admin, archive, public(archive, cui), unit, since=LONG_AGO)
    units.watch_unit(admin, archive, other, watched=False)
    confirmed(archive, shen)
    catch_up(archive)
    assert not {each.name: each.watched for each in people_queries.units(admin, archive)}["监测中心"]
    units.succeed(admin, archive, [unit], [other], kind="renamed", at=TODAY)
    memberships.take_over(admin, archive, unit, other, TODAY)
    catch_up(archive)
    assert a_case(archive, staff, "监测中心推诿扯皮不予答复") not in sees(archive, cui)


def test_a_new_unit_that_is_not_looked_for_opens_nothing_to_its_members(
    archive: Archive, staff: Mapping[str, Reader]
) -> None:
    admin, shen, cui = staff["admin"], staff["shen"], staff["cui"]
    case = a_case(archive, staff)
    top = units.add_unit(admin, archive, name="市统计局", watched=False)
    memberships.join(admin, archive, public(archive, cui), top, since=LONG_AGO)
    catch_up(archive)
    assert sees(archive, cui) == set()
    confirmed(archive, shen)
    catch_up(archive)
    assert sees(archive, cui) == {case}


def test_who_confirms_has_not_proposed_it_and_gains_nothing(archive: Archive, staff: Mapping[str, Reader]) -> None:
    admin, shen, mei = staff["admin"], staff["shen"], staff["mei"]
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        since = session.scalars(select(AccountRole.since)).first()
        session.add(AccountRole(account_id=admin.account_id, role="access_reviewer", since=since))
        session.commit()
    unit = units.add_unit(admin, archive, name="纪检组")
    memberships.join(admin, archive, public(archive, shen), unit)
    catch_up(archive)
    change = waiting(archive, mei).public_id
    assert [waiting(archive, each).obstacle for each in (admin, shen, mei)] == ["own", "gains", ""]
    for reader, error in ((admin, OwnChange), (shen, GainsByChange), (staff["wang"], NotFound)):
        with pytest.raises(error):
            pending.confirm(reader, archive, change, reason="属实")
    assert pending.confirm(mei, archive, change, reason="属实")


def test_two_confirm_what_reaches_every_reviewer(archive: Archive, staff: Mapping[str, Reader]) -> None:
    admin, shen, mei = staff["admin"], staff["shen"], staff["mei"]
    top = units.add_unit(admin, archive, name="市统计局", watched=False)
    below = units.add_unit(admin, archive, name="纪检组", parent=top)
    for each in (shen, mei):
        memberships.join(admin, archive, public(archive, each), below)
    first = pending.waiting(shen, archive)[0].public_id
    assert not pending.confirm(shen, archive, first, reason="属实")
    assert pending.waiting(mei, archive)[0].first_by == "沈从新"
    with pytest.raises(OwnChange):
        pending.confirm(shen, archive, first, reason="属实")
    assert pending.confirm(mei, archive, first, reason="属实")


def test_a_move_reaches_further_at_once_and_shows_nothing_yet(archive: Archive, staff: Mapping[str, Reader]) -> None:
    """Who oversees the new parent is kept out by what is written of the unit, and sees its cases when confirmed."""
    admin, shen, li = staff["admin"], staff["shen"], employ(archive, "li", "李分管", "leader")
    above, unit = (units.add_unit(admin, archive, name=name) for name in ("调查总队", "调查一处"))
    memberships.appoint(admin, archive, public(archive, li), above, kind="oversees")
    confirmed(archive, shen)
    catch_up(archive)
    handled = a_case(archive, staff)
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        key = session.scalars(select(Unit.id).where(Unit.public_id == unit)).one()
        session.add(Assignment(case_id=handled, unit_id=key, at=session.get_one(Case, handled).created_at))
        session.commit()
    units.move_unit(admin, archive, unit, above)
    catch_up(archive)
    assert sees(archive, li) == set()
    assert [each.code for each in waiting(archive, shen).what] == ["units_connected"]
    confirmed(archive, shen)
    assert sees(archive, li) == {handled}


def test_whether_something_waits_depends_on_no_case(archive: Archive, staff: Mapping[str, Reader]) -> None:
    """Otherwise an administrator would learn of a complaint by it."""
    admin, shen = staff["admin"], staff["shen"]
    unit = units.add_unit(admin, archive, name="调查一处")
    person = persons.add_person(admin, archive, name="冯核算")
    memberships.join(admin, archive, person, unit, since=LONG_AGO)
    memberships.leave(admin, archive, person, unit, BEFORE_EVENT)
    assert [each.code for change in pending.waiting(shen, archive) for each in change.what] == ["place_ended"]
    with reading(archive.sessions, SYSTEM.key) as session:
        assert session.scalars(select(Membership.pending_id)).one() is not None
        assert session.scalars(select(UnitReach.pending_id)).all() == [None]
