"""Why cases are hidden from a reader, for measuring: a mix of all that the veto knows, beside concerns of others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from storage.models import Membership, Person, Post, Unit, UnitReach, UnitSuccession
from storage.models.types import new_public_id

DAY = date(2016, 1, 1)


@dataclass(frozen=True, slots=True)
class People:
    """Ids: the reader's person, a unit that became the reader's, one that the reader led, and somebody else's."""

    person: int
    former_unit: int
    led_unit: int
    others: tuple[int, ...]
    other_unit: int


def appoint(session: Session, person: int) -> People:
    """Units and their people: the reader's unit came of another one by a merger and has units below it."""
    before, now_is, above, led, other = (Unit(name=f"第{n}处", matched=True, watched=False) for n in range(5))
    others = [Person(name=f"其他人{n}", matched=True) for n in range(20)]
    session.add_all([before, now_is, above, led, other, *others])
    session.flush()
    now_is.parent_id = above.id
    session.add(UnitSuccession(predecessor_id=before.id, successor_id=now_is.id, kind="merged", at=DAY))
    reached = [(each, each) for each in (before, now_is, above, led, other)]
    reached += [(before, now_is), (above, now_is), (now_is, before), (above, before)]
    session.add_all(UnitReach(unit_id=one.id, member_unit_id=two.id) for one, two in reached)
    session.add_all(Membership(person_id=each.id, unit_id=other.id) for each in others)
    session.add(Membership(person_id=person, unit_id=now_is.id, since=DAY))
    session.add(Post(person_id=person, unit_id=led.id, kind="leads", title="处长", since=DAY))
    session.flush()
    return People(person, before.id, led.id, tuple(each.id for each in others), other.id)


def concern_rows(case_id: int, people: People, now: datetime, hidden: bool) -> list[dict[str, Any]]:
    """The concerns of a case as rows: a hidden one's keep the reader out; a third of the rest concerns others."""
    somebody = people.others[case_id % len(people.others)]
    about_others: list[tuple[str, int | None, int | None]] = [
        ("mentioned", somebody, None),
        ("accused", None, people.other_unit),
        ("accused", somebody, None),
    ]
    about_reader: list[tuple[str, int | None, int | None]] = [
        ("recused", people.person, None),
        ("accused", people.person, None),
        ("accused", None, people.former_unit),
        ("mentioned", None, people.led_unit),
        ("mentioned", people.person, None),
    ]
    said = [about_reader[case_id % 5]] if hidden else [about_others[case_id // 9 % 3]] if case_id % 3 == 0 else []
    return [
        {
            "public_id": new_public_id(),
            "case_id": case_id,
            "kind": kind,
            "person_id": person,
            "unit_id": unit,
            "words": "",
            "contexts": [],
            "at": now,
            "reason": "",
        }
        for kind, person, unit in said
    ]
