"""The explanation of access: it agrees with the door for everybody, and each reason that it names is a real one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from archive_app.access.identity import Reader
from archive_app.access.rule import visible
from archive_app.access.system import SYSTEM
from archive_app.commands.access import as_lines, as_object
from archive_app.errors import NotFound
from archive_app.language.filling import SENTENCES
from archive_app.people.sign_in import add_account, local_reader
from archive_app.review.explanation import Explanation, explain, reasons
from archive_app.runtime.archive import Archive
from storage.models import (
    Account,
    Allowance,
    AuditEvent,
    Case,
    Concern,
    Letter,
    Membership,
    Post,
    Unit,
    UnitReach,
    UnitSuccession,
)
from storage.session import reading, unit_of_work
from tests import office
from tests.archive_app.review.explanation_model import (
    NOW,
    PERSONS,
    Ids,
    World,
    granted,
    keeps_out,
    rule,
    vetoed,
    worlds,
    write,
)
from tests.databases import DATABASES, archive_on

LETTERS = itertools.count(1)


@pytest.fixture(scope="module", params=DATABASES)
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with archive_on(request.param, tmp_path_factory.mktemp("explanation") / "archive") as made:
        add_account(made, "wang", "correct horse", display_name="王登记")
        office.people(made)
        yield made


def explained(session: Session, ids: Ids, case: int, who: int) -> Explanation:
    account = session.get_one(Account, ids.readers[who].account_id)
    return reasons(session, account, session.get_one(Case, ids.cases[case]))


def sees(session: Session, ids: Ids, case: int, who: int) -> bool:
    return ids.cases[case] in set(session.scalars(visible(ids.readers[who])))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds())
def test_the_explanation_the_door_and_the_rule_in_plain_words_agree(archive: Archive, world: World) -> None:
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        ids = write(session, world)
        for case in range(2):
            for who in range(PERSONS):
                told = explained(session, ids, case, who)
                assert told.sees == sees(session, ids, case, who) == rule(world, case, who)
                assert bool(told.grants) == granted(world, case, who)
                assert bool(told.vetoes) == vetoed(world, case, who)
                assert bool(told.missing) == (not told.grants)
                check_vetoes(session, world, ids, case, who, told)


def check_vetoes(session: Session, world: World, ids: Ids, case: int, who: int, told: Explanation) -> None:
    """The concerns named are all that keep out, and each does so by itself; without them, what is granted is seen."""
    named = {veto.concern for veto in told.vetoes}
    for concern, place in ids.concerns.items():
        of_case, kind, person, unit, ended = world.concerns[place]
        real = of_case == case and not ended and keeps_out(world, case, who, kind, person, unit)
        assert (concern in named) == real
    for alone in sorted(named):
        _end(session, named - {alone})
        assert not sees(session, ids, case, who)
        _end(session, named)
        assert sees(session, ids, case, who) == bool(told.grants)
        session.execute(update(Concern).where(Concern.public_id.in_(named)).values(ended_at=None))


def _end(session: Session, concerns: set[str]) -> None:
    session.execute(update(Concern).where(Concern.public_id.in_(concerns)).values(ended_at=NOW))


def brought(archive: Archive, text: str, *, failed: bool = False) -> str:
    """A letter that wang brought in. Its channel gives it a number of its own."""
    return office.read_letter(archive, local_reader(archive, "wang"), text, channel=f"c{next(LETTERS)}", failed=failed)


@pytest.fixture
def house(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Mapping[str, Reader], str]]:
    """An office with a letter that all may see, and the letter's number; units are gone afterwards."""
    monkeypatch.setenv("LC_ALL", "C")
    public = brought(archive, "反映夜间施工噪声扰民，请求处理。")
    with reading(archive.sessions, SYSTEM.key) as session:
        number = session.scalars(select(Letter.number).where(Letter.public_id == public)).one()
    yield {name: local_reader(archive, name) for name in (*office.STAFF, "wang")}, number
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        for model in (UnitReach, UnitSuccession, Membership, Post):
            session.execute(delete(model))
        session.commit()


