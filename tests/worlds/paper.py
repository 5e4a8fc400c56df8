"""Paper for the tests: a file is its own recipe, and reading it takes no time.

What is fake here is only what costs: the pictures, the engine, the child processes. A file's bytes say what is on its
pages; the work that is done with it (`archive_app.letters.processing`,
`archive_app.screening`, the index) is the real one.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from archive_app.letters.extracts import making
from archive_app.letters.extracts.plan import ExtractPlan
from archive_app.runtime.archive import Archive
from scanning import pdfa, pipeline, sources
from scanning.errors import DamagedSource, EmptySource, ScanError
from scanning.values import (
    DocumentInfo,
    Line,
    Operation,
    PageLayer,
    PageRef,
    PageWarning,
    Quality,
    ScannedPage,
    ScanOptions,
    SourceInfo,
    SourcePage,
)

SEPARATOR = "PETITION-ARCHIVE/SEPARATOR"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its lines, and how sure the engine is of them; `separator` sheets divide stacks, `broken` ones fail."""

    lines: tuple[str, ...]
    confidence: float = 0.97
    separator: bool = False
    broken: bool = False


def file_of(*sheets: Sheet, copy: str = "") -> bytes:
    """A file with these pages; `copy` makes another file of the same pages."""
    return json.dumps({"copy": copy, "sheets": [asdict(sheet) for sheet in sheets]}, ensure_ascii=False).encode()


def sheets_of(path: Path, name: str) -> list[Sheet]:
    """The pages in a file. Raises EmptySource, DamagedSource."""
    content = path.read_bytes()
    if not content:
        raise EmptySource(name)
    try:
        found = json.loads(content)["sheets"]
    except (ValueError, KeyError):
        raise DamagedSource(name, detail="no recipe") from None
    return [Sheet(tuple(each.pop("lines")), **each) for each in found]


def inspect(path: Path, _options: ScanOptions, name: str) -> SourceInfo:
    return SourceInfo("application/pdf", tuple(PageRef(number) for number, _ in enumerate(sheets_of(path, name))))


def read_page(path: Path, ref: PageRef, workdir: Path, options: ScanOptions, name: str) -> ScannedPage:
    sheet = sheets_of(path, name)[ref.index]
    if sheet.broken:
        raise DamagedSource(name, detail="broken")
    picture = hashlib.sha256(f"{sheet} {options.turn}".encode()).digest()
    made = {kind: workdir / f"{kind}.jpg" for kind in ("layer", "preview", "source")}
    for kind, file in made.items():
        file.write_bytes(b"\xff\xd8\xff\xe0" + kind.encode() + picture + b"\xff\xd9")
    unsure = sheet.confidence < 0.6
    return ScannedPage(
        ref=ref,
        source=SourcePage("image", 1654, 2339, 200.0, True, 210.0, 297.0),
        operations=(Operation("turn", {"degrees": options.turn}),) if options.turn else (),
        quality=Quality(200.0, True, 0.05, 30.0, 0.0, 0.0, sheet.confidence),
        warnings=(PageWarning("low_confidence", {}),) if unsure else (),
        engine="recipe",
        engine_version="1",
        lines=tuple(_line(number, text, sheet.confidence) for number, text in enumerate(sheet.lines)),
        layer=made["layer"],
        preview=made["preview"],
        source_preview=made["source"],
        separator=SEPARATOR if sheet.separator else None,
        turned=options.turn or 0,
    )


def assemble(layers: list[PageLayer], out: Path, about: DocumentInfo) -> None:
    """The access copy: the words and the pictures, one after the other."""
    parts = [f"%PDF-1.7\n{about.title}\n{about.created}\n{about.identifier}\n".encode()]
    for layer in layers:
        parts += [layer.layer.read_bytes(), "\n".join(line.text for line in layer.lines).encode()]
    out.write_bytes(b"\n".join(parts))


@contextmanager
def redacted(
    archive: Archive, sheets: Mapping[int, making.Sheet], plan: ExtractPlan, number: str, _now: datetime
) -> Iterator[Path]:
    """Stands for `making._redacted`: a file of the lines that stay."""
    lines = (
        tuple(text for line, text in enumerate(sheets[page.number].texts) if line not in page.lines)
        for page in plan.pages
    )
    out = archive.settings.work / f"{number}.pdf"
    out.write_bytes(file_of(*map(Sheet, lines)))
    yield out
    out.unlink()


def _line(number: int, text: str, confidence: float) -> Line:
    top = 60.0 + 30.0 * number
    right = 60.0 + 14.0 * len(text)
    return Line(text, ((60.0, top), (right, top), (right, top + 14.0), (60.0, top + 14.0)), confidence)


INSTEAD: dict[Callable[..., Any], Callable[..., Any]] = {
    sources.inspect: inspect,
    pipeline.read_page_here: read_page,
    pdfa.assemble: assemble,
}


class Readers:
    """Stands for `scanning.sandbox.Workers`: does at once, here, what it is asked for.

    What is `blurred` for these readers they cannot read: a page with these words on it. When no page is `left` to be
    read, they ask to `stop`, and go on with none (None: no end).
    """

    def __init__(self) -> None:
        self.blurred = ""
        self.left: int | None = None
        self.stop = threading.Event()

    def submit(self, fn: Callable[..., Any], *args: Any, name: str, seconds: float) -> Future[Any]:
        future: Future[Any] = Future()
        if fn is pipeline.read_page_here and self.left is not None:
            if not self.left:
                self.stop.set()
                return future
            self.left -= 1
        try:
            made = INSTEAD[fn](*args)
            if self.blurred and isinstance(made, ScannedPage) and self.blurred in made.text:
                lines = tuple(replace(line, text="某" * len(line.text), confidence=0.2) for line in made.lines)
                made = replace(made, lines=lines, warnings=(PageWarning("low_confidence", {}),))
            future.set_result(made)
        except ScanError as error:
            future.set_exception(error)
        return future
