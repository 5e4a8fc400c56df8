"""Persons, units, memberships, posts: who may change what, and what every change leaves behind."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import ModuleType

import pytest
from sqlalchemy import select

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.errors import ArchiveError, NotFound
from archive_app.people import accounts, errors, memberships, pending, persons, units
from archive_app.people import queries as people_queries
from archive_app.people.errors import EndBeforeBegin, NamesakeExists, OwnPerson, PeopleError
from archive_app.runtime.archive import Archive
from archive_app.screening.matching import catch_up
from storage.models import Account, AuditEvent, Person, Unit
from storage.session import reading
from tests.office import public

TODAY = date.today()
YESTERDAY = TODAY - timedelta(days=1)


def person_of(archive: Archive, public_id: str) -> Person:
    with reading(archive.sessions) as session:
        return session.scalars(select(Person).where(Person.public_id == public_id)).one()


def unit_of(archive: Archive, public_id: str) -> Unit:
    with reading(archive.sessions) as session:
        return session.scalars(select(Unit).where(Unit.public_id == public_id)).one()


def account_of(archive: Archive, name: str) -> Account:
    with reading(archive.sessions) as session:
        return session.scalars(select(Account).where(Account.name == name)).one()


def recorded(archive: Archive) -> list[tuple[str, str]]:
    with reading(archive.sessions, SYSTEM.key) as session:
        return [(row.action, row.subject) for row in session.scalars(select(AuditEvent).order_by(AuditEvent.id))]


def services(*modules: ModuleType) -> list[Callable[..., object]]:
    """All that changes something on behalf of a reader, but for what everybody does to their own account."""
    found = []
    for module in modules:
        for name in vars(module):
            each = getattr(module, name)
            if inspect.isfunction(each) and each.__module__ == module.__name__ and not name.startswith("_"):
                first = list(inspect.signature(each).parameters)[:2]
                if first == ["reader", "archive"] and each not in (accounts.change_password,):
                    found.append(each)
    return found


ARGUMENTS: Mapping[str, object] = {
    "name": "某人",
    "person": "nobody",
    "unit": "no-unit",
    "account": "none",
    "parent": None,
    "predecessors": ["no-unit"],
    "successor": "no-unit",
    "kind": "merged",
    "at": TODAY,
    "until": TODAY,
    "since": None,
    "staff_no": "",
    "role": "handler",
    "roles": ("handler",),
    "active": False,
    "watched": True,
    "reason": "核对",
}


@pytest.mark.parametrize("service", services(persons, units, memberships, accounts), ids=lambda each: each.__name__)
def test_nobody_else_changes_anything(
    office: Archive, who: Mapping[str, Reader], service: Callable[..., object]
) -> None:
    before = recorded(office)
    wanted = [
        name
        for name, each in inspect.signature(service).parameters.items()
        if each.default is inspect.Parameter.empty and name not in ("reader", "archive")
    ]
    arguments = {name: ARGUMENTS[name] for name in wanted}
    others = ("wang", "admin") if service is accounts.confirm else ("wang", "shen")
    for name in others:
        with pytest.raises(NotFound):
            service(who[name], office, **arguments)
    assert recorded(office) == before


@pytest.mark.parametrize("read", [people_queries.people, people_queries.units], ids=lambda each: each.__name__)
def test_nobody_else_reads_the_lists(office: Archive, who: Mapping[str, Reader], read: Callable[..., object]) -> None:
    for name in ("wang", "shen"):
        with pytest.raises(NotFound):
            read(who[name], office)


def test_a_person_is_added_and_found(office: Archive, admin: Reader) -> None:
    made = persons.add_person(admin, office, name=" 赵  小明", staff_no="0101", other_names=["赵大明", "赵大明", ""])
    view = people_queries.person(admin, office, made)
    assert (view.name, view.staff_no, view.other_names, view.own) == ("赵 小明", "0101", ("赵大明",), False)
    for query in ("小明", "0101", "赵大明"):
        assert made in {row.public_id for row in people_queries.people(admin, office, query).rows}
    assert ("person_added", made) in recorded(office)
    assert not person_of(office, made).matched
    catch_up(office)
    assert person_of(office, made).matched


@pytest.mark.parametrize("query", ["%", "_", "/", "没有这个人"])
def test_signs_of_the_search_are_taken_as_they_are(office: Archive, admin: Reader, query: str) -> None:
    assert people_queries.people(admin, office, query).rows == ()


def test_a_name_that_exists_asks_whether_it_is_the_same_person(office: Archive, admin: Reader) -> None:
    first = persons.add_person(admin, office, name="钱多", other_names=["钱少"])
    for name in ("钱多", "錢多", "钱少"):
        with pytest.raises(NamesakeExists):
            persons.add_person(admin, office, name=name)
    assert [row.public_id for row in people_queries.named(admin, office, "錢多")] == [first]
    second = persons.add_person(admin, office, name="钱多", namesake=True)
    assert second != first


def test_names_are_added_and_never_taken_away(office: Archive, admin: Reader) -> None:
    made = persons.add_person(admin, office, name="孙旧名")
    catch_up(office)
    persons.rename_person(admin, office, made, name="孙新名")
    assert not person_of(office, made).matched
    persons.add_name(admin, office, made, name="孙小名")
    persons.rename_person(admin, office, made, name="孙旧名")
    assert set(people_queries.person(admin, office, made).other_names) == {"孙旧名", "孙新名", "孙小名"}


def test_a_staff_number_is_one_persons(office: Archive, admin: Reader) -> None:
    persons.add_person(admin, office, name="李甲", staff_no="0202")
    other = persons.add_person(admin, office, name="李乙")
    with pytest.raises(errors.StaffNumberTaken):
        persons.set_staff_number(admin, office, other, staff_no="0202")
    persons.set_staff_number(admin, office, other, staff_no="0203")
    assert people_queries.person(admin, office, other).staff_no == "0203"
    persons.set_staff_number(admin, office, other, staff_no="")
    assert people_queries.person(admin, office, other).staff_no == ""


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", errors.FieldMissing),
        ("  ", errors.FieldMissing),
        ("长" * 101, errors.TooLong),
        ("=cmd|' /C calc'!A0", errors.BadCharacters),
        ("@SUM(A1)", errors.BadCharacters),
        ("王\x00五", errors.BadCharacters),
    ],
)
def test_names_that_cannot_be_are_refused(office: Archive, admin: Reader, name: str, error: type[PeopleError]) -> None:
    with pytest.raises(error):
        persons.add_person(admin, office, name=name)
    with pytest.raises(error):
        units.add_unit(admin, office, name=name)


def test_nobody_changes_their_own_person(office: Archive, who: Mapping[str, Reader]) -> None:
    admin, second = who["admin"], who["second"]
    own, unit = public(office, admin), units.add_unit(admin, office, name="信息中心")
    account = account_of(office, "admin").public_id
    tried: list[Callable[[Reader], object]] = [
        lambda reader: persons.rename_person(reader, office, own, name="别人"),
        lambda reader: persons.add_name(reader, office, own, name="小管"),
        lambda reader: persons.set_staff_number(reader, office, own, staff_no="7"),
        lambda reader: memberships.join(reader, office, own, unit),
        lambda reader: memberships.appoint(reader, office, own, unit, kind="leads", title="主任"),
        lambda reader: memberships.dismiss(reader, office, own, unit, "leads", TODAY),
        lambda reader: memberships.leave(reader, office, own, unit, TODAY),
        lambda reader: accounts.add_account(reader, office, own, name="admin-2"),
        lambda reader: accounts.give_role(reader, office, account, "director"),
        lambda reader: accounts.end_role(reader, office, account, "director"),
        lambda reader: accounts.ask_reset(reader, office, account),
        lambda reader: accounts.set_active(reader, office, account, False),
        lambda reader: accounts.set_active(reader, office, account, True),
    ]
    for attempt in tried:
        with pytest.raises(OwnPerson):
            attempt(admin)
    for attempt in tried:
        attempt(second)
    # What the second one did to the first one's account keeps it shut.
    with pytest.raises(NotFound):
        people_queries.people(admin, office)
    for reviewer in ("shen",):
        for name in ("admin", "admin-2"):
            accounts.confirm(who[reviewer], office, account_of(office, name).public_id, reason="核对无误")
    catch_up(office)
    assert people_queries.people(admin, office).total > 0


def test_units_keep_their_names_and_their_place(office: Archive, admin: Reader) -> None:
    top = units.add_unit(admin, office, name="市统计局", watched=False)
    unit = units.add_unit(admin, office, name="综合处", parent=top, short_names=["综合", "综合"])
    with pytest.raises(errors.UnitExists):
        units.add_unit(admin, office, name="综合处", parent=top)
    catch_up(office)
    units.rename_unit(admin, office, unit, name="综合统计处")
    units.add_short_name(admin, office, unit, name="综统")
    assert not unit_of(office, unit).matched
    view = next(each for each in people_queries.units(admin, office) if each.public_id == unit)
    assert (view.name, view.parent, view.depth, view.other_names) == (
        "综合统计处", "市统计局", 1, ("综合", "综合处", "综统"),
    )  # fmt: skip
    with pytest.raises(errors.UnitCycle):
        units.move_unit(admin, office, top, unit)
    with pytest.raises(errors.UnitCycle):
        units.move_unit(admin, office, top, top)


def test_units_become_others(office: Archive, admin: Reader) -> None:
    a, b = (units.add_unit(admin, office, name=name) for name in ("农业科", "林业科"))
    member = persons.add_person(admin, office, name="周农")
    memberships.join(admin, office, member, a, since=date(2020, 1, 1))
    (merged,) = units.succeed(admin, office, [a, b], names=["农林科"], kind="merged", at=TODAY)
    assert (unit_of(office, a).until, unit_of(office, merged).since) == (YESTERDAY, TODAY)
    tree = {each.public_id: each for each in people_queries.units(admin, office)}
    assert [step.name for step in tree[a].became] == ["农林科"]
    assert {step.name for step in tree[merged].came_from} == {"农业科", "林业科"}
    with pytest.raises(errors.UnitCycle):
        units.succeed(admin, office, [merged], [a], kind="renamed", at=TODAY)
    memberships.take_over(admin, office, a, merged, TODAY)
    assert {(place.unit, place.until) for place in people_queries.person(admin, office, member).places} == {
        ("农业科", TODAY),
        ("农林科", None),
    }
    one, other = units.succeed(admin, office, [merged], names=["一科", "二科"], kind="split", at=TODAY + timedelta(1))
    assert unit_of(office, one).since == unit_of(office, other).since == TODAY + timedelta(1)
    for kind, names in (("renamed", ["甲", "乙"]), ("split", []), ("dissolved", ["甲"])):
        with pytest.raises(errors.UnitsMissing):
            units.succeed(admin, office, [one], names=names, kind=kind, at=TODAY)  # type: ignore[arg-type]


def test_a_unit_that_has_ended_takes_nothing_in(office: Archive, admin: Reader) -> None:
    ended = units.add_unit(admin, office, name="旧处", since=date(2001, 1, 1))
    with pytest.raises(EndBeforeBegin):
        units.end_unit(admin, office, ended, date(2000, 12, 31))
    units.end_unit(admin, office, ended, YESTERDAY)
    with pytest.raises(errors.UnitHasEnded):
        units.add_unit(admin, office, name="新科", parent=ended)
    assert units.add_unit(admin, office, name="旧处") != ended


def test_an_administrator_does_not_blind_the_search_for_their_own_unit(
    office: Archive, who: Mapping[str, Reader]
) -> None:
    above = units.add_unit(who["admin"], office, name="机关党委")
    own = units.add_unit(who["admin"], office, name="网络科", parent=above)
    memberships.join(who["admin"], office, public(office, who["second"]), own, since=TODAY)
    catch_up(office)
    for unit in (own, above):
        with pytest.raises(errors.UnwatchedOwn):
            units.watch_unit(who["second"], office, unit, watched=False)
        units.watch_unit(who["admin"], office, unit, watched=False)
    confirm_all(office, who["mei"])
    catch_up(office)
    units.watch_unit(who["second"], office, own, watched=True)
    assert not unit_of(office, own).matched
    catch_up(office)


def test_belonging_has_days(office: Archive, admin: Reader) -> None:
    unit = units.add_unit(admin, office, name="人口处")
    person = persons.add_person(admin, office, name="吴人口")
    memberships.join(admin, office, person, unit, since=date(2024, 5, 1))
    memberships.join(admin, office, person, unit, since=date(2025, 5, 1))
    with pytest.raises(EndBeforeBegin):
        memberships.leave(admin, office, person, unit, date(2024, 4, 30))
    memberships.leave(admin, office, person, unit, YESTERDAY)
    with pytest.raises(NotFound):
        memberships.leave(admin, office, person, unit, TODAY)
    memberships.join(admin, office, person, unit, since=TODAY)
    (now, before) = people_queries.person(admin, office, person).places
    assert (now.since, now.until, now.is_open) == (TODAY, None, True)
    assert (before.since, before.until, before.is_open) == (date(2024, 5, 1), YESTERDAY, False)


def test_posts_have_days_and_titles_that_are_looked_for(office: Archive, admin: Reader) -> None:
    unit = units.add_unit(admin, office, name="能源处")
    person = persons.add_person(admin, office, name="郑能源")
    catch_up(office)
    memberships.appoint(admin, office, person, unit, kind="oversees", since=date(2024, 1, 1))
    assert person_of(office, person).matched
    for _ in range(2):
        memberships.appoint(admin, office, person, unit, kind="leads", title="处长", since=date(2024, 1, 1))
    assert not person_of(office, person).matched
    assert [(each.kind, each.title) for each in people_queries.person(admin, office, person).places] == [
        ("leads", "处长"),
        ("oversees", ""),
    ]
    with pytest.raises(NotFound):
        memberships.appoint(admin, office, person, unit, kind="reigns")  # type: ignore[arg-type]
    memberships.dismiss(admin, office, person, unit, "leads", TODAY)
    assert [each.until for each in people_queries.person(admin, office, person).places if each.kind == "leads"] == [
        TODAY
    ]


def confirm_all(office: Archive, reviewer: Reader) -> None:
    """All that waits is confirmed."""
    for change in pending.waiting(reviewer, office):
        if not change.obstacle:
            pending.confirm(reviewer, office, change.public_id, reason="属实")


def test_every_error_is_a_people_error_or_nothing_is_there() -> None:
    kinds = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, ArchiveError)]
    assert all(issubclass(each, PeopleError) or each is ArchiveError for each in kinds)
