"""A small world of cases and concerns, and the rule of the door in plain Python, to compare with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy.orm import Session

from archive_app.access.identity import BRINGS_LETTERS_IN, LOOKS_THROUGH, ROLES, WORKS_ON_CASES, Reader
from storage.models import (
    Account,
    AccountRole,
    Allowance,
    Case,
    Concern,
    Membership,
    Person,
    Post,
    Unit,
    UnitReach,
)

NOW = datetime.now(UTC)


DAYS = st.none() | st.sampled_from([date(2020, 1, 1), date(2022, 6, 1), date(2024, 1, 1)])


MOMENTS = st.none() | st.sampled_from([NOW - timedelta(days=400), NOW - timedelta(seconds=5), NOW + timedelta(days=9)])


PERSONS, UNITS = 3, 4


@dataclass(frozen=True, slots=True)
class World:
    """Rows to be written: of accounts, of two cases, of units; numbers are places in the lists of `Ids`."""

    accounts: Sequence[Mapping[str, Any]]
    roles: Sequence[tuple[int, str, datetime, datetime | None]]
    cases: Sequence[Mapping[str, Any]]
    brought_by: Sequence[int | None]
    allowances: Sequence[tuple[int, int, str, datetime | None, bool]]
    concerns: Sequence[tuple[int, str, int | None, int | None, bool]]
    units: Sequence[bool]
    reach: Sequence[tuple[int, int]]
    memberships: Sequence[tuple[int, int, date | None]]
    posts: Sequence[tuple[int, int, str, date | None]]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    persons, units, cases = st.integers(0, PERSONS - 1), st.integers(0, UNITS - 1), st.integers(0, 1)
    mostly = st.sampled_from([True, True, True, True, False])
    account = st.fixed_dictionaries({"active": mostly, "confirmed": mostly, "matched": mostly})
    case = st.fixed_dictionaries(
        {
            "read_at": st.sampled_from([NOW, NOW, NOW, None]),
            "screened": mostly,
            "restricted": st.booleans(),
            "handed_over_at": st.sampled_from([None, NOW]),
            "event_date": DAYS,
        }
    )
    whom = st.one_of(st.tuples(persons, st.none()), st.tuples(st.none(), units), st.just((None, None)))
    concern = st.builds(
        lambda case, kind, of, ended: (case, kind if of != (None, None) else "accused", *of, ended),
        cases,
        st.sampled_from(["accused", "recused", "mentioned"]),
        whom,
        st.sampled_from([False, False, True]),
    )
    kinds = st.sampled_from(["listed", "granted", "overseer"])
    own = [(unit, unit) for unit in range(UNITS)]
    return World(
        accounts=draw(st.lists(account, min_size=PERSONS, max_size=PERSONS)),
        roles=draw(
            st.lists(
                st.tuples(persons, st.sampled_from(ROLES), st.sampled_from([NOW - timedelta(days=9), NOW]), MOMENTS),
                max_size=6,
            )
        ),
        cases=draw(st.lists(case, min_size=2, max_size=2)),
        brought_by=draw(st.lists(st.none() | persons, min_size=2, max_size=2)),
        allowances=draw(st.lists(st.tuples(cases, persons, kinds, MOMENTS, st.booleans()), max_size=5)),
        concerns=draw(st.lists(concern, max_size=4)),
        units=draw(st.lists(mostly, min_size=UNITS, max_size=UNITS)),
        reach=sorted({*own, *draw(st.lists(st.tuples(units, units), max_size=4))}),
        memberships=draw(st.lists(st.tuples(persons, units, DAYS), max_size=4)),
        posts=draw(st.lists(st.tuples(persons, units, st.sampled_from(["leads", "oversees"]), DAYS), max_size=4)),
    )


@dataclass(frozen=True, slots=True)
class Ids:
    """The world as it was written, by the places in its lists."""

    readers: Sequence[Reader]
    cases: Sequence[int]
    concerns: Mapping[str, int]


def _person(session: Session, name: str, account: Mapping[str, bool]) -> Reader:
    person = Person(name=name, matched=account["matched"])
    row = Account(
        person=person,
        name=f"{name}-{datetime.now(UTC).timestamp()}",
        password_hash="none",
        active=account["active"],
        created_at=NOW,
        changed_at=NOW,
        confirmed_at=NOW if account["confirmed"] else None,
    )
    session.add(row)
    session.flush()
    return Reader(row.id, person.id, row.name, name, frozenset())


def write(session: Session, world: World) -> Ids:
    """The world as rows of this transaction."""
    readers = [_person(session, f"第{place}人", account) for place, account in enumerate(world.accounts)]
    units = [Unit(name=f"第{place}处", matched=matched) for place, matched in enumerate(world.units)]
    cases = [
        Case(**values, created_at=NOW, brought_by=None if who is None else readers[who].account_id)
        for values, who in zip(world.cases, world.brought_by, strict=True)
    ]
    session.add_all([*units, *cases])
    session.flush()
    for who, role, since, until in world.roles:
        session.add(AccountRole(account_id=readers[who].account_id, role=role, since=since, until=until))
    for case, who, kind, until, ended in world.allowances:
        ended_at = NOW if ended else None
        held = {"kind": kind, "until": until, "at": NOW, "ended_at": ended_at, "by_account": readers[0].account_id}
        session.add(Allowance(case_id=cases[case].id, person_id=readers[who].person_id, reason="工作需要", **held))
    rows = []
    for case, kind, who, of_unit, ended in world.concerns:
        rows.append(
            Concern(
                case_id=cases[case].id,
                kind=kind,
                person_id=None if who is None else readers[who].person_id,
                unit_id=None if of_unit is None else units[of_unit].id,
                words="某人",
                at=NOW,
                ended_at=NOW if ended else None,
            )
        )
    session.add_all(rows)
    session.add_all(UnitReach(unit_id=units[a].id, member_unit_id=units[b].id) for a, b in world.reach)
    for who, of_unit, until in world.memberships:
        session.add(Membership(person_id=readers[who].person_id, unit_id=units[of_unit].id, until=until))
    for who, of_unit, kind, until in world.posts:
        session.add(Post(person_id=readers[who].person_id, unit_id=units[of_unit].id, kind=kind, until=until))
    session.flush()
    concerns = {row.public_id: place for place, row in enumerate(rows)}
    return Ids(readers, [case.id for case in cases], concerns)


def rule(world: World, case: int, who: int) -> bool:
    """The rule of `confidentiality.md` once more, in plain words, to hold the door and the explanation against."""
    return granted(world, case, who) and not vetoed(world, case, who)


def trusted(world: World, who: int) -> bool:
    account = world.accounts[who]
    matched = all(world.units[unit] for person, unit, _ in world.memberships if person == who)
    return account["active"] and account["confirmed"] and account["matched"] and matched


def granted(world: World, case: int, who: int) -> bool:
    row = world.cases[case]
    if row["read_at"] is None or not trusted(world, who):
        return False
    if allowed(world, case, who, "listed") or allowed(world, case, who, "granted"):
        return True
    held = {role for person, role, _, until in world.roles if person == who and (until is None or until > NOW)}
    if row["restricted"]:
        return False
    if row["screened"]:
        mention = any(c == case and kind == "mentioned" and not ended for c, kind, _, _, ended in world.concerns)
        return bool(held & set(WORKS_ON_CASES)) or ("access_reviewer" in held and mention)
    own = world.brought_by[case] == who and row["handed_over_at"] is None
    return bool(held & set(LOOKS_THROUGH)) or (own and bool(held & set(BRINGS_LETTERS_IN)))


def allowed(world: World, case: int, who: int, kind: str) -> bool:
    return any(
        (c, person, k, ended) == (case, who, kind, False) and (until is None or until > NOW)
        for c, person, k, until, ended in world.allowances
    )


def vetoed(world: World, case: int, who: int) -> bool:
    return any(
        c == case and not ended and keeps_out(world, case, who, kind, person, unit)
        for c, kind, person, unit, ended in world.concerns
    )


def keeps_out(world: World, case: int, who: int, kind: str, person: int | None, unit: int | None) -> bool:
    event = world.cases[case]["event_date"]

    def counts(until: date | None) -> bool:
        return until is None or event is None or until >= event

    if person is not None:
        return person == who
    if unit is None:
        return not allowed(world, case, who, "listed")
    reached = {b for a, b in world.reach if a == unit}
    led = [(p, u, until) for p, u, k, until in world.posts if k == "leads"]
    if any(p == who and u in reached and counts(until) for p, u, until in (*world.memberships, *led)):
        return True
    overseen = any(
        p == who and k == "oversees" and counts(until) and (u, unit) in world.reach for p, u, k, until in world.posts
    )
    return kind == "accused" and overseen and not allowed(world, case, who, "overseer")
