"""Searching through the door: scope, facets, paging, similar spelling, and nothing that hidden letters could change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.letters import queries as letter_queries
from archive_app.runtime.archive import Archive
from archive_app.search.indexing import index_letter
from archive_app.search.results import SearchPage, SearchRequest
from archive_app.search.search import search
from storage.models import Case, Intake, Letter, Page, PageScan, ReceiptEntry, Source, TextVersion
from storage.session import unit_of_work
from tests.records import recusal

DAY = datetime(2026, 3, 2, 4, tzinfo=UTC)


def add_letters(
    archive: Archive, reader: Reader, texts: Sequence[str], *, channel: str = "letter", first: int = 0
) -> list[Letter]:
    """Letters that have been read, a day apart, with a page of a line each."""
    made = []
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        for number, text in enumerate(texts, start=first):
            received = DAY + timedelta(days=number)
            case = Case(created_at=received, read_at=received, screened=True)
            intake = Intake(
                number=f"T{channel}{number}",
                account_id=reader.account_id,
                grouping="one",
                channel=channel,
                received_at=received,
            )
            source = Source(intake=intake, position=1, name="a.jpg", size=1, sha256=f"{number:064x}", page_count=1)
            session.add_all([case, intake, source])
            session.flush()
            letter = Letter(
                number=intake.number,
                case_id=case.id,
                intake=intake,
                position=1,
                channel=channel,
                received_at=received,
                state="ready",
                access_copy_current=True,
            )
            page = Page(letter=letter, number=1)
            scan = PageScan(page=page, number=1, source=source, source_index=0, state="done")
            session.add_all([letter, page, scan])
            session.flush()
            session.add(ReceiptEntry(intake_id=intake.id, position=1, letter=letter.public_id))
            line = {
                "text": text,
                "polygon": [0, 0, 100, 0, 100, 10, 0, 10],
                "confidence": 1.0,
                "direction": "horizontal",
            }
            session.add(TextVersion(page_id=page.id, scan_id=scan.id, number=1, at=received, text=text, lines=[line]))
            index_letter(session, archive.index, letter)
            made.append(letter)
        session.commit()
    return made


def recuse(archive: Archive, reader: Reader, hidden: Sequence[Letter]) -> None:
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        session.add_all(recusal(reader, each.case_id) for each in hidden)
        session.commit()


def told(page: SearchPage) -> tuple[object, ...]:
    """All that a page of results tells, but for the time it took."""
    return (page.results, page.total, page.total_exact, page.pages, page.facets, page.facets_exact, page.similar_found)


def test_results_come_newest_first_with_snippet_and_facets(archive: Archive, reader: Reader) -> None:
    add_letters(archive, reader, ["夜间噪声扰民", "拖欠工资", "夜间施工噪声"])
    add_letters(archive, reader, ["夜间停电"], channel="visit")
    found = search(reader, archive, SearchRequest("夜间 噪声"))
    assert [result.heading for result in found.results] == ["夜间施工噪声", "夜间噪声扰民"]
    assert found.results[0].snippet == (("夜间", True), ("施工", False), ("噪声", True))
    found = search(reader, archive, SearchRequest("夜间"))
    assert [(each.value, each.count) for each in found.facets["channel"]] == [("letter", 2), ("visit", 1)]
    narrowed = search(reader, archive, SearchRequest("夜间", channel="visit", year="2026", state="received"))
    assert [result.heading for result in narrowed.results] == ["夜间停电"]
    assert search(reader, archive, SearchRequest("夜间", year="2025")).total == 0
    assert (
        search(reader, archive, SearchRequest("形式:来访")).total
        == search(reader, archive, SearchRequest("channel:visit")).total
        == 1
    )


def test_pages_follow_each_other_without_gap_or_double(archive: Archive, reader: Reader) -> None:
    add_letters(archive, reader, [f"第{number}封来信" for number in range(45)])
    pages = [search(reader, archive, SearchRequest("来信", page=number)) for number in (1, 2, 3, 4)]
    assert [len(page.results) for page in pages] == [20, 20, 5, 0]
    assert {page.pages for page in pages} == {3}
    seen = [result.heading for page in pages for result in page.results]
    assert seen == [f"第{number}封来信" for number in reversed(range(45))]


def test_what_is_hidden_changes_nothing_that_is_told(archive: Archive, reader: Reader) -> None:
    """The same questions before hidden letters exist and after: the same answers to the letter."""
    questions = [
        SearchRequest("信访局"),
        SearchRequest("信访局", sort="relevance"),
        SearchRequest("信仿局"),
        SearchRequest(""),
        SearchRequest("只在隐藏的信里"),
        SearchRequest("信访局 OR 噪声", channel="letter"),
    ]
    add_letters(archive, reader, ["请信访局处理噪声", "信访局收"])
    before = [told(search(reader, archive, question)) for question in questions]
    hidden = add_letters(archive, reader, ["信访局信访局噪声", "只在隐藏的信里", "信仿局"], channel="fax")
    recuse(archive, reader, hidden)
    assert [told(search(reader, archive, question)) for question in questions] == before


def test_similar_spelling_is_offered_and_done(archive: Archive, reader: Reader) -> None:
    (letter,) = add_letters(archive, reader, ["请信仿局处理"])
    offered = search(reader, archive, SearchRequest("信访局"))
    assert (offered.total, offered.similar_found, offered.similar_tried) == (0, 1, False)
    tried = search(reader, archive, SearchRequest("信访局", similar=True))
    assert [(result.heading, result.snippet) for result in tried.results] == [
        ("请信仿局处理", (("请", False), ("信仿局", True), ("处理", False)))
    ]
    (mark,) = letter_queries.letter(reader, archive, letter.public_id, query="信访局", similar=True).pages[0].marks
    assert (mark.start, mark.end) == (1, 4)


@pytest.mark.parametrize(
    ("text", "code"), [("date:someday", "bad_date"), ("，。", "nothing_to_search"), ("channel:鸽子", "unknown_value")]
)
def test_a_query_that_makes_no_sense_is_told_not_raised(archive: Archive, reader: Reader, text: str, code: str) -> None:
    found = search(reader, archive, SearchRequest(text))
    assert found.error is not None
    assert (found.error.code, found.results, found.total) == (code, (), 0)
