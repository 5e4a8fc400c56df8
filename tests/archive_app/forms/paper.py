"""What is on a printed page: its text as poppler reads it, and where characters, frames and pictures lie (PDFium)."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from tests.scanning.validators import extract_text

MM = 72 / 25.4
_CLOSE = 0.3


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a page, in millimetres from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float
    text: str = ""

    def holds(self, other: Box) -> bool:
        """Whether the other lies within this one, and is not as large."""
        within = (
            self.left - _CLOSE <= other.left
            and self.top - _CLOSE <= other.top
            and other.right <= self.right + _CLOSE
            and other.bottom <= self.bottom + _CLOSE
        )
        larger = self.right - self.left + self.bottom - self.top - _CLOSE > (
            other.right - other.left + other.bottom - other.top
        )
        return within and larger


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its size in millimetres, its characters, frames (of tables and cells) and pictures."""

    width: float
    height: float
    characters: tuple[Box, ...]
    frames: tuple[Box, ...]
    pictures: tuple[Box, ...]

    def tables(self) -> list[Box]:
        """The frames that lie in no other, from the top, each with the text inside it, without white space."""
        outer = [frame for frame in self.frames if not any(other.holds(frame) for other in self.frames)]
        return [
            replace(
                frame, text="".join(each.text for each in self.characters if frame.holds(each) and each.text.strip())
            )
            for frame in sorted(outer, key=lambda frame: frame.top)
        ]


def squeezed(pdf: Path) -> str:
    """All text in the order in which it is drawn, without white space."""
    return "".join(extract_text(pdf, "-raw").split())


def squeezed_body(pdf: Path, *, top: float = 19, bottom: float = 279.5) -> str:
    """The text between two heights of each page in millimetres, without white space: no heads and feet."""
    area = ("-r", "72", "-x", "0", "-y", str(round(top * MM)), "-W", "2000", "-H", str(round((bottom - top) * MM)))
    return "".join(extract_text(pdf, "-raw", *area).split())


def pages(data: bytes) -> list[Page]:
    """Each page of a document, and what lies where."""
    document = pdfium.PdfDocument(data)
    try:
        return [_page(document[number]) for number in range(len(document))]
    finally:
        document.close()


def _page(page: pdfium.PdfPage) -> Page:
    width, height = page.get_size()

    def box(left: float, bottom: float, right: float, top: float, text: str = "") -> Box:
        return Box(left / MM, (height - top) / MM, right / MM, (height - bottom) / MM, text)

    words = page.get_textpage()
    characters = tuple(
        box(*words.get_charbox(number), text=chr(raw.FPDFText_GetUnicode(words.raw, number)))
        for number in range(words.count_chars())
    )
    frames, pictures = [], []
    for item in page.get_objects(max_depth=8):
        if item.type == raw.FPDF_PAGEOBJ_PATH:
            frames.append(box(*item.get_bounds()))
        elif item.type == raw.FPDF_PAGEOBJ_IMAGE:
            pictures.append(box(*item.get_bounds()))
    return Page(width / MM, height / MM, characters, tuple(frames), tuple(pictures))


def red_runs(data: bytes, number: int, left: float) -> list[tuple[float, float]]:
    """Where a line down the page, `left` millimetres from its edge, crosses red: from and to, in millimetres."""
    scale = 8
    document = pdfium.PdfDocument(data)
    try:
        picture = document[number].render(scale=scale).to_numpy()
    finally:
        document.close()
    blue, _, red = (picture[:, round(left * MM * scale), channel].astype(int) for channel in (0, 1, 2))
    inked = [False, *(red - blue > 100), False]
    edges = [place for place in range(1, len(inked)) if inked[place] != inked[place - 1]]
    return [
        ((start - 1) / MM / scale, (end - 1) / MM / scale) for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]


def unseen(data: bytes) -> str:
    """The hanzi that are in the text of a document, but of which no ink is to be seen: cut off, or covered."""
    scale = 2
    found = []
    document = pdfium.PdfDocument(data)
    try:
        for number, page in enumerate(pages(data)):
            dark = document[number].render(scale=scale, grayscale=True).to_numpy() < 160
            for each in page.characters:
                top, bottom, left, right = (
                    round(edge * MM * scale) for edge in (each.top, each.bottom, each.left, each.right)
                )
                if each.text >= "\u4e00" and not dark[max(top, 0) : bottom + 1, max(left, 0) : right + 1].any():
                    found.append(each.text)
    finally:
        document.close()
    return "".join(found)


def fonts_of(pdf: Path) -> list[list[str]]:
    """The fonts as pdffonts lists them: name, …, emb, sub, uni, object, generation."""
    listed = subprocess.run(["pdffonts", str(pdf)], capture_output=True, check=True, text=True).stdout
    return [line.split() for line in listed.splitlines()[2:]]
