"""Letters that accuse somebody and ask for something else as well, and what is made of them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageDraw
from sqlalchemy import func, select

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.letters import receipts
from archive_app.letters.extracts import queries
from archive_app.letters.extracts.plan import ExtractPlan, PagePlan
from archive_app.review import restrictions
from archive_app.runtime.archive import Archive
from storage.models import Case, Extract, Intake, Letter, Page, PageScan, Source, TextVersion
from storage.session import reading, unit_of_work
from tests.archive_app.letters.test_processing import settled, until
from tests.made import font
from tests.office import public, read_letter

Office = Mapping[str, Reader]


WRITER = "信访人赵大年反映以下两件事情"


ACCUSES = "一是主任方致远收受了他人财物"


CLAIMS = "二是我的退休工资少发了三个月"


LINES = (WRITER, ACCUSES, CLAIMS, "请查明以后书面答复本人")


DPI = 200


FIRST, LEADING, HEIGHT = 100.0, 40.0, 18.0


def picture(lines: tuple[str, ...] = LINES, *, mode: str = "L") -> Image.Image:
    """A page with the lines on it, as a scanner gives it."""
    unit = DPI / 72
    image = Image.new(mode, (1654, 2339), 255 if mode == "L" else (252, 250, 246))
    pen = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        at = 72 * unit, (FIRST + LEADING * number) * unit
        pen.text(at, line, font=font("song", round(HEIGHT * unit)), fill=20 if mode == "L" else (20, 20, 20))
    return image


def saved(image: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, dpi=(DPI, DPI), quality=80)
    return buffer.getvalue()


def lay_pages(archive: Archive, letter: str, *pages: tuple[str, ...]) -> None:
    """Give a letter that was said to be read pages with a picture and lines, as if an engine had read them."""
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        row = session.scalars(select(Letter).where(Letter.public_id == letter)).one()
        source = row.sources[0]
        for number, lines in enumerate(pages, start=1):
            page = next((each for each in row.pages if each.number == number), None)
            if page is None:
                page = Page(letter=row, number=number)
                page.scans.append(PageScan(number=1, source=source, source_index=number - 1, state="done"))
                session.add(page)
                session.flush()
            (scan,) = page.scans
            scan.layer = archive.files.put(io.BytesIO(saved(picture(lines), "JPEG"))).sha256
            scan.layer_type, scan.report = ".jpg", {"quality": {"dpi": 200.0}}
            rows = [_row(number, line) for number, line in enumerate(lines)]
            version = session.scalar(select(TextVersion).where(TextVersion.scan_id == scan.id))
            if version is None:
                version = TextVersion(page_id=page.id, scan_id=scan.id, number=1, at=datetime.now(UTC))
                session.add(version)
            version.lines, version.text = rows, "\n".join(lines)
        session.commit()


def _row(number: int, line: str) -> dict[str, object]:
    top = FIRST + LEADING * number - 1
    right, bottom = 74 + HEIGHT * len(line), top + HEIGHT + 4
    polygon = [70.0, top, right, top, right, bottom, 70.0, bottom]
    return {"text": line, "polygon": polygon, "confidence": 1.0, "direction": "horizontal"}


def accusing(archive: Archive, office: Office, *pages: tuple[str, ...]) -> str:
    """A letter that accuses the deputy director, restricted to the registrar and the director."""
    text = "\n".join(line for page in pages or (LINES,) for line in page)
    letter = read_letter(archive, office["wang"], text)
    lay_pages(archive, letter, *(pages or (LINES,)))
    accuse(archive, office, letter)
    return letter


def accuse(archive: Archive, office: Office, letter: str) -> None:
    fang, he = public(archive, office["fang"]), public(archive, office["he"])
    restrictions.accuse(office["wang"], archive, letter, person=fang, reason="信中检举", listed=[he])


def plan_of(archive: Archive, who: Reader, letter: str, *lines: int) -> ExtractPlan:
    """The plan to cover some lines of the first page, and to take over all pages."""
    found = queries.draft(who, archive, letter)
    pages = tuple(
        PagePlan(each.page.number, each.page.scan, each.page.version, frozenset(lines if not number else ()))
        for number, each in enumerate(found.pages)
    )
    return ExtractPlan(pages, len(pages))


def child_of(archive: Archive, who: Reader, receipt: str) -> str:
    """The letter of a receipt, once the worker has read it."""
    until(lambda: settled(archive))
    (letter,) = receipts.intake(who, archive, receipt).letters
    return letter.public_id


def everything(archive: Archive) -> tuple[object, ...]:
    """How many rows there are of what an extract adds to, and which files lie in the archive's folders."""
    with reading(archive.sessions, SYSTEM.key) as session:
        tables = (Case, Intake, Source, Letter, Page, PageScan, Extract)
        rows = tuple(session.scalar(select(func.count()).select_from(table)) for table in tables)
    folders = archive.settings.files, archive.settings.work
    return rows, frozenset(path for folder in folders for path in folder.rglob("*") if path.is_file())


def new_files(archive: Archive, before: tuple[object, ...]) -> list[Path]:
    _, files = before
    return [path for path in archive.settings.files.rglob("*") if path.is_file() and path not in files]  # type: ignore[operator]