def concern(archive: Archive, number: str, **values: Any) -> None:
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        case_id = session.scalars(select(Letter.case_id).where(Letter.number == number)).one()
        session.add(Concern(case_id=case_id, at=NOW, **values))
        session.commit()


def test_a_role_that_lets_in_is_named_and_the_question_is_recorded(
    archive: Archive, house: tuple[Mapping[str, Reader], str]
) -> None:
    staff, number = house
    told = explain(staff["shen"], archive, account="zhou", case=number)
    assert told.sees
    assert [grant.code for grant in told.grants] == ["grant_works_on_cases"]
    assert told.grants[0].values["role"] == "office_head"
    with reading(archive.sessions, SYSTEM.key) as session:
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
        case_id = session.scalars(select(Letter.case_id).where(Letter.number == number)).one()
        asked = session.scalars(select(Account.public_id).where(Account.name == "zhou")).one()
    assert (event.action, event.account_id) == ("explained", staff["shen"].account_id)
    assert (event.case_id, event.subject) == (case_id, asked)


def test_only_reviewers_may_ask_and_not_of_what_concerns_them(
    archive: Archive, house: tuple[Mapping[str, Reader], str]
) -> None:
    """A refusal is one and the same, whatever its reason, and leaves no row."""
    staff, number = house
    concern(archive, number, kind="accused", person_id=staff["mei"].person_id)
    refused = []
    with reading(archive.sessions, SYSTEM.key) as session:
        before = session.scalars(select(AuditEvent.id)).all()
    for who, account, case in (
        *((name, "zhou", number) for name in ("wang", "zhou", "he", "cui", "mei")),
        ("shen", "nobody", number),
        ("shen", "zhou", "SJ2020-no-such"),
        ("mei", "mei", number),
    ):
        with pytest.raises(NotFound) as error:
            explain(staff[who], archive, account=account, case=case)
        refused.append((str(error.value), error.value.values))
    assert len(set(map(str, refused))) == 1
    with reading(archive.sessions, SYSTEM.key) as session:
        assert session.scalars(select(AuditEvent.id)).all() == before
    assert not explain(staff["shen"], archive, account="mei", case=number).sees


def test_a_letter_that_was_not_looked_through_is_not_explained_to_who_may_be_in_it(
    archive: Archive, house: tuple[Mapping[str, Reader], str]
) -> None:
    """Else “not read yet” that turns into “nothing there” would tell the reviewer that the letter speaks of them."""
    staff, _ = house
    about_them = brought(archive, "沈从新在处理中态度恶劣。", failed=True)
    about_nobody = brought(archive, "反映供热不足，请求处理。", failed=True)
    for case in (about_them, about_nobody):
        with pytest.raises(NotFound):
            explain(staff["shen"], archive, account="zhou", case=case)


