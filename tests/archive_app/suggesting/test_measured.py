"""How often suggestions are right: classes of petitions that were not learned, fields of pages as they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from archive_app.suggesting.classes import suggest_classes
from archive_app.suggesting.fields import Field, suggest_fields
from archive_app.suggesting.training import train
from scanning import ocr
from scanning.pipeline import scan_page
from scanning.values import PageRef, ScanOptions
from tests.archive_app.suggesting.measuring import on_page, rightness, splits

PAGES_WITH = {"petitioner": 21, "telephone": 6, "date": 24}
"""Of the 30 shared pages, by what a person reads on them."""


def test_classes_of_letters_that_were_not_learned(shared_data: Path) -> None:
    split = splits(shared_data / "petitions")[0]
    model = train(split.learned)
    measured = rightness(split.unseen, lambda one: [each.label for each in suggest_classes(model, one.title, one.text)])
    assert len(split.unseen) > 1000
    assert measured.macro_f1 >= 0.88, measured
    assert measured.among_three >= 0.98, measured


def first_of(lines: Sequence[str], field: Field) -> str | None:
    return next((one.value for one in suggest_fields(lines) if one.field == field), None)


def assert_right(pages: Sequence[tuple[str, Sequence[str]]]) -> None:
    """`pages` are true text and read lines; nine of ten of those that have a field have it right, others have none."""
    having, right = Counter[str](), Counter[str]()
    invented: list[tuple[Field, str | None]] = []
    for truth, lines in pages:
        wanted = on_page(truth)
        fields: tuple[tuple[Field, str | None], ...] = (
            ("petitioner", wanted.petitioner),
            ("telephone", wanted.telephone),
            ("date", wanted.date),
        )
        for field, value in fields:
            found = first_of(lines, field)
            having[field] += value is not None
            right[field] += value is not None and found == value
            invented += [(field, found)] if value is None and found is not None else []
    assert having == PAGES_WITH
    assert {field: right[field] / count for field, count in having.items() if right[field] < 0.9 * count} == {}
    assert invented == []


def test_fields_of_the_pages_as_they_are_printed(shared_data: Path) -> None:
    truths = [path.read_text("utf-8") for path in sorted((shared_data / "pages").glob("*.txt"))]
    assert_right([(truth, truth.splitlines()) for truth in truths])


@pytest.mark.slow
def test_fields_of_the_pages_as_they_are_read(shared_data: Path, tmp_path: Path) -> None:
    engine = ocr.choose("rapidocr")
    pages = []
    for path in sorted((shared_data / "pages").iterdir()):
        if path.suffix in (".jpg", ".png", ".tif"):
            page = scan_page(path, PageRef(0), workdir=tmp_path, options=ScanOptions(), engine=engine)
            pages.append((path.with_suffix(".txt").read_text("utf-8"), [line.text for line in page.lines]))
    assert_right(pages)
