"""Redacted extracts 摘转: what was blacked out is nowhere in the new letter, and that tells nothing of the old one."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from sqlalchemy import select, text, update

from archive_app.access.system import SYSTEM
from archive_app.errors import (
    ExtractFailed,
    ExtractTooEarly,
    LetterChanged,
    NamesStillReadable,
    NoRoom,
    NotFound,
    NothingCovered,
    NothingLeftOver,
)
from archive_app.letters import correction, intake
from archive_app.letters import queries as letter_queries
from archive_app.letters.extracts import making, queries
from archive_app.letters.extracts.plan import Area
from archive_app.letters.intake import Upload
from archive_app.review import restrictions
from archive_app.runtime.archive import Archive
from archive_app.search import search
from archive_app.search.results import SearchRequest
from scanning import ocr
from scanning.geometry import View
from storage.files import NoSpace
from storage.models import Extract, Letter
from storage.session import reading, unit_of_work
from tests.archive_app.letters.extract_letters import (
    ACCUSES,
    CLAIMS,
    LINES,
    WRITER,
    Office,
    accuse,
    accusing,
    child_of,
    everything,
    new_files,
    picture,
    plan_of,
    saved,
)
from tests.archive_app.letters.test_processing import working
from tests.office import on_both, open_office, people, public, read_letter


@pytest.fixture
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    with open_office(getattr(request, "param", "sqlite"), tmp_path / "archive") as opened:
        yield opened


@pytest.fixture
def office(archive: Archive) -> Office:
    return people(archive)


@on_both
def test_clause_3_3_what_is_for_others_becomes_a_letter_of_its_own(archive: Archive, office: Office) -> None:
    wang, fang = office["wang"], office["fang"]
    letter = accusing(archive, office)
    plan = plan_of(archive, wang, letter)
    plan = replace(plan, pages=(replace(plan.pages[0], lines=frozenset({1})),))
    with working(archive):
        receipt = making.make(wang, archive, letter, plan)
        child = child_of(archive, wang, receipt)
    with pytest.raises(NotFound):
        letter_queries.letter(fang, archive, letter)
    # The accused deputy director works on what was asked for, and it is a letter like any other to them.
    found = letter_queries.letter(fang, archive, child)
    assert [line.text for line in found.pages[0].lines] == [WRITER, CLAIMS, LINES[3]]
    assert (found.title, found.sender, found.letter_date, found.restricted) == ("", "", None, False)
    assert found.received_by == "王登记"
    assert [file.name for file in found.files] == [f"{found.number}-1.pdf"]
    assert [hit.public_id for hit in search.search(fang, archive, SearchRequest("退休工资")).results] == [child]
    assert search.search(fang, archive, SearchRequest("收受")).results == ()
    history = [entry.action for entry in letter_queries.history(fang, archive, child)]
    assert history == ["read", "received"]
    assert "extract_made" in [entry.action for entry in letter_queries.history(wang, archive, letter)]
    with reading(archive.sessions, fang.key) as session:
        letter_queries.find_letter(session, fang, child)
        if archive.database.dialect.name == "postgresql":
            assert session.scalars(select(Extract)).all() == []


def test_clause_3_3_lines_that_name_whom_it_concerns_are_proposed_and_nothing_is_covered_by_itself(
    archive: Archive, office: Office
) -> None:
    letter = accusing(archive, office)
    before = everything(archive)
    found = queries.draft(office["wang"], archive, letter)
    assert [line.proposed for line in found.pages[0].lines] == [False, True, False, False]
    assert [line.covered for line in found.pages[0].lines] == [False, True, False, False]
    assert found.left == ()
    assert everything(archive) == before


def test_clause_3_3_a_name_that_stays_is_told_before_and_keeps_its_people_out_after(
    archive: Archive, office: Office
) -> None:
    wang, fang = office["wang"], office["fang"]
    letter = accusing(archive, office)
    plan = plan_of(archive, wang, letter, 2)
    before = everything(archive)
    with pytest.raises(NamesStillReadable) as told:
        making.make(wang, archive, letter, plan)
    assert told.value.values["names"] == "方致远"
    assert everything(archive) == before
    found = queries.draft(wang, archive, letter, plan)
    assert [(each.name, each.page, each.line) for each in found.left] == [("方致远", 1, 1)]
    with working(archive):
        child = child_of(archive, wang, making.make(wang, archive, letter, replace(plan, knowing=True)))
    assert letter_queries.letter(wang, archive, child).pages
    with pytest.raises(NotFound):
        letter_queries.letter(fang, archive, child)


def test_clause_3_3_what_was_covered_is_in_no_file_and_no_row_of_the_extract(archive: Archive, office: Office) -> None:
    """The whole way, with the engine: a scan is read, accused of, blacked out, and read anew."""
    wang = office["wang"]
    with working(archive):
        upload = Upload("举报方致远.jpg", io.BytesIO(saved(picture(mode="RGB"), "JPEG")))
        first = intake.receive(wang, archive, [upload], grouping="one", channel="letter")
        letter = child_of(archive, wang, first)
        accuse(archive, office, letter)
        assert [line.proposed for line in queries.draft(wang, archive, letter).pages[0].lines].index(True) == 1
        before = everything(archive)
        child = child_of(archive, wang, making.make(wang, archive, letter, plan_of(archive, wang, letter, 1)))
    words = ("方致远", "收受", "财物", "举报", "主任")
    files = new_files(archive, before)
    assert len(files) >= 4
    for path in files:
        for content in (path.read_bytes(), *streams(path)):
            for word in words:
                for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
                    assert word.encode(encoding) not in content
    engine = ocr.choose("auto")
    for path in files:
        for image in pictures(path):
            read = "".join(line.text for line in engine.read(View.of(image), engine.find(View.of(image))))
            assert "退休工资" in read
            assert not [word for word in words if word in read]
    rows = of_letter(archive, child)
    assert CLAIMS in rows
    assert not [word for word in (*words, letter) if word in rows]


def streams(path: Path) -> list[bytes]:
    """All streams of a PDF, unpacked, and all its objects written out; nothing of another file."""
    if not path.read_bytes().startswith(b"%PDF"):
        return []
    with pikepdf.open(path) as pdf:
        found = [pdf.docinfo.unparse()]
        for each in pdf.objects:
            found.append(each.unparse())
            if isinstance(each, pikepdf.Stream):
                found.append(each.read_raw_bytes() if each.get("/Filter") == "/DCTDecode" else each.read_bytes())
        return found


def pictures(path: Path) -> list[object]:
    """The page's picture in a file: itself, or the first page of a PDF, drawn."""
    import numpy as np
    import pypdfium2

    if path.read_bytes().startswith(b"%PDF"):
        with pypdfium2.PdfDocument(path) as document:
            return [np.asarray(page.render(scale=2).to_pil().convert("RGB")) for page in document]
    with Image.open(path) as image:
        return [np.asarray(image.convert("RGB"))]


