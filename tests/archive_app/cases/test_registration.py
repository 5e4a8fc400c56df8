"""Registration: what must be there, what stays readable, whom its words keep out, and the numbers. Chapter 一."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from archive_app.access.system import SYSTEM
from archive_app.cases import case_view, register
from archive_app.cases.registration import change_form, register_spoken
from archive_app.cases.registration import register as register_letter
from archive_app.domain import codes
from archive_app.domain.errors import (
    FieldMissing,
    FieldTooLong,
    FieldUnknown,
    FormChanged,
    HeadcountWrong,
    NotYetReady,
    ReceivedLater,
    RegisteredAlready,
    TooManyRepresentatives,
)
from archive_app.domain.registration_form import (
    CODED,
    IDENTITY,
    LENGTHS,
    MANDATORY,
    RegistrationForm,
    Signatory,
    cleaned,
)
from archive_app.errors import NotFound
from archive_app.review import restrictions
from archive_app.search import search
from archive_app.search.results import SearchRequest
from storage.models import Registration
from storage.session import reading
from tests.case_office import FORM, Office, on_both
from tests.office import public, read_letter


def numbers(office: Office, series: str) -> list[str]:
    with reading(office.archive.sessions, SYSTEM.key) as session:
        rows = select(Registration.register_no).where(Registration.series == series).order_by(Registration.id)
        return list(session.scalars(rows))


@pytest.mark.parametrize("channel", codes.CHANNELS)
def test_clause_1_1_every_channel_makes_a_case_with_both_moments(office: Office, channel: str) -> None:
    received = datetime.now(UTC) - timedelta(hours=3)
    case = register_spoken(office.staff["wang"], office.archive, replace(FORM, channel=channel), received_at=received)
    seen = office.look("wang", case)
    assert (seen.form.channel, seen.received_at) == (channel, received)
    assert seen.registered_at > received
    assert not seen.registered_late


def test_clause_1_1_registering_later_than_a_working_day_is_flagged(office: Office) -> None:
    received = datetime.now(UTC) - timedelta(days=12)
    case = register_spoken(office.staff["wang"], office.archive, FORM, received_at=received)
    assert office.look("wang", case).registered_late
    with pytest.raises(ReceivedLater):
        register_spoken(
            office.staff["wang"], office.archive, FORM, received_at=datetime.now(UTC) + timedelta(minutes=5)
        )


@pytest.mark.parametrize("name", MANDATORY)
def test_clause_1_2_a_missing_field_is_refused_by_name(office: Office, name: str) -> None:
    letter = office.letter()
    empty = 0 if name == "headcount" else ""
    with pytest.raises(FieldMissing) as refused:
        register_letter(office.staff["wang"], office.archive, letter, replace(FORM, **{name: empty}))  # type: ignore[arg-type]
    assert refused.value.values["field"] == name
    assert numbers(office, "general") == []


def test_clause_1_2_an_anonymous_letter_is_exempt_from_identity_only(office: Office) -> None:
    nameless = replace(FORM, anonymous=True)
    case = office.registered(nameless)
    kept = office.look("wang", case).form
    assert [getattr(kept, name) for name in IDENTITY] == ["", "", ""]
    assert kept.feedback_by == "none"
    with pytest.raises(FieldMissing):
        office.registered(replace(nameless, claims=""))


def test_clause_1_2_what_its_table_does_not_have_or_is_too_long_is_refused(office: Office) -> None:
    for name in CODED:
        with pytest.raises(FieldUnknown):
            office.registered(replace(FORM, **{name: "none of these"}))  # type: ignore[arg-type]
    for name, most in LENGTHS.items():
        with pytest.raises(FieldTooLong):
            office.registered(replace(FORM, channel="visit", **{name: "字" * (most + 1)}))  # type: ignore[arg-type]


def test_clause_1_2_a_joint_letter_names_its_signatories_and_at_most_five_speak_for_them(office: Office) -> None:
    signed = tuple(Signatory(f"联名{number}", represents=number < 5) for number in range(7))
    with pytest.raises(HeadcountWrong):
        office.registered(replace(FORM, headcount=7, signatories=signed))
    joint = replace(FORM, headcount=8, signatories=signed)
    assert office.look("wang", office.registered(joint)).form.is_joint
    six = tuple(replace(one, represents=True) for one in signed[:6])
    with pytest.raises(TooManyRepresentatives):
        office.registered(replace(joint, signatories=six))


@on_both
def test_clause_1_3_the_statement_stands_verbatim_and_old_versions_stay_readable(office: Office) -> None:
    said = "我说了三遍了，\n  没人管！！"
    case = office.registered(replace(FORM, verbatim_statement=said, registrar_note="情绪激动"))
    seen = office.look("wang", case)
    assert (seen.form.verbatim_statement, seen.form.registrar_note) == (said, "情绪激动")
    changed = replace(seen.form, verbatim_statement="改口说两遍。")
    assert change_form(office.staff["wang"], office.archive, case, changed, base_version=1) == 2
    assert change_form(office.staff["wang"], office.archive, case, changed, base_version=2) == 2
    newest, first = case_view.versions(office.staff["wang"], office.archive, case)
    assert (newest.form.verbatim_statement, first.form.verbatim_statement) == ("改口说两遍。", said)
    assert newest.changed == (("verbatim_statement", said, "改口说两遍。"),)


@on_both
def test_two_at_one_form_the_second_is_told_and_nothing_is_overwritten(office: Office) -> None:
    case = office.registered()
    one, other = replace(FORM, claims="先来"), replace(FORM, claims="后来")
    change_form(office.staff["zhou"], office.archive, case, one, base_version=1)
    with pytest.raises(FormChanged) as told:
        change_form(office.staff["wang"], office.archive, case, other, base_version=1)
    assert told.value.values["author"] == "周正清"
    assert office.look("wang", case).form.claims == "先来"


def test_clause_1_3_suggestions_never_write_into_the_form(office: Office) -> None:
    text = "来信人：赵素梅\n电话：13512345678"
    letter = read_letter(office.archive, office.staff["wang"], text, first=90)
    beside = register.to_register(office.staff["wang"], office.archive, letter)
    assert {hint.field: hint.value for hint in beside.hints} == {"petitioner": "赵素梅", "telephone": "13512345678"}
    case = register_letter(office.staff["wang"], office.archive, letter, FORM)
    assert office.look("wang", case).form == cleaned(FORM)


@on_both
def test_clause_1_4_fifty_at_once_get_numbers_without_gap_or_double(office: Office) -> None:
    letters = [office.letter() for _ in range(50)]
    failed: list[BaseException] = []

    def work(mine: list[str]) -> None:
        try:
            for letter in mine:
                register_letter(office.staff["wang"], office.archive, letter, FORM)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(letters[start::10],)) for start in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    year = register.register_page(office.staff["wang"], office.archive, None).year
    assert sorted(numbers(office, "general")) == [f"XF{year}-{number:04d}" for number in range(1, 51)]


def test_clause_1_4_a_void_keeps_its_number_and_says_why(office: Office) -> None:
    case = office.registered()
    number = office.look("wang", case).register_no
    office.do("zhou", case, "void", words="与前一件重复")
    office.registered()
    rows = register.whole_register(office.staff["wang"], office.archive, office.look("wang", case).registered_at.year)
    assert rows[0].register_no == number
    assert (rows[0].void, rows[0].void_reason) == (True, "与前一件重复")
    assert rows[1].register_no != number


@on_both
def test_a_case_that_somebody_must_not_know_of_has_a_number_that_tells_nothing(office: Office) -> None:
    first = office.registered()
    letter = office.letter()
    accused = public(office.archive, office.staff["fang"])
    restrictions.accuse(office.staff["wang"], office.archive, letter, person=accused, reason="信中所述")
    hidden = register_letter(office.staff["wang"], office.archive, letter, FORM)
    named = register_letter(
        office.staff["zhou"], office.archive, office.letter(), replace(FORM, registrar_note="何局长已批")
    )
    last = office.registered()
    year = office.look("wang", first).registered_at.year
    assert [office.look("wang", each).register_no for each in (first, last)] == [f"XF{year}-0001", f"XF{year}-0002"]
    separate = [office.look("wang", each).register_no for each in (hidden, named)]
    assert separate == numbers(office, "separate")
    assert all(number.startswith(f"XZ{year}-") and len(number) == 15 for number in separate)
    shown = register.register_page(office.staff["fang"], office.archive, None)
    assert {row.register_no for row in shown.rows} == {f"XF{year}-0001", f"XF{year}-0002", separate[1]}
    with pytest.raises(NotFound):
        office.look("fang", hidden)


@on_both
def test_who_is_named_in_the_form_is_kept_out_at_once_also_who_writes_it(office: Office) -> None:
    case = register_letter(
        office.staff["wang"], office.archive, office.letter(), replace(FORM, verbatim_statement="王登记骂人")
    )
    with pytest.raises(NotFound):
        office.look("wang", case)
    assert office.look("zhou", case).form.verbatim_statement == "王登记骂人"
    other = office.registered()
    change_form(
        office.staff["zhou"], office.archive, other, replace(FORM, registrar_note="方致远知道此事"), base_version=1
    )
    with pytest.raises(NotFound):
        office.look("fang", other)


def test_what_is_written_down_is_found_and_shown_where_the_paper_does_not_say_it(office: Office) -> None:
    office.registered(replace(FORM, verbatim_statement="鼎沸之声不绝于耳"))
    (hit,) = search.search(office.staff["wang"], office.archive, SearchRequest(text="鼎沸")).results
    assert "鼎沸" in [text for text, marked in hit.snippet if marked]


def test_nobody_registers_twice_or_what_is_not_read_yet(office: Office) -> None:
    letter = office.letter()
    register_letter(office.staff["wang"], office.archive, letter, FORM)
    with pytest.raises(RegisteredAlready):
        register_letter(office.staff["zhou"], office.archive, letter, FORM)
    unread = read_letter(office.archive, office.staff["wang"], "只读出一半", failed=True, first=91)
    with pytest.raises(NotYetReady):
        register_letter(office.staff["wang"], office.archive, unread, FORM)
    with pytest.raises(NotFound):
        register_letter(office.staff["fang"], office.archive, office.letter(), FORM)


def test_repeats_are_found_by_name_or_telephone_among_what_the_reader_sees(office: Office) -> None:
    first = office.registered()
    clerk = office.staff["wang"]

    def found(**wanted: str) -> list[str]:
        return [each.public_id for each in case_view.repeats(clerk, office.archive, **wanted)]  # type: ignore[arg-type]

    assert found(petitioner="陈淑珍", telephone="") == [first]
    assert found(petitioner="", telephone="13800000000") == [first]
    assert found(petitioner="陈", telephone="1") == []
    restrictions.recuse(
        office.staff["zhou"],
        office.archive,
        office.look("zhou", first).letters[0].public_id,
        person=public(office.archive, clerk),
        reason="亲属",
    )
    assert found(petitioner="陈淑珍", telephone="") == []


def test_a_form_is_the_same_after_it_was_kept() -> None:
    form = cleaned(replace(FORM, headcount=2, signatories=(Signatory("李四", "某街", "1", represents=True),)))
    assert RegistrationForm.of(form.content) == form
