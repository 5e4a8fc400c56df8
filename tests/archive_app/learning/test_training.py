"""Classes and purposes learned from closed cases: who teaches, what is suggested, what withdraws it at its commit."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import select, update

from archive_app.access.system import SYSTEM
from archive_app.cases import register
from archive_app.cases.registration import register as register_letter
from archive_app.commands.cli import EXIT_INTERRUPTED, main
from archive_app.errors import NotFound
from archive_app.learning import suggestions
from archive_app.learning.results import Likely
from archive_app.learning.suggestions import LEAST_CHARACTERS, likely
from archive_app.learning.training import TrainingOutcome, last_day_before, lessons_of, retrain, train_models
from archive_app.review import restrictions
from archive_app.runtime.archive import Archive
from archive_app.suggesting.errors import BadExamples, TooFewExamples
from archive_app.suggesting.features import FeatureSettings, features
from archive_app.worker.retraining import Learner
from storage.models import Case, Registration, SuggestionModel, Training, TrainingExample
from storage.session import reading, unit_of_work
from tests.case_office import FORM, Office, on_both
from tests.office import public, read_letter

NOISE = ("工地夜间施工噪声扰民", "打桩机噪声扰民无法入睡", "搅拌车噪声扰民影响老人")
SURVEY = ("入户调查员没有出示证件", "普查员多次上门入户调查", "经济普查入户登记时间过长")
PAY = ("退休人员工资没有按时发放", "工资调整没有按照规定补发", "退休待遇计算有误请求补发")
TODAY = date(2026, 6, 1)


def example(content_class: str, purpose: str, words: str, number: int) -> dict[str, str]:
    text = f"尊敬的领导，{words}，这是第{number}次反映，请尽快处理。"
    return {"title": words, "text": text, "content_class": content_class, "purpose": purpose}


def lines(*found: dict[str, str]) -> bytes:
    return "\n".join(json.dumps(each, ensure_ascii=False) for each in found).encode()


GIVEN = lines(
    *(example("TJ3", "request", words, number) for number, words in enumerate(NOISE * 4)),
    *(example("TJ4", "consultation", words, number) for number, words in enumerate(SURVEY * 4)),
)


@pytest.fixture(autouse=True)
def _june() -> object:
    with time_machine.travel(datetime(2026, 6, 1, 2, tzinfo=UTC), tick=True):
        yield


def closed(office: Office, content_class: str = "TJ7", words: str = PAY[0]) -> str:
    """A case of the general series that has ended; its public id."""
    form = replace(FORM, content_class=content_class, main_problem=words)
    case = register_letter(office.staff["wang"], office.archive, office.letter(f"{words}，盼复"), form)
    office.do("wang", case, "redirect", authority="区人社局", route="行政复议")
    return case


def learn(archive: Archive, *, given: bytes = GIVEN, last_day: date = TODAY) -> TrainingOutcome:
    return train_models(archive, last_day=last_day, given=given, measure=False)


def models(archive: Archive) -> dict[str, bytes]:
    with reading(archive.sessions) as session:
        return {row.field: row.content for row in session.scalars(select(SuggestionModel))}


def counts(taught: TrainingOutcome) -> dict[str, int]:
    return dict(taught.fields[0].examples)


def of_case(office: Office, case: str) -> int:
    with reading(office.archive.sessions, SYSTEM.key) as session:
        return session.scalars(select(Case.id).where(Case.public_id == case)).one()


def _letter(office: Office, case: str) -> str:
    return office.look("wang", case).letters[0].public_id


@on_both
def test_the_form_is_told_the_likeliest_classes_and_the_likeliest_purpose(office: Office) -> None:
    letter = office.letter(f"{SURVEY[0]}\n{SURVEY[1]}")
    assert register.to_register(office.staff["wang"], office.archive, letter).likely == Likely()
    learn(office.archive)
    found = register.to_register(office.staff["wang"], office.archive, letter).likely
    assert [each.code for each in found.content_class] == ["TJ4", "TJ3"]
    assert [each.code for each in found.purpose] == ["consultation"]
    assert found.content_class[0].percent > 60
    assert sum(each.percent for each in found.content_class) in (99, 100, 101)
    spoken = likely(office.staff["zhou"], office.archive, main_problem=NOISE[0], verbatim_statement="夜里睡不着")
    assert spoken.content_class[0].code == "TJ3"
    assert likely(office.staff["wang"], office.archive, main_problem=NOISE[0][: LEAST_CHARACTERS - 1]) == Likely()
    assert likely(office.staff["wang"], office.archive, main_problem="龘" * 40) == Likely()
    with pytest.raises(NotFound):
        likely(office.staff["han"], office.archive, main_problem=NOISE[0])


@on_both
def test_closed_cases_teach_and_nobody_may_have_to_be_kept_from_them(office: Office) -> None:
    """The set of examples: a case of every kind that may not teach, and not one of them does."""
    plain = closed(office)
    registered = register_letter(
        office.staff["wang"], office.archive, office.letter(PAY[1]), replace(FORM, content_class="TJ7")
    )
    restricted = closed(office, words=PAY[2])
    restrictions.restrict(office.staff["he"], office.archive, _letter(office, restricted), restricted=True, reason="慎")
    accused = closed(office, words="工资核算人员态度恶劣")
    restrictions.recuse(
        office.staff["wang"],
        office.archive,
        _letter(office, accused),
        person=public(office.archive, office.staff["han"]),
        reason="亲属",
    )
    named = closed(office, words="韩立群没有补发退休工资")
    assert office.look("wang", registered).state == "registered"
    taught = learn(office.archive)
    assert (taught.cases, taught.given, counts(taught)["TJ7"]) == (1, 24, 1)
    with reading(office.archive.sessions, SYSTEM.key) as session:
        assert session.scalars(select(TrainingExample.case_id)).all() == [of_case(office, plain)]
        series = dict(session.execute(select(Case.public_id, Registration.series).join(Registration)).all())  # type: ignore[arg-type]
    assert series[named] == "separate"
    assert series[accused] == "general"


def test_a_case_teaches_only_some_time_after_its_end(office: Office) -> None:
    with time_machine.travel(datetime(2026, 4, 30, 15, 59, tzinfo=UTC), tick=False):
        closed(office)
    with time_machine.travel(datetime(2026, 4, 30, 16, 0, tzinfo=UTC), tick=False):
        closed(office, words=PAY[1])
    assert last_day_before(datetime(2026, 5, 30, 2, tzinfo=UTC)) == date(2026, 4, 30)
    assert learn(office.archive, last_day=date(2026, 4, 29)).cases == 0
    assert learn(office.archive, last_day=date(2026, 4, 30)).cases == 1
    assert learn(office.archive, last_day=date(2026, 5, 1)).cases == 2


@on_both
@pytest.mark.parametrize("how", ["accused", "recused", "restricted"])
def test_what_makes_a_case_hidden_withdraws_the_models_in_its_own_commit(office: Office, how: str) -> None:
    """And they are learned anew as if the case had never come: byte for byte."""
    archive, wang = office.archive, office.staff["wang"]
    learn(archive)
    without = models(archive)
    case = closed(office)
    assert learn(archive).cases == 1
    assert models(archive) != without
    letter = _letter(office, case)
    if how == "accused":
        # The one accused registers letters himself: he is kept out by this very act.
        person = public(archive, office.staff["zhou"])
        restrictions.accuse(
            wang, archive, letter, person=person, reason="被反映", listed=[public(archive, office.staff["he"])]
        )
    elif how == "restricted":
        restrictions.restrict(office.staff["he"], archive, letter, restricted=True, reason="慎")
    else:
        restrictions.recuse(wang, archive, letter, person=public(archive, wang), reason="亲属")
    assert models(archive) == {}
    assert likely(office.staff["zhou"], archive, main_problem=NOISE[0]) == Likely()
    assert retrain(archive)
    assert models(archive) == without
    assert not retrain(archive)


def test_a_case_that_did_not_teach_withdraws_nothing(office: Office) -> None:
    closed(office)
    learn(office.archive)
    before = models(office.archive)
    other = register_letter(office.staff["wang"], office.archive, office.letter(PAY[1]), FORM)
    restrictions.restrict(
        office.staff["he"], office.archive, _letter(office, other), restricted=True, reason="内容敏感"
    )
    assert models(office.archive) == before
    assert not retrain(office.archive)


def test_a_case_that_is_hidden_while_it_is_learned_from_is_not_in_the_model(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn(office.archive)
    without = models(office.archive)
    letter = _letter(office, closed(office))
    from archive_app.learning import training

    really, hidden = training.train, []

    def and_meanwhile(examples):  # type: ignore[no-untyped-def]
        if not hidden:
            hidden.append(letter)
            restrictions.restrict(office.staff["he"], office.archive, letter, restricted=True, reason="慎")
        return really(examples)

    monkeypatch.setattr(training, "train", and_meanwhile)
    assert learn(office.archive).cases == 0
    assert hidden
    assert models(office.archive) == without


def test_when_too_little_is_left_nothing_is_suggested_any_more(office: Office) -> None:
    for number in range(10):
        closed(office, words=f"{PAY[number % 3]}{'甲乙丙丁戊己庚辛壬癸'[number]}")
    last = closed(office, words="退休工资少发了两个月")
    given = lines(*(example("TJ3", "request", words, number) for number, words in enumerate(NOISE * 4)))
    assert [each.kept for each in learn(office.archive, given=given).fields] == [True, False]
    with unit_of_work(office.archive.sessions, SYSTEM.key) as session:
        session.execute(update(Case).where(Case.public_id != last).values(restricted=True))
        session.commit()
    assert retrain(office.archive)
    with reading(office.archive.sessions, SYSTEM.key) as session:
        assert session.scalars(select(Training)).all() == []
        assert session.scalars(select(TrainingExample)).all() == []


def test_what_cannot_be_learned_leaves_the_old_models(office: Office) -> None:
    learn(office.archive)
    before = models(office.archive)
    with pytest.raises(TooFewExamples):
        learn(office.archive, given=b"")
    with pytest.raises(BadExamples, match=r"line=2, name=cases\.jsonl$"):
        train_models(office.archive, last_day=TODAY, given=GIVEN.split(b"\n")[0] + b"\n{}", name="cases.jsonl")
    assert models(office.archive) == before


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b"{",
        b"\xff",
        b'{"title": "x", "text": "y"}',
        b'{"title": "x", "content_class": "TJ33"}',
        b'{"title": "x", "content_class": ["TJ3"]}',
        b'{"content_class": "TJ3"}',
        b'{"title": 4, "content_class": "TJ3"}',
    ],
)
def test_an_example_that_is_none_is_refused(line: bytes) -> None:
    with pytest.raises(BadExamples):
        lessons_of(line)


def test_what_the_letter_names_is_told_with_its_place(office: Office) -> None:
    letter = read_letter(office.archive, office.staff["wang"], "反映工资问题，请韩立群答复")
    found = register.to_register(office.staff["wang"], office.archive, letter).named
    assert [(each.words, each.places) for each in found] == [("韩立群", ((1, 1),))]
    assert register.to_register(office.staff["wang"], office.archive, office.letter(NOISE[0])).named == ()


def test_the_command_says_what_it_learned_and_from_which_day(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    closed(office)
    monkeypatch.setattr("archive_app.runtime.archive.open_archive", lambda _folder: office.archive)
    examples = office.archive.settings.folder / "more.jsonl"
    examples.write_bytes(GIVEN)
    said = CliRunner().invoke(main, ["train-classes", "--examples", str(examples), "--days", "0"])
    assert said.exit_code == 0, said.output
    assert "1 closed cases that had ended by 2026-06-01, and from 24 given examples" in said.output
    assert "Content class: macro-F1 1.000" in said.output
    assert f"{12:>7}  TJ4" in said.output
    assert "too few" in said.output
    assert set(models(office.archive)) == {"content_class", "purpose"}
    assert CliRunner().invoke(main, ["train-classes", "--again"]).output == ""
    refused = CliRunner().invoke(main, ["train-classes"])
    assert (refused.exit_code, "at least 10 different letters" in refused.output) == (1, True)


def test_who_interrupts_the_command_keeps_what_was_learned_before(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn(office.archive)
    before = models(office.archive)
    monkeypatch.setattr("archive_app.runtime.archive.open_archive", lambda _folder: office.archive)
    examples = office.archive.settings.folder / "more.jsonl"
    examples.write_bytes(GIVEN + b"\n" + GIVEN.replace("第".encode(), "之".encode()))

    def stopped(*_whatever: object) -> float:
        raise KeyboardInterrupt

    monkeypatch.setattr("archive_app.learning.training.cross_validated", stopped)
    assert CliRunner().invoke(main, ["train-classes", "--examples", str(examples)]).exit_code == EXIT_INTERRUPTED
    assert models(office.archive) == before


@on_both
def test_the_worker_has_learned_anew_what_was_withdrawn(office: Office) -> None:
    learn(office.archive)
    without = models(office.archive)
    letter = _letter(office, closed(office))
    learn(office.archive)
    learner = Learner(office.archive)
    learner.look()
    assert learner.child is None, "nothing was withdrawn"
    restrictions.restrict(office.staff["he"], office.archive, letter, restricted=True, reason="慎")
    learner.look()
    assert learner.child is not None
    assert learner.child.wait(240) == 0
    assert models(office.archive) == without
    learner.stop()


def test_a_suggestion_looks_at_a_bounded_part_of_a_text(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work is bounded by what is looked at; how long it takes is measured in `tests/bench/suggesting.py`."""
    learn(office.archive)
    looked_at: list[int] = []

    def counted(title: str, text: str, settings: FeatureSettings) -> dict[int, float]:
        looked_at.append(len(text))
        return features(title, text, settings)

    monkeypatch.setattr(suggestions, "features", counted)
    chance = random.Random(4)
    statement = "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(30_000))
    found = likely(office.staff["wang"], office.archive, main_problem=SURVEY[0], verbatim_statement=statement)
    assert found != Likely()
    assert looked_at
    assert max(looked_at) == suggestions.MOST_CHARACTERS < len(statement)