def of_letter(archive: Archive, letter: str) -> str:
    """All that the database holds of a letter and its case, index and history included, as one text."""
    with reading(archive.sessions, SYSTEM.key) as session:
        row = session.scalars(select(Letter).where(Letter.public_id == letter)).one()
        asked = {
            "SELECT * FROM letters WHERE id = :letter",
            "SELECT * FROM intakes WHERE id = :intake",
            "SELECT * FROM sources WHERE intake_id = :intake",
            "SELECT * FROM cases WHERE id = :case",
            "SELECT * FROM concerns WHERE case_id = :case",
            "SELECT * FROM audit_events WHERE case_id = :case",
            "SELECT s.* FROM page_scans s JOIN pages p ON p.id = s.page_id WHERE p.letter_id = :letter",
            "SELECT t.* FROM text_versions t JOIN pages p ON p.id = t.page_id WHERE p.letter_id = :letter",
        }
        values = {"letter": row.id, "intake": row.intake_id, "case": row.case_id}
        found = [tuple(each) for one in sorted(asked) for each in session.execute(text(one), values)]
        return repr(found).encode().decode("unicode_escape", "ignore") + repr(found)


class Noon(datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime(2026, 11, 27, 4, tzinfo=tz)


def extract_of(folder: Path, accusation: str) -> Mapping[str, object]:
    """The extract of a letter which differs from others by the accusation only: all its files, texts and measures."""
    with open_office("sqlite", folder) as archive, working(archive):
        office = people(archive)
        wang = office["wang"]
        lines = (WRITER, accusation, *LINES[2:])
        upload = Upload("a.jpg", io.BytesIO(saved(picture(lines), "JPEG")))
        letter = child_of(archive, wang, intake.receive(wang, archive, [upload], grouping="one", channel="letter"))
        accuse(archive, office, letter)
        plan = plan_of(archive, wang, letter)
        cover = Area(60, 134, 360, 164)
        plan = replace(plan, pages=(replace(plan.pages[0], areas=(cover,)),), knowing=True)
        child = child_of(archive, wang, making.make(wang, archive, letter, plan))
        with reading(archive.sessions, SYSTEM.key) as session:
            row = session.scalars(select(Letter).where(Letter.public_id == child)).one()
            (page,) = row.pages
            scan = page.current
            index = session.execute(text("SELECT * FROM index_letters WHERE letter_id = :id"), {"id": row.id}).all()
            return {
                "original": archive.files.path(row.sources[0].sha256).read_bytes(),
                "layer": archive.files.path(scan.layer or "").read_bytes(),
                "preview": archive.files.path(scan.preview or "").read_bytes(),
                "source_preview": archive.files.path(scan.source_preview or "").read_bytes(),
                "access_copy": archive.files.path(row.access_copy or "").read_bytes(),
                "text": [(each.text, each.lines) for each in scan.texts],
                "report": {key: value for key, value in (scan.report or {}).items() if key != "seconds"},
                "heading": row.heading,
                "index": repr(index),
            }


def test_clause_3_3_two_letters_that_differ_only_under_the_black_give_the_same_extract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Byte for byte: pictures, PDF, text, measures and index. Only what is random in a number is held still."""
    monkeypatch.setattr(making, "new_number", lambda _now: "SJ20261127-0000000")
    monkeypatch.setattr(making, "datetime", Noon)
    accusations = (ACCUSES, "一是处长沈从新打骂来访人员")
    one, other = (extract_of(tmp_path / str(n), each) for n, each in enumerate(accusations))
    assert WRITER in str(one["text"])
    assert {name for name in one if one[name] != other[name]} == set()


def test_only_the_petition_office_makes_extracts_and_only_of_what_it_sees(archive: Archive, office: Office) -> None:
    letter = accusing(archive, office)
    plan = plan_of(archive, office["wang"], letter, 1)
    before = everything(archive)
    for name in ("fang", "he", "cui", "mei", "zhou"):
        with pytest.raises(NotFound):
            making.make(office[name], archive, letter, plan)
        with pytest.raises(NotFound):
            queries.draft(office[name], archive, letter)
    assert everything(archive) == before


def test_nothing_is_made_of_a_letter_that_was_not_looked_through(archive: Archive, office: Office) -> None:
    letter = read_letter(archive, office["zhou"], "字迹无法辨认的来信", failed=True)
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        session.execute(update(Letter).where(Letter.public_id == letter).values(state="attention"))
        session.commit()
    with pytest.raises(ExtractTooEarly):
        queries.draft(office["zhou"], archive, letter)


def test_a_letter_that_was_changed_meanwhile_is_looked_through_once_more(archive: Archive, office: Office) -> None:
    wang = office["wang"]
    letter = accusing(archive, office)
    plan = plan_of(archive, wang, letter, 1)
    lines = ["信访人赵大年反映三件事", *LINES[1:]]
    correction.correct(wang, archive, letter, 1, base_version=plan.pages[0].version, lines=lines)
    with pytest.raises(LetterChanged):
        making.make(wang, archive, letter, plan)
    # The plan is dropped, and what is proposed stands there instead.
    found = queries.draft(wang, archive, letter, plan)
    assert [line.covered for line in found.pages[0].lines] == [False, True, False, False]


def test_a_change_while_the_pictures_are_made_is_seen_too(
    archive: Archive, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = office["wang"]
    letter = accusing(archive, office)
    plan = plan_of(archive, wang, letter, 1)
    keep = making._store

    def recused_meanwhile(*given: object) -> str:
        restrictions.recuse(office["he"], archive, letter, person=public(archive, wang), reason="有利害关系")
        return keep(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "_store", recused_meanwhile)
    before = everything(archive)
    with pytest.raises(NotFound):
        making.make(wang, archive, letter, plan)
    assert everything(archive) == before


def test_an_extract_that_would_be_a_copy_or_empty_is_refused(archive: Archive, office: Office) -> None:
    wang = office["wang"]
    letter = accusing(archive, office)
    plan = replace(plan_of(archive, wang, letter), knowing=True)
    with pytest.raises(NothingCovered):
        making.make(wang, archive, letter, plan)
    with pytest.raises(NothingLeftOver):
        making.make(wang, archive, letter, replace(plan, pages=()))
    with pytest.raises(LetterChanged):
        making.make(wang, archive, letter, replace(plan, pages=(replace(plan.pages[0], lines=frozenset({9})),)))


def test_pages_that_are_left_out_leave_no_gap(archive: Archive, office: Office) -> None:
    wang = office["wang"]
    letter = accusing(archive, office, (WRITER, CLAIMS), (ACCUSES,), LINES[3:])
    plan = plan_of(archive, wang, letter)
    plan = replace(plan, pages=(plan.pages[0], plan.pages[2]))
    with working(archive):
        child = child_of(archive, wang, making.make(wang, archive, letter, plan))
    found = letter_queries.letter(office["fang"], archive, child)
    assert [[line.text for line in page.lines] for page in found.pages] == [[WRITER, CLAIMS], [LINES[3]]]


@pytest.mark.parametrize("failure", ["no room", "damaged", "commit"])
def test_an_extract_that_fails_leaves_nothing(
    archive: Archive, office: Office, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    wang = office["wang"]
    letter = accusing(archive, office)
    plan = plan_of(archive, wang, letter, 1)
    expected: type[Exception] = ExtractFailed
    if failure == "no room":

        def put(*_: object, **__: object) -> None:
            raise NoSpace(0, 1)

        monkeypatch.setattr(type(archive.files), "put", put)
        expected = NoRoom
    elif failure == "damaged":
        sheet = making.sheets_of
        broken = archive.settings.work / "broken.jpg"
        broken.write_bytes(b"no picture")
        monkeypatch.setattr(
            making,
            "sheets_of",
            lambda *given: {number: replace(each, layer=broken) for number, each in sheet(*given).items()},
        )
    else:
        monkeypatch.setattr(making, "record", _raise)
        expected = OSError
    before = everything(archive)
    with pytest.raises(expected):
        making.make(wang, archive, letter, plan)
    assert everything(archive) == before


def _raise(*_: object, **__: object) -> None:
    raise OSError("a fault")
