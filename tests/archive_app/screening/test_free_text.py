"""Each column with free text: a name that a service writes there keeps its person out at that commit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.cases.actions import perform
from archive_app.cases.registration import change_form, register
from archive_app.domain.action_input import ActionInput
from archive_app.domain.registration_form import LENGTHS, Signatory
from archive_app.errors import NotFound
from archive_app.language.text_locations import LOCATIONS
from archive_app.letters import intake
from archive_app.letters import queries as letter_queries
from archive_app.letters.correction import correct, describe
from archive_app.review import decisions, event_dates, restrictions
from archive_app.review.queries import handed_over
from archive_app.review.queries import restrictions as access_of
from archive_app.screening import matching
from storage.models import AuditEvent, Base, Concern, Letter, Person, Source
from storage.models.free_text import free_columns, place_of
from storage.session import reading, unit_of_work
from storage.written_words import UnscreenedWords
from tests.case_office import FORM, Office, assemble
from tests.office import employ, open_office, public, unit

NAME = "邵秋砚"
WORDS = f"据查{NAME}虚报产值"


@dataclass
class Desk:
    """An office, the person who is named, and a letter that they see."""

    office: Office
    named: Reader
    letter: str

    @property
    def wang(self) -> Reader:
        return self.office.staff["wang"]

    def access(self, change: Callable[..., object], who: str = "wang", **fields: object) -> None:
        change(self.office.staff[who], self.office.archive, self.letter, **fields)

    def case(self) -> str:
        return register(self.wang, self.office.archive, self.letter, FORM)

    def sees(self, who: Reader | None = None) -> bool:
        try:
            letter_queries.letter(who or self.named, self.office.archive, self.letter)
        except NotFound:
            return False
        return True


@pytest.fixture(params=["sqlite"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with ExitStack() as stack:
        archive = stack.enter_context(open_office(request.param, tmp_path / "archive"))
        office = assemble(archive)
        # A head of the office sees every case that is not restricted.
        named = employ(archive, "shao", NAME, "office_head")
        yield Desk(office, named, office.letter())


def act(until: str, who: str, code: str, **fields: object) -> Callable[[Desk, str], None]:
    """An action on a registered case, with the words in one of its fields."""

    def write(desk: Desk, words: str) -> None:
        case = desk.case()
        if until:
            desk.office.go(case, until)
        given = {name: words if value is None else value for name, value in fields.items()}
        desk.office.do(who, case, code, **given)

    return write


def in_form(**fields: object) -> Callable[[Desk, str], None]:
    def write(desk: Desk, words: str) -> None:
        given = {name: words if value is None else value for name, value in fields.items()}
        register(desk.wang, desk.office.archive, desk.letter, replace(FORM, **given))  # type: ignore[arg-type]

    return write


def in_signatory(field: str) -> Callable[[Desk, str], None]:
    def write(desk: Desk, words: str) -> None:
        signed = Signatory(**{"name": "王五", field: words})
        register(desk.wang, desk.office.archive, desk.letter, replace(FORM, signatories=(signed,), headcount=2))

    return write


def in_changed_form(desk: Desk, words: str) -> None:
    change_form(desk.wang, desk.office.archive, desk.case(), replace(FORM, matter=words), base_version=1)


def correct_page(desk: Desk, words: str) -> None:
    correct(desk.wang, desk.office.archive, desk.letter, 1, base_version=1, lines=[words])


def bring_file(desk: Desk, words: str) -> None:
    """A page is scanned anew, from a file of this name: the first commit that writes it already keeps out."""
    upload = intake.Upload(f"{words}.png", BytesIO(b"a picture"))
    intake.replace_page(desk.wang, desk.office.archive, desk.letter, 1, upload)


def review(desk: Desk, words: str) -> None:
    """A reviewer decides on another name, for a reason with this one in it."""
    correct_page(desk, "窗口的崔档案态度生硬")
    (mention,) = decisions.waiting(desk.office.staff["shen"], desk.office.archive)
    staff = desk.office.staff
    decisions.decide(staff["shen"], desk.office.archive, mention.concern.public_id, "cleared", reason=words)


def propose_day(desk: Desk, words: str) -> None:
    desk.access(event_dates.set_event_date, day=datetime.now(UTC).date() - timedelta(days=9), reason=words)


def confirm_day(desk: Desk, words: str) -> None:
    """A second person confirms the day of the events, for a reason that only the audit trail keeps."""
    propose_day(desk, "信中所写")
    archive, second = desk.office.archive, desk.office.staff["zhou"]
    waiting = access_of(second, archive, desk.letter).event_date_waiting
    assert waiting is not None
    event_dates.confirm_event_date(second, archive, desk.letter, waiting.public_id, reason=words)


WRITERS: dict[str, Callable[[Desk, str], None]] = {
    "letters.title": lambda desk, words: desk.access(describe, title=words, sender="", letter_date=None),
    "letters.sender": lambda desk, words: desk.access(describe, title="", sender=words, letter_date=None),
    "text_versions.text": correct_page,
    "sources.name": bring_file,
    **{f"registrations.{name}": in_form(**{name: None}) for name in LENGTHS if name != "conduct_note"},
    "registrations.conduct_note": in_form(conduct_note=None, channel="visit", conduct=()),
    **{f"registrations.[].{name}": in_signatory(name) for name in ("name", "address", "telephone")},
    **{f"registration_versions.{name}": in_changed_form for name in LENGTHS},
    **{f"registration_versions.signatories[].{name}": in_signatory(name) for name in ("name", "address", "telephone")},
    "case_steps.words": act("acknowledge_receipt", "han", "record_finding", words=None, evidence="照片"),
    "case_steps.evidence": act("acknowledge_receipt", "han", "record_finding", words="属实", evidence=None),
    "case_steps.papers[].title": act("instruct", "wang", "hand_over", words="移交", papers=None),
    "case_steps.authority": act("", "wang", "redirect", words="请向其反映", authority=None, route="来访"),
    "case_steps.route": act("", "wang", "redirect", words="请向其反映", authority="区政府", route=None),
    "allowances.reason": lambda desk, words: desk.access(
        restrictions.allow, person=public(desk.office.archive, desk.office.staff["cui"]), kind="listed", reason=words
    ),
    "concerns.words": lambda desk, words: desk.access(restrictions.accuse, words=words, reason="信中所称"),
    "concerns.reason": lambda desk, words: desk.access(
        restrictions.recuse, person=public(desk.office.archive, desk.office.staff["cui"]), reason=words
    ),
    "concern_reviews.reason": review,
    "event_date_proposals.reason": propose_day,
    "audit_events.reason": confirm_day,
}
"""For each place of the declaration, what a service does to write words there."""

PLACES = [
    place_of(column, path, {"act": ""}).removesuffix(":")
    for columns in free_columns(Base.metadata).values()
    for column, said in columns.items()
    for path in said.paths or ("",)
]


def test_each_place_of_the_declaration_has_a_service_that_writes_it() -> None:
    assert set(WRITERS) == set(PLACES)


def mentions(desk: Desk, of: Reader) -> list[Concern]:
    with reading(desk.office.archive.sessions, SYSTEM.key) as session:
        wanted = select(Concern).where(Concern.person_id == of.person_id, Concern.kind == "mentioned")
        return list(session.scalars(wanted))


@pytest.mark.parametrize("place", PLACES)
def test_a_name_keeps_its_person_out_at_the_commit_that_writes_it(desk: Desk, place: str) -> None:
    assert desk.sees()
    WRITERS[place](desk, WORDS)
    assert not desk.sees()
    assert mentions(desk, desk.named)


@pytest.mark.parametrize("place", PLACES)
def test_a_name_that_somebody_gets_later_is_found_where_it_stands(desk: Desk, place: str) -> None:
    if place != "sources.name":
        WRITERS[place](desk, "据查欧阳甫虚报产值")
    assert not mentions(desk, desk.named)
    with unit_of_work(desk.office.archive.sessions, SYSTEM.key) as session:
        if place == "sources.name":
            # The file of a page that is scanned anew is the letter's from its reading on, which screens its name.
            session.execute(update(Source).values(name="据查欧阳甫虚报产值.png"))
        row = session.get_one(Person, desk.named.person_id)
        row.name, row.matched = "欧阳甫", False
        session.commit()
    matching.catch_up(desk.office.archive)
    assert mentions(desk, desk.named)


def test_words_that_nobody_screens_are_not_committed(desk: Desk) -> None:
    """A service that forgets it fails at its first commit, whether the ORM writes the words or a statement."""
    archive = desk.office.archive
    with archive.changing(SYSTEM) as session:
        session.scalars(select(Letter).where(Letter.public_id == desk.letter)).one().title = WORDS
        with pytest.raises(UnscreenedWords, match=r"letters\.title"):
            session.commit()
    with archive.changing(SYSTEM) as session, pytest.raises(UnscreenedWords, match="concerns"):
        session.execute(insert(Concern).values(case_id=1, kind="recused", reason=WORDS, at=datetime.now(UTC)))
    assert desk.sees()


@pytest.mark.parametrize("desk", ["sqlite", "postgresql"], indirect=True)
def test_who_is_named_in_their_own_act_loses_the_case_and_the_act_is_kept(desk: Desk) -> None:
    """Also a member of a unit that is named; somebody has to go on with it, so it is handed over."""
    archive, staff = desk.office.archive, desk.office.staff
    unit(archive, "夜巡整治科", staff["wang"])
    case = desk.case()
    steps = len(desk.office.look("fang", case).steps)
    given = ActionInput(words=f"已请夜巡整治科答复，{NAME}回避")
    assert not perform(desk.wang, archive, case, "report_major", given, seen=steps)
    assert not desk.sees(desk.wang)
    assert not desk.sees()
    assert desk.office.look("fang", case).steps[-1].words == given.words
    assert [each.public_id for each in handed_over(staff["zhou"], archive)] == [desk.letter]


def test_reviewers_read_where_a_name_stands_and_what_they_have_cleared_does_not_come_back(desk: Desk) -> None:
    archive, staff = desk.office.archive, desk.office.staff
    case = desk.case()
    desk.office.do("wang", case, "propose", words=f"拟请答复市民{NAME}")
    (waiting,) = decisions.waiting(staff["shen"], archive)
    assert waiting.concern.locations == ("case_steps.words:propose",)
    for who in ("shen", "mei"):
        decisions.decide(staff[who], archive, waiting.concern.public_id, "cleared", reason=f"{NAME}是同名的市民")
    assert desk.sees()
    desk.office.do("fang", case, "send_back", words=f"拟请答复市民{NAME}")
    assert desk.sees()
    desk.office.do("wang", case, "propose", words=f"窗口的{NAME}态度生硬")
    assert not desk.sees()


def test_the_unit_that_an_act_gives_the_case_to_may_be_named_in_it(desk: Desk) -> None:
    case = desk.case()
    desk.office.go(case, "instruct")
    assert desk.office.look("tang", case).steps[-1].words == "请综合处办理"


def test_a_proposal_may_name_the_leader_and_the_unit_that_it_is_for(desk: Desk) -> None:
    """The most usual words of an office; the same names in a finding keep out."""
    archive, staff = desk.office.archive, desk.office.staff
    new = unit(archive, "夜巡整治科", desk.named)
    case = desk.case()
    leader = staff["fang"].display_name
    desk.office.do("wang", case, "propose", words=f"拟请{leader}批示，由夜巡整治科办理")
    assert desk.sees(staff["fang"])
    assert desk.sees()
    desk.office.do("fang", case, "instruct", words=f"请夜巡整治科核实，请{leader}阅", unit=new)


def test_who_must_not_handle_a_case_is_found_in_the_words_that_say_so(desk: Desk) -> None:
    """Why somebody must not handle it is written where a leader sends it back."""
    unit(desk.office.archive, "夜巡整治科", desk.named)
    case = desk.case()
    desk.office.do("wang", case, "propose", words="拟请领导批示")
    desk.office.do("fang", case, "send_back", words="夜巡整治科集体参与，不宜由其办理")
    assert not desk.sees()


def test_the_audit_trail_has_no_free_text_but_the_reasons_of_access(desk: Desk) -> None:
    """Reasons stay in the chain that protects them; they are declared, and screened like any other text."""
    secret = "绝不外传的话"
    allowed = {
        "allowances.reason",
        "concerns.reason",
        "concern_reviews.reason",
        "audit_events.reason",
        "event_date_proposals.reason",
    }
    written = dict.fromkeys(WRITERS[place] for place in PLACES if place not in allowed | {"sources.name"})
    for write in written:
        desk.letter = desk.office.letter()
        write(desk, secret)
    with reading(desk.office.archive.sessions, SYSTEM.key) as session:
        assert not [event for event in session.scalars(select(AuditEvent)) if secret in json.dumps(event.details)]


def test_each_place_has_a_name_for_reviewers() -> None:
    assert {place.partition(".")[0] for place in PLACES} <= set(LOCATIONS)


def test_a_file_s_name_is_its_bringer_s_own_and_a_download_has_the_number(desk: Desk) -> None:
    archive = desk.office.archive
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        kept = archive.files.put(BytesIO(b"a picture"))
        session.execute(update(Source).values(name="反映产值的举报.PNG", sha256=kept.sha256))
        session.commit()
    own = letter_queries.letter(desk.wang, archive, desk.letter)
    others = letter_queries.letter(desk.named, archive, desk.letter)
    assert [file.name for file in own.files] == ["反映产值的举报.PNG"]
    assert [file.name for file in others.files] == [f"{own.number}-1.png"]
    for who in (desk.wang, desk.named):
        assert letter_queries.original(who, archive, desk.letter, 1).name == f"{own.number}-1.png"
