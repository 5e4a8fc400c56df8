"""Pictures whose content is there and would not show: light ink on nothing, empty alpha, few bits, few pixels."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from scanning import pipeline, sources
from scanning.errors import SourceTooSmall
from scanning.values import PageRef, ScanOptions
from tests.said import english
from tests.scanning.makers.pictures import saved

OPTIONS = ScanOptions()


def pixels(path: Path) -> np.ndarray:
    return sources.read_page(path, PageRef(0), workdir=path.parent, options=OPTIONS).pixels


def on_nothing(inks: tuple[str, ...]) -> Image.Image:
    """Bars of ink on a transparent ground."""
    sheet = Image.new("RGBA", (200, 150), (0, 0, 0, 0))
    pen = ImageDraw.Draw(sheet)
    for number, ink in enumerate(inks):
        pen.rectangle((20, 20 + 40 * number, 180, 30 + 40 * number), fill=ink)
    return sheet


@pytest.mark.parametrize(
    ("inks", "ground"), [(("black",), 255), (("white",), 0), (("white", "black"), 128)], ids=["dark", "light", "both"]
)
def test_ink_on_a_transparent_ground_shows(inks: tuple[str, ...], ground: int, tmp_path: Path) -> None:
    on_nothing(inks).save(tmp_path / "ink.png")
    found = pixels(tmp_path / "ink.png").reshape(150, 200, -1)[..., 0].astype(int)
    assert found[0, 0] == ground
    for number in range(len(inks)):
        assert abs(found[25 + 40 * number, 100] - ground) > 100


def test_a_light_sheet_with_transparent_corners_lies_on_white(tmp_path: Path) -> None:
    sheet = Image.new("RGBA", (200, 150), (0, 0, 0, 0))
    ImageDraw.Draw(sheet).rounded_rectangle((0, 0, 199, 149), 20, fill="white")
    sheet.save(tmp_path / "sheet.png")
    assert pixels(tmp_path / "sheet.png").min() == 255


def test_an_alpha_plane_that_is_empty_says_nothing(tmp_path: Path) -> None:
    picture = on_nothing(("black",)).convert("RGB")
    picture.paste("white", (0, 50, 200, 150))
    rows = b"".join(
        struct.pack("<3Bx", *reversed(picture.getpixel((x, y)))) for y in reversed(range(150)) for x in range(200)
    )
    masks = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    head = struct.pack("<IiiHHIIiiII", 108, 200, 150, 1, 32, 3, len(rows), 2835, 2835, 0, 0) + masks + bytes(52)
    data = b"BM" + struct.pack("<IHHI", 14 + len(head) + len(rows), 0, 0, 14 + len(head)) + head + rows
    (tmp_path / "empty.bmp").write_bytes(data)
    found = pixels(tmp_path / "empty.bmp")
    assert found.min() == 0
    assert found.max() == 255


@pytest.mark.parametrize("bits", [12, 16])
def test_paper_is_white_however_many_bits_it_has(bits: int, tmp_path: Path) -> None:
    deep = np.full((40, 60), 2**bits - 1, np.uint16)
    deep[10:20, 10:50] = 0
    Image.fromarray(deep).save(tmp_path / "deep.tif")
    found = pixels(tmp_path / "deep.tif")
    assert (found.min(), found.max()) == (0, 255)


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (1, 400)])
def test_a_picture_of_a_pixel_or_two_is_too_small(size: tuple[int, int], tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(saved(Image.new("L", size), "PNG"))
    with pytest.raises(SourceTooSmall) as caught:
        sources.inspect(tmp_path / "dot.png", OPTIONS)
    assert english(caught.value).startswith(f"dot.png measures only {size[0]} × {size[1]} pixels")


@pytest.mark.parametrize("size", [(3, 3), (5, 3000)])
def test_a_strip_of_few_pixels_is_made_into_a_page(size: tuple[int, int], tmp_path: Path) -> None:
    (tmp_path / "strip.png").write_bytes(saved(Image.new("L", size, 255), "PNG"))
    page = pipeline.scan_page(tmp_path / "strip.png", PageRef(0), workdir=tmp_path, options=OPTIONS, engine=None)
    assert page.layer.is_file()
