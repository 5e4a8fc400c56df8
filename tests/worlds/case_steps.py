"""What is done with cases: letters are registered, visits come, cases go their way. Steps, as in `steps.py`."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from archive_app.access.identity import Reader
from archive_app.audit.record import record
from archive_app.cases import actions, case_view, deadlines, register, registration
from archive_app.cases.results import CaseView, OfferView
from archive_app.domain.action_input import ActionInput
from archive_app.domain.codes import CONDUCT
from archive_app.domain.deadlines import Chosen
from archive_app.domain.registration_form import RegistrationForm
from archive_app.errors import NotFound
from archive_app.learning.training import train_models
from archive_app.letters.extracts import making, queries
from archive_app.letters.extracts.plan import ExtractPlan, PagePlan
from archive_app.office_time import office_day
from archive_app.suggesting.training import LEAST_EXAMPLES
from storage.session import unit_of_work
from tests.worlds.paper import Sheet, file_of
from tests.worlds.steps import COMPLAINT, AccountAction, Step
from tests.worlds.world import World

FORM = RegistrationForm(
    channel="letter",
    petitioner="陈淑珍",
    address="河东路12号",
    purpose="request",
    locality="120116",
    content_class="TJ3",
    sector="statistics",
    cause="policy",
    main_problem="施工噪声",
    claims="请求答复",
    feedback_by="telephone",
    conduct=CONDUCT,
)


ELSEWHERE = "\n".join(
    json.dumps({"title": words, "text": f"{words}，第{number}次反映", "content_class": code, "purpose": purpose})
    for code, purpose, words, count in (
        ("TJ3", "request", "夜间施工噪声扰民多次投诉未果", LEAST_EXAMPLES),
        ("TJ0", "opinion", "小区北门外违章建筑长期无人拆除", LEAST_EXAMPLES),
        ("TJ8", "appeal", "工作人员作风散漫推诿", LEAST_EXAMPLES - 1),
    )
    for number in "甲乙丙丁戊己庚辛壬癸"[:count]
).encode()
"""Examples from elsewhere, which teach in both worlds."""

ONWARD = ("propose", "instruct", "hand_over", "acknowledge_receipt", "submit_result", "sign_off", "take_back", "close")
BEFORE = ("record_finding", "give_feedback")
"""The acts of the ordinary way, and those that must be done before the next of them."""


@dataclass(frozen=True, slots=True)
class Register(AccountAction):
    """A letter gets its number; `words` stand in its form. `repeats` is the label of an earlier letter."""

    words: str
    content_class: str = "TJ3"
    repeats: str = ""

    def do(self, world: World, reader: Reader, letter: str) -> object:
        earlier = case_view.of_letter(reader, world.archive, world.letter(self.repeats)) if self.repeats else None
        form = replace(
            FORM, verbatim_statement=self.words, main_problem=self.words[:9], content_class=self.content_class
        )
        case = registration.register(reader, world.archive, letter, form, repeats=earlier)
        return case_view.case(reader, world.archive, case)


@dataclass(frozen=True, slots=True)
class RegisterSpoken(Step):
    """Somebody comes or calls; the record is called `label` from then on. `key`: another system sends it."""

    label: str
    words: str
    channel: str = "visit"
    key: str = ""

    def play(self, world: World) -> object:
        world.notes["labels"] = (self.label,)
        try:
            case = registration.register_spoken(
                world.reader(self.by),
                world.archive,
                replace(FORM, channel=self.channel, verbatim_statement=self.words),
                received_at=datetime.now(UTC) - timedelta(hours=1),
                idempotency_key=registration.IdempotencyKey(self.key, self.words[:64]) if self.key else None,
            )
        finally:
            world.notes.pop("labels", None)
        world.note_letters()
        return case


@dataclass(frozen=True, slots=True)
class ChangeForm(AccountAction):
    """The form of a registered case is put right: the statement says `words` now."""

    words: str

    def do(self, world: World, reader: Reader, letter: str) -> object:
        found = _case(world, reader, letter)
        form = replace(found.form, verbatim_statement=self.words)
        return registration.change_form(reader, world.archive, found.public_id, form, base_version=found.version)


@dataclass(frozen=True, slots=True)
class DoSomething(AccountAction):
    """Whoever sees the case carries it on, or does what `pick` (0..1) chooses among all that they may.

    `whom` (0..1) chooses the unit and the persons, where some are needed, unless it is this `unit`. With `code` it is
    this act and no other. `words` are written in the field that `place` (0..1) chooses.
    """

    pick: float = 0.0
    whom: float = 0.0
    unit: str = ""
    code: str = ""
    words: str = "按规定办理"
    place: float = 0.0

    def do(self, world: World, reader: Reader, letter: str) -> object:
        found = _case(world, reader, letter)
        can = [offer for offer in found.offers if not offer.missing]
        if self.code:
            can = [offer for offer in can if offer.transition.code == self.code]
        elif not self.pick:
            onward = [
                offer
                for offer in can
                if offer.transition.code in ONWARD and offer.transition.to not in ("", found.state)
            ]
            can = onward or [offer for offer in can if offer.transition.code in BEFORE]
        if not can:
            raise NotFound
        offer = can[min(int(self.pick * len(can)), len(can) - 1)]
        given = _action_input(offer, found, self.whom)
        if given.unit and self.unit:
            given = replace(given, unit=f"unit-{self.unit}")
        given = _with_words(given, offer, self.words, self.place)
        actions.perform(reader, world.archive, found.public_id, offer.transition.code, given, seen=found.seen)
        return found


@dataclass(frozen=True, slots=True)
class Extract(AccountAction):
    """A redacted extract of a letter, called `label` from then on: its first line is blacked out."""

    label: str
    stays: tuple[str, ...] = ()
    """What is left of a letter of one page."""

    def do(self, world: World, reader: Reader, letter: str) -> object:
        found = queries.draft(reader, world.archive, letter)
        pages = tuple(
            PagePlan(each.page.number, each.page.scan, each.page.version, frozenset({0})) for each in found.pages
        )
        world.notes["labels"] = (self.label,)
        try:
            return making.make(reader, world.archive, letter, ExtractPlan(pages, len(pages), knowing=True))
        finally:
            world.notes.pop("labels", None)
            world.note_letters()

    def without_complaint(self) -> Step:
        return ScanOfExtract(self.by, self.label, self.stays) if self.letter == COMPLAINT else self


@dataclass(frozen=True, slots=True)
class ScanOfExtract(Step):
    """A sheet with black places is scanned in, and there is no letter that it was made of."""

    label: str
    stays: tuple[str, ...]

    def play(self, world: World) -> object:
        reader, now = world.reader(self.by), datetime.now(UTC)
        number = making.new_number(now)
        file = world.archive.settings.work / f"{number}.pdf"
        file.write_bytes(file_of(Sheet(self.stays)))
        world.notes["labels"] = (self.label,)
        with unit_of_work(world.archive.sessions, reader.key) as session, file.open("rb") as stream:
            scan = making.new_scan(session, reader, file, number, now, channel="letter", pages=1, name="来信扫描.pdf")
            record(session, reader, "received", scan)
            world.archive.files.put(stream)
            session.commit()
            made, receipt = scan.id, scan.intake.public_id
        file.unlink()
        world.archive.queue.wake([made])
        world.notes.pop("labels", None)
        world.note_letters()
        return receipt


@dataclass(frozen=True, slots=True)
class Train(Step):
    """The operator has classes and purposes learned, from the office's closed cases and some examples from elsewhere.

    One class lacks a single example: a case that taught it, and must not, would bring it onto the forms.
    """

    def play(self, world: World) -> object:
        train_models(world.archive, last_day=office_day(datetime.now(UTC)), given=ELSEWHERE, measure=False)
        return None


@dataclass(frozen=True, slots=True)
class LookAtWork(Step):
    """Somebody looks at the register, at what waits for them, and at the time limits."""

    def play(self, world: World) -> object:
        reader = world.reader(self.by)
        found = register.work(reader, world.archive)
        limits = deadlines.deadlines(reader, world.archive, Chosen(month=office_day(datetime.now(UTC)).replace(day=1)))
        return found, limits, register.register_page(reader, world.archive, None)


def _case(world: World, reader: Reader, letter: str) -> CaseView:
    public_id = case_view.of_letter(reader, world.archive, letter)
    if public_id is None:
        raise NotFound
    return case_view.case(reader, world.archive, public_id)


TEXTS = ("words", "evidence", "papers", "authority", "route")
"""The fields of an act in which a person may write what they want."""


def _with_words(given: ActionInput, offer: OfferView, words: str, place: float) -> ActionInput:
    """The same act, with these words in one of the fields that it takes."""
    texts = [name for name in TEXTS if name == "words" or name in (*offer.needs, *offer.takes)]
    return replace(given, **{texts[min(int(place * len(texts)), len(texts) - 1)]: words})


def _action_input(offer: OfferView, found: CaseView, whom: float) -> ActionInput:
    """Something in every field that is needed."""

    def one(offered: tuple[str, ...]) -> str:
        return offered[min(int(whom * len(offered)), len(offered) - 1)] if offered else ""

    needs = offer.needs
    instructor = one(tuple(each.value for each in found.instructors)) if "instructor" in needs else ""
    named = one(tuple(each.value for each in found.investigators)) if "investigators" in needs else ""
    return ActionInput(
        unit=one(tuple(each.value for each in found.units)) if "unit" in needs else "",
        instructor=instructor,
        investigators=(named,) if named else (),
        days=5 if "days" in needs else 0,
        authority="区政府" if "authority" in needs else "",
        route="行政复议" if "route" in needs else "",
        way_of_handling="direct_reply" if "way_of_handling" in needs else "",
        feedback_by="telephone" if "feedback_by" in needs else "",
        other="XF2026-0001" if "other" in needs else "",
    )