def test_the_way_from_the_accused_unit_to_the_person_is_told(
    archive: Archive, house: tuple[Mapping[str, Reader], str]
) -> None:
    staff, number = house
    names = ("老办案处", "稽查处", "综合处", "二科")
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        units = {name: Unit(name=name, matched=True) for name in names}
        session.add_all(units.values())
        session.flush()
        old, renamed, merged, below = (units[name] for name in names)
        below.parent_id = merged.id
        when = {"at": date(2023, 3, 1)}
        session.add(UnitSuccession(predecessor_id=old.id, successor_id=renamed.id, kind="renamed", **when))
        session.add(UnitSuccession(predecessor_id=renamed.id, successor_id=merged.id, kind="merged", **when))
        session.add_all(UnitReach(unit_id=old.id, member_unit_id=each.id) for each in units.values())
        session.add(UnitReach(unit_id=below.id, member_unit_id=below.id))
        stay = {"since": date(2022, 1, 1), "until": date(2024, 5, 31)}
        session.add(Membership(person_id=staff["fang"].person_id, unit_id=below.id, **stay))
        session.add(Post(person_id=staff["he"].person_id, unit_id=old.id, kind="oversees", title="分管"))
        session.commit()
        first = old.id
    concern(archive, number, kind="accused", unit_id=first, by_account=staff["zhou"].account_id, reason="信中点名")
    told = explain(staff["shen"], archive, account="fang", case=number)
    (veto,) = told.vetoes
    assert [notice.code for notice in veto.said] == [
        *("concern_accused", "noted_by", "is_member"),
        *("unit_renamed", "unit_merged", "unit_below", "event_unknown"),
    ]
    text = "\n".join(as_lines(told))
    for words in ("老办案处", "周正清", "信中点名", "稽查处", "综合处", "二科", "2022-01-01", "2024-05-31"):
        assert words in text
    assert not told.sees
    assert told.grants

    (overseer,) = explain(staff["shen"], archive, account="he", case=number).vetoes
    assert overseer.code == "oversees"
    assert [notice.code for notice in overseer.said][2:] == ["is_overseer", "overseer_undecided"]
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        case_id = session.scalars(select(Letter.case_id).where(Letter.number == number)).one()
        session.add(Allowance(case_id=case_id, person_id=staff["he"].person_id, kind="overseer", at=NOW, reason="需要"))
        session.commit()
    decided = explain(staff["shen"], archive, account="he", case=number)
    assert decided.sees
    assert [notice.code for notice in decided.lifted] == ["lifted_overseer"]

    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        session.execute(update(Case).where(Case.id == case_id).values(event_date=date(2025, 1, 1)))
        session.commit()
    assert explain(staff["shen"], archive, account="fang", case=number).sees


def test_a_way_that_the_records_no_longer_show_is_still_told(
    archive: Archive, house: tuple[Mapping[str, Reader], str]
) -> None:
    staff, number = house
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        one, other = Unit(name="甲处", matched=True), Unit(name="乙处", matched=True)
        session.add_all([one, other])
        session.flush()
        session.add(UnitReach(unit_id=one.id, member_unit_id=other.id))
        session.add(Post(person_id=staff["fang"].person_id, unit_id=other.id, kind="leads", title="处长"))
        session.commit()
        accused = one.id
    concern(archive, number, kind="accused", unit_id=accused)
    (veto,) = explain(staff["shen"], archive, account="fang", case=number).vetoes
    assert [notice.code for notice in veto.said] == ["concern_accused", "is_leader", "unit_counts_as"]


def test_every_reason_has_a_sentence_and_json_has_everything(
    archive: Archive, house: tuple[Mapping[str, Reader], str]
) -> None:
    staff, number = house
    concern(archive, number, kind="mentioned", person_id=staff["fang"].person_id, words="方致远")
    concern(archive, number, kind="accused", words="姓方的科长")
    concern(archive, number, kind="recused", person_id=staff["fang"].person_id, reason="亲属")
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        case_id = session.scalars(select(Letter.case_id).where(Letter.number == number)).one()
        session.add(Allowance(case_id=case_id, person_id=staff["shen"].person_id, kind="listed", at=NOW))
        session.execute(update(Account).where(Account.name == "fang").values(confirmed_at=None, changed_at=NOW))
        session.commit()
    told = explain(staff["shen"], archive, account="fang", case=number)
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        session.execute(update(Account).where(Account.name == "fang").values(confirmed_at=NOW))
        session.commit()
    assert [veto.code for veto in told.vetoes] == ["concerned", "concerned", "unknown"]
    assert [notice.code for notice in told.missing] == ["account_unconfirmed"]
    notices = [*told.grants, *told.missing, *(notice for veto in told.vetoes for notice in veto.said)]
    assert {notice.code for notice in notices} <= set(SENTENCES)
    values = as_object(told)
    assert (values["sees"], values["account"], values["case"]) == (False, "fang", number)
    assert values["missing"][0]["code"] == "account_unconfirmed"
    assert values["text"] == as_lines(told)
    assert "%(" not in "".join(values["text"])
