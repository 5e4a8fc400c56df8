"""The restricted access review: two persons decide what a name in a letter means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.errors import NotFound, ReasonMissing, ReviewedAlready
from archive_app.letters import queries as letter_queries
from archive_app.people import accounts
from archive_app.people.sign_in import add_account, hashed, local_reader
from archive_app.review import decisions, restrictions
from archive_app.review.queries import restrictions as view
from archive_app.review.results import MentionToReview
from archive_app.runtime.archive import Archive
from archive_app.screening.matching import catch_up
from archive_app.site import create_app
from storage.models import Account, AuditEvent, Concern
from storage.session import reading, unit_of_work
from tests.archive_app.review.test_restrictions import sees
from tests.archive_app.views.test_site import PASSWORD, sign_in, token
from tests.office import namesake, on_both, open_office, people, public, read_letter, unit

Office = Mapping[str, Reader]
TEXT = "建议崔档案同志公开窗口服务时间"


@pytest.fixture
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    with open_office(getattr(request, "param", "sqlite"), tmp_path / "archive") as opened:
        yield opened


@pytest.fixture
def office(archive: Archive) -> Office:
    return people(archive)


@pytest.fixture
def letter(archive: Archive, office: Office) -> str:
    return read_letter(archive, office["wang"], TEXT)


@pytest.fixture
def mention(archive: Archive, office: Office, letter: str) -> MentionToReview:
    (found,) = decisions.waiting(office["shen"], archive)
    return found


def decide(archive: Archive, who: Reader, mention: MentionToReview, decision: decisions.Decision) -> None:
    decisions.decide(who, archive, mention.concern.public_id, decision, reason=f"{who.display_name}核对过")


def test_a_mention_keeps_its_person_out_and_stands_in_the_queue(
    archive: Archive, office: Office, letter: str, mention: MentionToReview
) -> None:
    assert not sees(archive, office["cui"], letter)
    assert (mention.letter_id, mention.heading) == (letter, TEXT)
    assert (mention.concern.kind, mention.concern.whom) == ("mentioned", "崔档案")
    (pieces,) = mention.concern.contexts
    assert "".join(text for text, _ in pieces) == TEXT
    assert [text for text, hit in pieces if hit] == ["崔档案"]


@on_both
def test_two_that_clear_it_end_it_and_the_reviewers_lose_sight_of_the_letter(
    archive: Archive, office: Office, letter: str, mention: MentionToReview
) -> None:
    decide(archive, office["shen"], mention, "cleared")
    assert not sees(archive, office["cui"], letter)
    (waiting,) = decisions.waiting(office["mei"], archive)
    assert waiting.concern.said is not None
    said = waiting.concern.said
    assert (said.by, said.decision, said.reason) == ("沈从新", "cleared", "沈从新核对过")
    assert sees(archive, office["mei"], letter)
    decide(archive, office["mei"], waiting, "cleared")
    assert sees(archive, office["cui"], letter)
    assert decisions.waiting(office["mei"], archive) == ()
    assert not sees(archive, office["mei"], letter)
    with pytest.raises(NotFound):
        decide(archive, office["mei"], waiting, "cleared")


def test_two_that_confirm_it_keep_the_person_out_for_good(
    archive: Archive, office: Office, letter: str, mention: MentionToReview
) -> None:
    decide(archive, office["shen"], mention, "confirmed")
    decide(archive, office["mei"], mention, "confirmed")
    assert not sees(archive, office["cui"], letter)
    assert decisions.waiting(office["shen"], archive) == ()
    (kept,) = view(office["zhou"], archive, letter).mentioned
    assert kept.confirmed_at is not None


def test_one_person_does_not_decide_twice(archive: Archive, office: Office, mention: MentionToReview) -> None:
    decide(archive, office["shen"], mention, "cleared")
    for decision in ("cleared", "confirmed"):
        with pytest.raises(ReviewedAlready):
            decide(archive, office["shen"], mention, decision)  # type: ignore[arg-type]
    (own,) = decisions.waiting(office["shen"], archive)
    assert own.concern.said_by_me


def test_two_that_disagree_begin_again(archive: Archive, office: Office, letter: str, mention: MentionToReview) -> None:
    decide(archive, office["shen"], mention, "cleared")
    decide(archive, office["mei"], mention, "confirmed")
    (again,) = decisions.waiting(office["shen"], archive)
    assert again.concern.said is None
    # What was said in the round before does not count in this one.
    decide(archive, office["mei"], mention, "cleared")
    assert not sees(archive, office["cui"], letter)
    decide(archive, office["shen"], mention, "cleared")
    assert sees(archive, office["cui"], letter)


def test_who_is_concerned_reviews_nothing_and_what_they_said_before_does_not_count(
    archive: Archive, office: Office, letter: str, mention: MentionToReview
) -> None:
    decide(archive, office["shen"], mention, "cleared")
    restrictions.recuse(office["wang"], archive, letter, person=public(archive, office["shen"]), reason="亲属")
    assert decisions.waiting(office["shen"], archive) == ()
    with pytest.raises(NotFound):
        decide(archive, office["shen"], mention, "cleared")
    decide(archive, office["mei"], mention, "cleared")
    assert not sees(archive, office["cui"], letter)
    assert [each.concern.said_by_me for each in decisions.waiting(office["mei"], archive)] == [True]


def test_only_access_reviewers_review_with_a_reason_what_there_is(
    archive: Archive, office: Office, mention: MentionToReview
) -> None:
    for who in ("wang", "he", "cui"):
        with pytest.raises(NotFound):
            decisions.waiting(office[who], archive)
        with pytest.raises(NotFound):
            decide(archive, office[who], mention, "cleared")
    with pytest.raises(ReasonMissing):
        decisions.decide(office["shen"], archive, mention.concern.public_id, "cleared", reason="")
    for concern, decision in (("none", "cleared"), (mention.concern.public_id, "forgotten")):
        with pytest.raises(NotFound):
            decisions.decide(office["shen"], archive, concern, decision, reason="核对过")  # type: ignore[arg-type]


@on_both
def test_a_wrong_accusation_is_ended_by_two_who_see_the_case(archive: Archive, office: Office) -> None:
    letter = read_letter(archive, office["wang"], "建议延长办事大厅开放时间", channel="fax")
    accused = unit(archive, "夜巡整治科", office["zhou"])
    both = [public(archive, office["shen"]), public(archive, office["mei"])]
    restrictions.accuse(office["wang"], archive, letter, unit=accused, reason="信中所称", listed=both)
    (concern,) = view(office["shen"], archive, letter).accused
    for who in ("shen", "mei"):
        assert not sees(archive, office["zhou"], letter)
        decisions.decide(office[who], archive, concern.public_id, "cleared", reason="另有其单位")
    assert view(office["shen"], archive, letter).accused == ()
    restrictions.restrict(office["shen"], archive, letter, restricted=False, reason="不涉及任何人")
    assert sees(archive, office["zhou"], letter)


@on_both
def test_mentions_in_restricted_cases_are_for_reviewers_on_the_list_and_leave_a_trace(
    archive: Archive, office: Office, letter: str
) -> None:
    restrictions.restrict(office["wang"], archive, letter, restricted=True, reason="涉密")
    assert decisions.waiting(office["shen"], archive) == ()
    assert view(office["wang"], archive, letter).too_few_reviewers
    for name in ("shen", "mei"):
        person = public(archive, office[name])
        restrictions.allow(office["wang"], archive, letter, person=person, kind="listed", reason="审查")
    assert not view(office["wang"], archive, letter).too_few_reviewers
    assert len(decisions.waiting(office["shen"], archive)) == 1
    with reading(archive.sessions, SYSTEM.key) as session:
        last = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert last is not None
        assert (last.action, last.account_id) == ("found", office["shen"].account_id)


def test_a_namesake_without_a_place_in_the_letter_is_reviewed_too(
    archive: Archive, office: Office, letter: str
) -> None:
    namesake(archive, "fang2", "方致远")
    both = [public(archive, office["shen"]), public(archive, office["mei"])]
    restrictions.accuse(
        office["wang"], archive, letter, person=public(archive, office["fang"]), reason="信中所称", listed=both
    )
    found = {each.concern.whom.split(" ")[0] for each in decisions.waiting(office["shen"], archive)}
    assert found == {"崔档案", "方致远"}


def test_each_word_of_a_reviewer_is_a_row_of_the_letter_s_history(
    archive: Archive, office: Office, letter: str, mention: MentionToReview
) -> None:
    decide(archive, office["shen"], mention, "cleared")
    decide(archive, office["mei"], mention, "cleared")
    told = [
        entry for entry in letter_queries.history(office["zhou"], archive, letter) if entry.action.startswith("review")
    ]
    assert [(entry.actor, entry.action, entry.values["decided"]) for entry in reversed(told)] == [
        ("沈从新", "review_cleared", False),
        ("梅映雪", "review_cleared", True),
    ]


def test_a_misread_name_is_marked_where_it_stands(archive: Archive, office: Office, letter: str) -> None:
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        concern = session.scalars(select(Concern)).one()
        concern.contexts = ["建议崔裆案同志公开"]
        session.commit()
    (found,) = decisions.waiting(office["shen"], archive)
    assert found.concern.contexts == ((("建议", False), ("崔裆案", True), ("同志公开", False)),)


def signed_in(archive: Archive, name: str) -> FlaskClient:
    client = create_app(archive).test_client()
    assert sign_in(client, name, PASSWORD).status_code == 303
    return client


def test_an_account_waits_on_the_page_until_somebody_else_confirms_it(archive: Archive, office: Office) -> None:
    add_account(archive, "admin", PASSWORD, display_name="管系统", roles=("system_administrator",))
    add_account(archive, "reviewer", PASSWORD, display_name="审复核", roles=("access_reviewer",))
    person = public(archive, office["zhou"])
    administrator = local_reader(archive, "admin")
    accounts.add_account(administrator, archive, person, name="zhou2", roles=("office_head",))
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        session.execute(update(Account).where(Account.name == "zhou2").values(password_hash=hashed(PASSWORD)))
        session.commit()
    letter = read_letter(archive, office["wang"], "", channel="visit")

    head = signed_in(archive, "zhou2")
    home = head.get("/").get_data(as_text=True)
    assert "您的账号正在等待确认" in home
    assert head.get(f"/letters/{letter}").status_code == 404

    reviewer = signed_in(archive, "reviewer")
    page = reviewer.get("/review").get_data(as_text=True)
    assert "zhou2" in page
    (address,) = re.findall(r'action="(/review/accounts/[^"]+)"', page)
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', page)
    csrf = token(reviewer, "/review")
    assert reviewer.post(address, data={"csrf_token": csrf, "seen": "昨天", "reason": "新任主任"}).status_code == 404
    assert reviewer.post(address, data={"csrf_token": csrf, "seen": seen, "reason": " "}).status_code == 400
    answer = reviewer.post(address, data={"csrf_token": csrf, "seen": seen, "reason": "新任主任，任命文件已核对"})
    after = answer.get_data(as_text=True)
    assert re.search(r"账号已确认.*<code>[a-z2-9-]{19}</code>", after, re.DOTALL), "its second code"
    assert "zhou2" not in after

    catch_up(archive)
    assert "尚未人工核看" in head.get("/").get_data(as_text=True)
    page = head.get(f"/letters/{letter}").get_data(as_text=True)
    assert "已人工核看" in page
    csrf = token(head, f"/letters/{letter}")
    data = {"csrf_token": csrf, "reason": "逐页看过"}
    answer = head.post(f"/letters/{letter}/looked-through", data=data)
    assert answer.status_code == 303
    home = head.get(answer.headers["Location"]).get_data(as_text=True)
    assert "此件已人工核看，不再列出" in home
    assert "尚未人工核看" not in home


def test_a_reviewer_is_told_on_the_page_what_became_of_their_word(
    archive: Archive, office: Office, letter: str, mention: MentionToReview
) -> None:
    add_account(archive, "reviewer", PASSWORD, display_name="审复核", roles=("access_reviewer",))
    client = signed_in(archive, "reviewer")
    address, csrf = f"/review/{mention.concern.public_id}", token(client, "/review")
    fields = {"csrf_token": csrf, "decision": "cleared", "reason": "同名的市民"}
    assert client.post(address, data={**fields, "reason": ""}).status_code == 400
    assert client.post(address, data=fields).headers["Location"] == "/review?done=cleared"
    again = client.post(address, data=fields)
    assert again.status_code == 409
    assert "须由另一位保密审查员决定" in again.get_data(as_text=True)
    assert client.post("/review/none", data=fields).status_code == 404
