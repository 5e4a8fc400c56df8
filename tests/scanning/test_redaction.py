"""Blacked out for good: whatever stood there, the new file is the same, and nothing of it is in the file."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from scanning import finishing, layer, pages, redaction, sources
from scanning.errors import DamagedSource
from scanning.geometry import View
from scanning.raw import Pixels
from scanning.redaction import Area, Frame, Leaf
from scanning.values import A4_HEIGHT_PT, A4_WIDTH_PT, DocumentInfo, PageRef, ScanOptions
from tests.made import font

DPI = 200
SIZE = (round(A4_WIDTH_PT / 72 * DPI), round(A4_HEIGHT_PT / 72 * DPI))
ABOUT = DocumentInfo("SJ20261127-0000000", "2026-11-27T08:00:00+08:00")
PLAIN = "反映退休工资自去年三月起少发三百元一事"
HIDDEN = ("举报局长李某收受他人财物", "投诉副处长周某克扣补贴款", "口" * 12, "一", "")
PLACE = Area(70, 128, 330, 155)
"""Where the second line of `letter` stands, in points."""


def letter(hidden: str, *, mode: str = "L", dpi: int = DPI, ink: int | tuple[int, int, int] = 25) -> Image.Image:
    """A page with a line, one to be covered, and one more; only the covered line is `hidden`."""
    size = round(A4_WIDTH_PT / 72 * dpi), round(A4_HEIGHT_PT / 72 * dpi)
    image = Image.new(mode, size, 250 if mode == "L" else (250, 246, 240))
    pen = ImageDraw.Draw(image)
    unit = dpi / 72
    face = font("song", round(20 * unit))
    for y, text, colour in ((90, PLAIN, 25), (130, hidden, ink), (170, PLAIN, 25)):
        plain = colour if mode == "L" or isinstance(colour, tuple) else (colour,) * 3
        pen.text((72 * unit, y * unit), text, font=face, fill=plain)
    return image


def as_layer(image: Image.Image, folder: Path, name: str, quality: int = 66) -> tuple[Path, str]:
    """A page as the archive keeps it."""
    if image.mode == "1":
        path = layer.save(np.asarray(image.convert("L")), dpi=DPI, stem=folder / name)
        return path, path.suffix
    path = folder / f"{name}.jpg"
    image.save(path, "JPEG", quality=quality, optimize=True, subsampling="4:2:0")
    return path, ".jpg"


def as_drawing(hidden: str, folder: Path, name: str) -> tuple[Path, str]:
    """A page of lines and letters, as a born-digital one is kept; the hidden words are figures and letters."""
    path = folder / f"{name}.pdf"
    with pikepdf.Pdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(A4_WIDTH_PT, A4_HEIGHT_PT))
        page.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(
                F=pikepdf.Dictionary(
                    Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
                )
            )
        )
        rows = ((742, "claim of pension"), (700, hidden), (660, "claim of pension"))
        drawing = "".join(f"BT /F 20 Tf 72 {y} Td ({text}) Tj ET\n" for y, text in rows)
        page.Contents = pikepdf.Stream(pdf, drawing.encode("ascii"))
        pdf.save(path)
    return path, ".pdf"


def extract(folder: Path, *leaves: Leaf) -> bytes:
    out = folder / "extract.pdf"
    redaction.write_redacted(leaves, out, ABOUT)
    return out.read_bytes()


def of(layer_of: tuple[Path, str], *areas: Area, dpi: float = DPI, exact: bool = True) -> Leaf:
    path, suffix = layer_of
    frame = redaction.frame_of(path, suffix)
    spread = redaction.spread_of(frame, 0 if suffix == ".pdf" else dpi, exact=exact)
    return Leaf(path, suffix, areas, spread)


@pytest.mark.parametrize("mode", ["L", "RGB", "1"])
def test_clause_3_3_what_stood_under_the_black_makes_no_difference_to_a_byte(tmp_path: Path, mode: str) -> None:
    made = set()
    for number, hidden in enumerate(HIDDEN):
        image = letter(hidden, mode="L" if mode == "1" else mode)
        kept = as_layer(image.convert("1", dither=Image.Dither.NONE) if mode == "1" else image, tmp_path, str(number))
        made.add(extract(tmp_path, of(kept, PLACE)))
    assert len(made) == 1


def test_clause_3_3_neither_does_it_on_a_page_of_lines_and_letters(tmp_path: Path) -> None:
    words = ("the director took bribes", "a deputy withheld money", "x", "")
    made = {extract(tmp_path, of(as_drawing(each, tmp_path, f"d{n}"), PLACE)) for n, each in enumerate(words)}
    assert len(made) == 1


def test_what_stands_outside_does_make_a_difference(tmp_path: Path) -> None:
    one = as_layer(letter(HIDDEN[0]), tmp_path, "one")
    other = as_layer(letter(HIDDEN[1]), tmp_path, "other")
    elsewhere = Area(70, 300, 330, 330)
    assert extract(tmp_path, of(one, elsewhere)) != extract(tmp_path, of(other, elsewhere))


@cache
def noise(seed: int, width: int, height: int, channels: int) -> Pixels:
    found = np.random.default_rng(seed).integers(0, 256, (height, width, channels), dtype=np.uint8)
    return found if channels > 1 else found[..., 0]


@settings(max_examples=40)
@given(
    left=st.floats(0, 500),
    top=st.floats(0, 750),
    width=st.floats(1, 95),
    height=st.floats(1, 91),
    quality=st.integers(20, 95),
    coloured=st.booleans(),
    seeds=st.lists(st.integers(0, 50), min_size=2, max_size=2, unique=True),
)
def test_noise_under_the_black_leaves_no_trace_wherever_it_lies(
    tmp_path_factory: pytest.TempPathFactory,
    left: float,
    top: float,
    width: float,
    height: float,
    quality: int,
    coloured: bool,
    seeds: list[int],
) -> None:
    """The worst that can be covered: noise, which a JPEG spreads as far as it spreads anything."""
    folder = tmp_path_factory.mktemp("noise")
    area = Area(left, top, left + width, top + height)
    base = letter(PLAIN, mode="RGB" if coloured else "L", dpi=72)
    box = tuple(round(edge) for edge in (left, top, left + width, top + height))
    made = []
    for seed in seeds:
        image = base.copy()
        patch = noise(seed, box[2] - box[0] or 1, box[3] - box[1] or 1, 3 if coloured else 1)
        image.paste(Image.fromarray(patch), box[:2])
        made.append(redaction.redacted(of(as_layer(image, folder, str(seed), quality), area, dpi=72)))
    assert (made[0] == made[1]).all()


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_traces_that_the_scanner_left_around_the_words_are_covered_too(tmp_path: Path, mode: str) -> None:
    """A scan saved as a poor JPEG, then drawn anew as the archive draws it: its blocks lie anywhere on the page."""
    made = set()
    for number, hidden in enumerate(HIDDEN[:3]):
        scanned = letter(hidden, mode=mode, dpi=170, ink=25 if mode == "L" else (190, 30, 30))
        buffer = io.BytesIO()
        scanned.save(buffer, "JPEG", quality=40, subsampling="4:2:0")
        view = View.of(np.asarray(Image.open(buffer)))
        drawn = pages.draw(
            view, pages.place(view, view.size, 25.4 / 170, outlined=True, ink=np.empty((0, 2))).to_page, DPI
        )
        kept = as_layer(Image.fromarray(drawn), tmp_path, f"s{number}")
        made.add(extract(tmp_path, of(kept, PLACE, dpi=170, exact=False)))
    assert len(made) == 1


def test_the_covered_place_is_black_and_the_rest_is_as_it_was(tmp_path: Path) -> None:
    path, suffix = as_layer(letter(HIDDEN[0]), tmp_path, "page")
    leaf = of((path, suffix), PLACE)
    pixels = redaction.redacted(leaf)
    left, top, right, bottom = redaction.frame_of(path, suffix).covered(PLACE, leaf.spread)
    assert not pixels[top:bottom, left:right].any()
    before = np.asarray(Image.open(path)).copy()
    before[top:bottom, left:right] = 0
    assert (pixels == before).all()
    # And no more than that: the lines above and below are whole.
    covered = redaction.frame_of(path, suffix).in_points((left, top, right, bottom))
    assert covered.top > 112
    assert covered.bottom < 172


def test_there_is_nothing_in_the_file_but_pictures(tmp_path: Path) -> None:
    drawing = as_drawing("the director took bribes", tmp_path, "page")
    extract(tmp_path, of(drawing, PLACE), of(as_layer(letter(HIDDEN[0], mode="RGB"), tmp_path, "two"), PLACE))
    with pikepdf.open(tmp_path / "extract.pdf") as pdf:
        assert len(pdf.pages) == 2
        for page in pdf.pages:
            assert set(page.Resources.keys()) == {"/XObject"}
            assert [each.Subtype for each in page.Resources.XObject.values()] == ["/Image"]
            assert page.Contents.read_bytes().split() == b"q 595.276 0 0 841.89 0 0 cm /Im Do Q".split()
        assert set(pdf.Root.keys()) == {
            *("/Type", "/Pages", "/OutputIntents", "/Metadata", "/Lang", "/ViewerPreferences")
        }
    with pypdfium2.PdfDocument(tmp_path / "extract.pdf") as document:
        assert document[0].get_textpage().get_text_bounded() == ""


def test_it_goes_through_the_pipeline_as_any_scan(tmp_path: Path) -> None:
    extract(tmp_path, of(as_layer(letter(HIDDEN[0]), tmp_path, "page"), PLACE))
    info = sources.inspect(tmp_path / "extract.pdf", ScanOptions())
    assert [each.index for each in info.pages] == [0]
    raw = sources.read_page(tmp_path / "extract.pdf", PageRef(0), workdir=tmp_path, options=ScanOptions())
    assert raw.source.kind == "scanned"
    assert raw.lines is None
    assert raw.vector is None
    assert raw.pixels.shape[:2] == (SIZE[1], SIZE[0])
    assert round(finishing.MOST_DPI) > raw.source.dpi > DPI - 1


@pytest.mark.parametrize("suffix", [".jpg", ".tif", ".pdf"])
def test_a_damaged_layer_is_said_to_be_damaged(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "layer"
    path.write_bytes(b"no page")
    with pytest.raises(DamagedSource):
        redaction.redacted(Leaf(path, suffix, (), 0.0))


def test_a_place_beyond_the_page_is_cut_at_its_edges() -> None:
    frame = Frame(1654, 2339, 16, coloured=True)
    assert frame.covered(Area(-50, -50, 700, 900), 5.0) == (0, 0, 1654, 2339)
    assert frame.covered(Area(700, 900, 800, 950), 0.0) == (1654, 2339, 1654, 2339)
    left, top, right, bottom = frame.covered(Area(100, 100, 200, 120), 0.0)
    assert ((left + 2) % 16, (top + 2) % 16, (right - 2) % 16, (bottom - 2) % 16) == (0, 0, 0, 0)
    assert replace(frame, block=1).covered(Area(100, 100, 200, 120), 0.0) == (277, 277, 556, 334)
