"""Case restrictions: who may say what of a case, whom it lets in and keeps out, and the trace each change leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.errors import (
    ArchiveError,
    EndNeeded,
    InvalidField,
    NobodyLeft,
    NotFound,
    NotToBeChosen,
    ReasonMissing,
)
from archive_app.letters import queries as letter_queries
from archive_app.review import event_dates, restrictions
from archive_app.review.queries import handed_over
from archive_app.review.queries import restrictions as view
from archive_app.runtime.archive import Archive
from storage.models import AuditEvent
from storage.session import reading
from tests.office import namesake, on_both, open_office, oversees, people, public, read_letter, unit

Office = Mapping[str, Reader]
ACCUSING = "信中所称情况指向该单位"


@pytest.fixture
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    with open_office(getattr(request, "param", "sqlite"), tmp_path / "archive") as opened:
        yield opened


@pytest.fixture
def office(archive: Archive) -> Office:
    return people(archive)


@pytest.fixture
def letter(archive: Archive, office: Office) -> str:
    return read_letter(archive, office["wang"], "反映临街商铺夜间施工噪声扰民")


def sees(archive: Archive, who: Reader, letter: str) -> bool:
    try:
        letter_queries.letter(who, archive, letter)
    except NotFound:
        return False
    return True


def who_sees(archive: Archive, office: Office, letter: str) -> set[str]:
    return {name for name, who in office.items() if sees(archive, who, letter)}


def trail(archive: Archive) -> list[tuple[str, str]]:
    """The changes in the audit trail: what was done, and why."""
    with reading(archive.sessions, SYSTEM.key) as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
        return [(event.action, event.details["reason"]) for event in events if "reason" in event.details]


@on_both
def test_a_unit_that_is_accused_sees_nothing_and_the_case_is_for_its_list(
    archive: Archive, office: Office, letter: str
) -> None:
    accused = unit(archive, "夜巡整治科", office["fang"])
    assert who_sees(archive, office, letter) == {"wang", "zhou", "fang", "he", "cui"}
    restrictions.accuse(
        office["wang"], archive, letter, unit=accused, reason=ACCUSING, listed=[public(archive, office["zhou"])]
    )
    assert who_sees(archive, office, letter) == {"wang", "zhou"}
    seen = view(office["wang"], archive, letter)
    assert seen.restricted
    (concern,) = seen.accused
    assert (concern.whom, concern.is_unit, concern.reason, concern.by) == ("夜巡整治科", True, ACCUSING, "王登记")
    assert {(entry.whom, entry.kind, entry.without_effect) for entry in seen.allowances} == {
        ("王登记", "listed", False),
        ("周正清", "listed", False),
    }
    assert trail(archive) == [("accused", ACCUSING)]


def test_to_accuse_twice_changes_nothing(archive: Archive, office: Office, letter: str) -> None:
    for _ in range(2):
        restrictions.accuse(office["wang"], archive, letter, person=public(archive, office["cui"]), reason=ACCUSING)
        restrictions.recuse(office["wang"], archive, letter, person=public(archive, office["mei"]), reason="亲属")
    seen = view(office["wang"], archive, letter)
    assert len(seen.accused) == len(seen.recused) == 1
    assert trail(archive) == [("accused", ACCUSING), ("recused", "亲属")]


def test_namesakes_of_the_accused_are_kept_out_until_they_are_told_apart(
    archive: Archive, office: Office, letter: str
) -> None:
    other = namesake(archive, "cui2", "崔档案")
    assert sees(archive, other, letter)
    restrictions.accuse(office["wang"], archive, letter, person=public(archive, office["cui"]), reason=ACCUSING)
    (mention,) = view(office["wang"], archive, letter).mentioned
    assert mention.words == "崔档案"
    with pytest.raises(NotToBeChosen):
        restrictions.allow(office["wang"], archive, letter, person=public(archive, other), kind="listed", reason="承办")
    assert not sees(archive, other, letter)


@on_both
def test_words_that_nobody_has_resolved_keep_all_out_but_the_list(
    archive: Archive, office: Office, letter: str
) -> None:
    restrictions.accuse(office["wang"], archive, letter, words="  某科   长 ", reason=ACCUSING)
    assert who_sees(archive, office, letter) == {"wang"}
    restrictions.allow(
        office["wang"], archive, letter, person=public(archive, office["zhou"]), kind="listed", reason="交办"
    )
    assert who_sees(archive, office, letter) == {"wang", "zhou"}
    (concern,) = view(office["zhou"], archive, letter).accused
    assert (concern.whom, concern.words) == ("", "某科 长")
    restrictions.resolve(
        office["zhou"], archive, letter, concern.public_id, person=public(archive, office["fang"]), reason="核实"
    )
    (resolved,) = view(office["zhou"], archive, letter).accused
    assert (resolved.public_id, resolved.whom, resolved.words) == (concern.public_id, "方致远", "某科 长")
    with pytest.raises(NotFound):
        restrictions.resolve(
            office["zhou"], archive, letter, concern.public_id, person=public(archive, office["cui"]), reason="再核实"
        )
    assert [action for action, _ in trail(archive)] == ["accused", "allowed", "accused_resolved"]


@on_both
def test_who_resolves_an_accusation_to_themselves_sees_nothing_more(
    archive: Archive, office: Office, letter: str
) -> None:
    both = [public(archive, office["zhou"])]
    restrictions.accuse(office["wang"], archive, letter, words="某人", reason=ACCUSING, listed=both)
    (concern,) = view(office["wang"], archive, letter).accused
    own = public(archive, office["wang"])
    restrictions.resolve(office["wang"], archive, letter, concern.public_id, person=own, reason="指我")
    assert who_sees(archive, office, letter) == {"zhou"}


@on_both
def test_a_restricted_case_is_never_left_with_nobody_who_sees_it(archive: Archive, office: Office, letter: str) -> None:
    own = unit(archive, "来信登记科", office["wang"])
    with pytest.raises(NobodyLeft):
        restrictions.accuse(office["wang"], archive, letter, unit=own, reason=ACCUSING)
    assert sees(archive, office["wang"], letter)
    restrictions.restrict(office["wang"], archive, letter, restricted=True, reason="涉密")
    me = public(archive, office["wang"])
    with pytest.raises(NobodyLeft):
        restrictions.end_allowance(office["wang"], archive, letter, person=me, kind="listed", reason="x")
    with pytest.raises(NobodyLeft):
        restrictions.recuse(office["wang"], archive, letter, person=me, reason="亲属")
    zhou = public(archive, office["zhou"])
    restrictions.allow(office["wang"], archive, letter, person=zhou, kind="listed", reason="交办")
    restrictions.recuse(office["wang"], archive, letter, person=me, reason="亲属")
    assert who_sees(archive, office, letter) == {"zhou"}


def test_who_cannot_be_let_in_is_not_offered_and_refused_like_a_name_that_nobody_has(
    archive: Archive, office: Office, letter: str
) -> None:
    accused = unit(archive, "夜巡整治科", office["fang"])
    oversees(archive, office["he"], accused)
    restrictions.accuse(
        office["wang"], archive, letter, unit=accused, reason=ACCUSING, listed=[public(archive, office["zhou"])]
    )
    restrictions.recuse(office["wang"], archive, letter, person=public(archive, office["mei"]), reason="亲属")
    offered = {choice.name for choice in view(office["wang"], archive, letter).to_list}
    assert offered == {"沈从新", "崔档案"}
    refusals = []
    for person in ("nobody", *(public(archive, office[name]) for name in ("fang", "he", "mei", "wang"))):
        with pytest.raises(NotToBeChosen) as refusal:
            restrictions.allow(office["wang"], archive, letter, person=person, kind="listed", reason="承办")
        refusals.append((str(refusal.value), refusal.value.values))
    assert len(set(map(str, refusals))) == 1
    with pytest.raises(NotToBeChosen):
        restrictions.accuse(
            office["wang"],
            archive,
            letter,
            person=public(archive, office["cui"]),
            reason=ACCUSING,
            listed=[public(archive, office["cui"])],
        )


@on_both
def test_who_oversees_an_accused_unit_waits_for_the_director(archive: Archive, office: Office, letter: str) -> None:
    accused = unit(archive, "夜巡整治科")
    oversees(archive, office["fang"], accused)
    he, fang = public(archive, office["he"]), public(archive, office["fang"])
    restrictions.accuse(office["wang"], archive, letter, unit=accused, reason=ACCUSING, listed=[he])
    assert [choice.name for choice in view(office["he"], archive, letter).to_oversee] == ["方致远"]
    assert view(office["wang"], archive, letter).to_oversee == ()
    with pytest.raises(NotFound):
        restrictions.allow(office["wang"], archive, letter, person=fang, kind="overseer", reason="分管")
    restrictions.allow(office["he"], archive, letter, person=fang, kind="overseer", reason="分管，与此事无关")
    assert who_sees(archive, office, letter) == {"wang", "he", "fang"}
    restrictions.end_allowance(office["wang"], archive, letter, person=fang, kind="overseer", reason="不再分管")
    assert who_sees(archive, office, letter) == {"wang", "he"}


def test_a_grant_needs_an_end_and_one_of_those_who_grant(archive: Archive, office: Office, letter: str) -> None:
    he, cui = public(archive, office["he"]), public(archive, office["cui"])
    restrictions.accuse(office["wang"], archive, letter, unit=unit(archive, "甲科室"), reason=ACCUSING, listed=[he])
    soon = datetime.now(UTC) + timedelta(days=2)
    with pytest.raises(NotFound):
        restrictions.allow(office["wang"], archive, letter, person=cui, kind="granted", until=soon, reason="查阅")
    for until in (None, datetime.now(UTC) - timedelta(seconds=1)):
        with pytest.raises(EndNeeded):
            restrictions.allow(office["he"], archive, letter, person=cui, kind="granted", until=until, reason="查阅")
    restrictions.allow(office["he"], archive, letter, person=cui, kind="granted", until=soon, reason="查阅")
    assert who_sees(archive, office, letter) == {"wang", "he", "cui"}
    with pytest.raises(NotFound):
        restrictions.allow(office["he"], archive, letter, person=cui, kind="owner", reason="查阅")


def test_who_may_see_a_case_for_a_time_does_not_prolong_it_by_restricting(
    archive: Archive, office: Office, letter: str
) -> None:
    he, fang = public(archive, office["he"]), public(archive, office["fang"])
    restrictions.accuse(office["wang"], archive, letter, unit=unit(archive, "甲科室"), reason=ACCUSING, listed=[he])
    soon = datetime.now(UTC) + timedelta(days=2)
    restrictions.allow(office["he"], archive, letter, person=fang, kind="granted", until=soon, reason="查阅")
    with pytest.raises(NotToBeChosen):
        restrictions.allow(office["fang"], archive, letter, person=fang, kind="listed", reason="继续")
    restrictions.accuse(office["fang"], archive, letter, unit=unit(archive, "乙科室"), reason=ACCUSING)
    own = [entry for entry in view(office["fang"], archive, letter).allowances if entry.person == fang]
    assert {entry.until for entry in own} == {soon}


def test_only_an_access_reviewer_opens_a_restricted_case_again(archive: Archive, office: Office, letter: str) -> None:
    restrictions.restrict(office["wang"], archive, letter, restricted=True, reason="涉密")
    assert who_sees(archive, office, letter) == {"wang"}
    with pytest.raises(NotFound):
        restrictions.restrict(office["wang"], archive, letter, restricted=False, reason="误操作")
    shen = public(archive, office["shen"])
    restrictions.allow(office["wang"], archive, letter, person=shen, kind="listed", reason="审查")
    restrictions.restrict(office["shen"], archive, letter, restricted=False, reason="不涉密")
    assert {"wang", "zhou", "cui"} <= who_sees(archive, office, letter)


Change = Callable[[Reader, Archive, str, str, str], None]
CHANGES: Mapping[str, Change] = {
    "accuse": lambda who, archive, letter, person, why: restrictions.accuse(
        who, archive, letter, person=person, reason=why
    ),
    "recuse": lambda who, archive, letter, person, why: restrictions.recuse(
        who, archive, letter, person=person, reason=why
    ),
    "resolve": lambda who, archive, letter, person, why: restrictions.resolve(
        who, archive, letter, "none", person=person, reason=why
    ),
    "list": lambda who, archive, letter, person, why: restrictions.allow(
        who, archive, letter, person=person, kind="listed", reason=why
    ),
    "end": lambda who, archive, letter, person, why: restrictions.end_allowance(
        who, archive, letter, person=person, kind="listed", reason=why
    ),
    "restrict": lambda who, archive, letter, person, why: restrictions.restrict(
        who, archive, letter, restricted=True, reason=why
    ),
    "date": lambda who, archive, letter, person, why: event_dates.set_event_date(
        who, archive, letter, date(2024, 1, 1), reason=why
    ),
    "confirm date": lambda who, archive, letter, person, why: event_dates.confirm_event_date(
        who, archive, letter, "none", reason=why
    ),
    "look through": lambda who, archive, letter, person, why: restrictions.look_through(
        who, archive, letter, reason=why
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_no_change_without_a_reason_nor_by_who_may_not_nor_on_what_is_hidden(
    archive: Archive, office: Office, letter: str, name: str
) -> None:
    person, change = public(archive, office["mei"]), CHANGES[name]
    with pytest.raises(ReasonMissing):
        change(office["zhou"], archive, letter, person, "  ")
    with pytest.raises(InvalidField):
        change(office["zhou"], archive, letter, person, "长" * 501)
    refusals: list[ArchiveError] = []
    restrictions.recuse(office["wang"], archive, letter, person=public(archive, office["fang"]), reason="亲属")
    for who, which in (("cui", letter), ("fang", letter), ("fang", "none")):
        with pytest.raises(NotFound) as refusal:
            change(office[who], archive, which, person, "有原因")
        refusals.append(refusal.value)
    assert len({str(refusal) for refusal in refusals}) == 1
    assert trail(archive) == [("recused", "亲属")]


def test_exactly_one_party_is_accused_and_one_that_there_is(archive: Archive, office: Office, letter: str) -> None:
    wang, cui = office["wang"], public(archive, office["cui"])
    with pytest.raises(NotToBeChosen):
        restrictions.accuse(wang, archive, letter, reason=ACCUSING)
    with pytest.raises(NotToBeChosen):
        restrictions.accuse(wang, archive, letter, person=cui, words="某人", reason=ACCUSING)
    with pytest.raises(NotToBeChosen):
        restrictions.accuse(wang, archive, letter, person="none", reason=ACCUSING)
    with pytest.raises(NotToBeChosen):
        restrictions.accuse(wang, archive, letter, unit="none", reason=ACCUSING)
    with pytest.raises(InvalidField):
        restrictions.accuse(wang, archive, letter, words="长" * 201, reason=ACCUSING)


@on_both
def test_a_letter_that_could_not_be_read_is_looked_through_by_a_person(archive: Archive, office: Office) -> None:
    unread = read_letter(archive, office["wang"], "")
    assert who_sees(archive, office, unread) == {"zhou", "fang", "he"}
    (entry,) = handed_over(office["zhou"], archive)
    assert (entry.public_id, entry.why, entry.received_by) == (unread, "unread", "王登记")
    with pytest.raises(NotFound):
        handed_over(office["wang"], archive)
    restrictions.look_through(office["zhou"], archive, unread, reason="逐页看过，无本局人员")
    assert handed_over(office["zhou"], archive) == ()
    restrictions.look_through(office["zhou"], archive, unread, reason="再看一遍")
    assert trail(archive) == [("looked_through", "逐页看过，无本局人员")]
    assert who_sees(archive, office, unread) == {"zhou", "fang", "he", "wang", "cui"}, "open like any other"


@on_both
def test_who_brought_an_unreadable_letter_in_does_not_look_it_through(archive: Archive, office: Office) -> None:
    """Else an office head would know a letter that mentions them by its absence."""
    unread = read_letter(archive, office["zhou"], "")
    assert who_sees(archive, office, unread) == {"fang", "he"}


def test_what_was_read_in_part_is_on_the_list_and_a_restricted_letter_without_its_title(
    archive: Archive, office: Office
) -> None:
    partly = read_letter(archive, office["wang"], "反映小区停车收费", failed=True)
    (entry,) = handed_over(office["zhou"], archive)
    assert (entry.why, entry.heading) == ("partly", "反映小区停车收费")
    restrictions.restrict(office["zhou"], archive, partly, restricted=True, reason="涉密")
    (entry,) = handed_over(office["zhou"], archive)
    assert (entry.public_id, entry.heading) == (partly, "")
    assert handed_over(office["he"], archive) == ()


def test_to_read_who_may_see_a_restricted_case_leaves_its_trace(archive: Archive, office: Office, letter: str) -> None:
    view(office["wang"], archive, letter)
    restrictions.restrict(office["wang"], archive, letter, restricted=True, reason="涉密")
    view(office["wang"], archive, letter)
    with reading(archive.sessions, SYSTEM.key) as session:
        of_letters = select(AuditEvent.action).where(AuditEvent.letter_id.is_not(None))
        actions = session.scalars(of_letters.order_by(AuditEvent.id)).all()
    assert actions == ["restricted", "read_access"]
    with pytest.raises(NotFound):
        view(office["cui"], archive, letter)
