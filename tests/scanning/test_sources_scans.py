"""Scans out of PDFs: the embedded pixels themselves, put as the page shows them, or else drawn."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

from scanning import sources
from scanning.errors import DamagedSource
from scanning.raw import Pixels, RawPage
from scanning.values import PageRef, ScanOptions
from tests.scanning.makers import pdfs
from tests.scanning.makers.pictures import difference, letter, saved, shades

OPTIONS = ScanOptions()
DPI = 75.0


def read(path: Path, index: int = 0, options: ScanOptions = OPTIONS) -> RawPage:
    return sources.read_page(path, PageRef(index), workdir=path.parent, options=options)


def drawn(path: Path, dpi: float) -> Pixels:
    """The page as pdfium draws it: what a person sees who opens the file."""
    with pypdfium2.PdfDocument(path) as document:
        return np.array(document[0].render(scale=dpi / 72, rev_byteorder=True).to_numpy()[..., :3])


def seen_alike(one: Pixels, other: Pixels, *, within: float = 8.0) -> bool:
    """Whether two pictures of one page look the same, but for a pixel at the edges."""
    size, box = (124, 175), Image.Resampling.BOX
    small = [np.asarray(Image.fromarray(pixels).convert("RGB").resize(size, box)) for pixels in (one, other)]
    return difference(*small) < within


def indexed(image: Image.Image) -> object:
    palette = image.quantize(8)
    space = Array([Name.Indexed, Name.DeviceRGB, 7, String(bytes(palette.getpalette()[:24]))])
    made = pdfs.picture(Image.frombytes("L", palette.size, palette.tobytes()))

    def make(pdf: Pdf) -> pikepdf.Stream:
        stream = made(pdf)
        stream.ColorSpace = space
        return stream

    return make


LOSSLESS = {
    "deflate rgb": (lambda i: pdfs.picture(i), "RGB"),
    "deflate grey": (lambda i: pdfs.picture(i), "L"),
    "one bit": (lambda i: pdfs.picture(i), "1"),
    "group 4": (lambda i: pdfs.fax(i), "1"),
    "jbig2": (lambda i: pdfs.jbig2(i), "1"),
    "jpeg 2000": (lambda i: pdfs.jpeg2000(i), "RGB"),
    "stencil": (lambda i: _stencil(i), "1"),
    "inverted": (lambda i: pdfs.picture(Image.eval(i, lambda v: 255 - v), Decode=Array([1, 0])), "L"),
}


def _stencil(image: Image.Image) -> object:
    made = pdfs.picture(image, ImageMask=True)

    def make(pdf: Pdf) -> pikepdf.Stream:
        stream = made(pdf)
        del stream.ColorSpace
        return stream

    return make


@pytest.mark.parametrize("kind", LOSSLESS)
def test_embedded_pixels_come_out_as_they_are(kind: str, tmp_path: Path) -> None:
    make, mode = LOSSLESS[kind]
    image = letter(mode=mode)
    path = pdfs.one_page(tmp_path / "scan.pdf", pdfs.full(), pictures={"Scan": make(image)})
    page = read(path)
    assert page.source.kind == "scanned"
    assert difference(page.pixels, shades(image)) == 0
    assert page.source.dpi == pytest.approx(DPI, abs=0.1)
    assert page.source.dpi_known
    assert (page.source.width_mm, page.source.height_mm) == pytest.approx((210, 297), abs=1)
    assert page.lines is None
    assert page.vector is None
    assert seen_alike(page.pixels, drawn(path, DPI))


def test_jpeg_is_decoded_once_and_not_resampled(tmp_path: Path) -> None:
    for mode in ("RGB", "L"):
        data = saved(letter(mode=mode), "JPEG", quality=60)
        path = pdfs.one_page(tmp_path / "scan.pdf", pdfs.full(), pictures={"Scan": pdfs.jpeg(letter(mode=mode), data)})
        page = read(path)
        assert difference(page.pixels, shades(Image.open(io.BytesIO(data)))) < 0.5
        assert page.pixels.ndim == (3 if mode == "RGB" else 2)


def test_palette_and_print_colours_look_as_the_page_does(tmp_path: Path) -> None:
    for make in (indexed(letter()), pdfs.jpeg(letter(mode="CMYK"), Decode=Array([1, 0] * 4))):
        path = pdfs.one_page(tmp_path / "scan.pdf", pdfs.full(), pictures={"Scan": make})
        page = read(path)
        assert page.source.kind == "scanned"
        assert seen_alike(page.pixels, drawn(path, DPI))


@pytest.mark.parametrize("rotate", [0, 90, 180, 270, -90, 450])
@pytest.mark.parametrize(
    "matrix", ["1 0 0 1 0 0", "0 1 -1 0 595 0", "-1 0 0 -1 595 842", "-1 0 0 1 595 0", "0 -1 -1 0 595 842"]
)
def test_turned_and_mirrored_as_the_page_shows_it(rotate: int, matrix: str, tmp_path: Path) -> None:
    lying = matrix.startswith("0")
    width, height = (842, 595) if lying else (595, 842)
    draw = f"{matrix} cm {width} 0 0 {height} 0 0 cm /Scan Do".encode("ascii")
    image = letter(877, 620) if lying else letter()
    path = pdfs.one_page(
        tmp_path / "scan.pdf", draw, pictures={"Scan": pdfs.picture(image)}, size=(595, 842), Rotate=rotate
    )
    page = read(path)
    assert page.source.kind == "scanned"
    assert sorted(page.pixels.shape[:2]) == [620, 877]
    assert (page.pixels.shape[0] > page.pixels.shape[1]) == (rotate % 180 == 0)
    assert seen_alike(page.pixels, drawn(path, DPI))
    assert np.unique(page.pixels).tolist() == np.unique(shades(image)).tolist()


def test_rotation_may_be_inherited(tmp_path: Path) -> None:
    path = pdfs.scanned(tmp_path / "scan.pdf")
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.Root.Pages.Rotate = 90
        pdf.save(path)
    page = read(path)
    assert page.pixels.shape[:2] == (620, 877)
    assert seen_alike(page.pixels, drawn(path, DPI))


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_strips_are_put_together(mode: str, tmp_path: Path) -> None:
    image = letter(mode=mode)
    parts = pdfs.strips(image, 7)
    pictures = {f"Scan{n}": pdfs.picture(part) for n, (part, _, _) in enumerate(parts)}
    draw = b"".join(
        pdfs.placed(f"Scan{n}", 0, bottom * 841.89, 595.276, height * 841.89)
        for n, (_, bottom, height) in enumerate(parts)
    )
    page = read(pdfs.one_page(tmp_path / "scan.pdf", draw, pictures=pictures))
    assert page.source.kind == "scanned"
    assert difference(page.pixels, shades(image)) == 0


def test_a_picture_inside_forms_is_found(tmp_path: Path) -> None:
    path = pdfs.one_page(
        tmp_path / "scan.pdf", b"q 2 0 0 2 0 0 cm /Outer Do Q", pictures={"Scan": pdfs.picture(letter())}
    )
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        resources = pdf.pages[0].Resources
        inner = pdf.make_stream(pdfs.full(), Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 600, 850])
        inner.Resources = Dictionary(XObject=Dictionary(Scan=resources.XObject.Scan))
        inner.Matrix = [0.5, 0, 0, 0.5, 0, 0]
        outer = pdf.make_stream(b"/Inner Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 600, 850])
        outer.Resources = Dictionary(XObject=Dictionary(Inner=inner))
        resources.XObject = Dictionary(Outer=outer)
        pdf.save(path)
    page = read(path)
    assert page.source.kind == "scanned"
    assert difference(page.pixels, shades(letter())) == 0


def test_a_scan_with_margins_keeps_its_place_on_the_page(tmp_path: Path) -> None:
    width, height = 595.276 * 0.9, 841.89 * 0.9
    draw = pdfs.placed("Scan", 10, 20, width, height)
    path = pdfs.one_page(tmp_path / "scan.pdf", draw, pictures={"Scan": pdfs.picture(letter())})
    page = read(path)
    assert page.source.dpi == pytest.approx(DPI / 0.9, abs=0.1)
    assert (page.source.width_mm, page.source.height_mm) == pytest.approx((210, 297), abs=1)
    assert page.pixels.shape[0] == pytest.approx(877 / 0.9, abs=2)
    assert seen_alike(page.pixels, drawn(path, DPI))
    top = page.pixels.shape[0] - 877 - round(20 * page.source.dpi / 72)
    left = round(10 * page.source.dpi / 72)
    kept = [difference(page.pixels[top + d : top + d + 877, left : left + 620], shades(letter())) for d in (-1, 0, 1)]
    assert min(kept) == 0


def test_crop_box_and_user_unit_count(tmp_path: Path) -> None:
    path = pdfs.one_page(
        tmp_path / "scan.pdf",
        pdfs.full(),
        pictures={"Scan": pdfs.picture(letter())},
        CropBox=Array([0, 841.89 / 2, 595.276, 841.89]),
    )
    page = read(path)
    assert page.source.height_mm == pytest.approx(148.5, abs=1)
    assert difference(page.pixels, shades(letter())[: page.pixels.shape[0]]) < 1
    half = (595.276 / 2, 841.89 / 2)
    path = pdfs.one_page(
        tmp_path / "unit.pdf", pdfs.full(size=half), pictures={"Scan": pdfs.picture(letter())}, size=half, UserUnit=2
    )
    page = read(path)
    assert page.source.dpi == pytest.approx(DPI, abs=0.1)
    assert page.source.width_mm == pytest.approx(210, abs=1)


def test_fax_resolution_is_evened_out(tmp_path: Path) -> None:
    image = letter(1728, 2291, "1").resize((1728, 1145))
    path = pdfs.one_page(tmp_path / "fax.pdf", pdfs.full(), pictures={"Scan": pdfs.fax(image)})
    page = read(path)
    assert page.source.kind == "scanned"
    assert page.pixels.shape[1] == 1728
    assert page.pixels.shape[0] / page.pixels.shape[1] == pytest.approx(841.89 / 595.276, rel=0.01)


def test_invisible_words_on_a_scan_are_left_and_visible_ones_are_drawn(tmp_path: Path) -> None:
    scan = {"Scan": pdfs.jpeg(letter())}
    hidden = b"3 Tr " + pdfs.paragraph(5)
    page = read(pdfs.one_page(tmp_path / "hidden.pdf", pdfs.full() + hidden, pictures=scan))
    assert (page.source.kind, page.pixels.shape) == ("scanned", (877, 620, 3))
    page = read(pdfs.one_page(tmp_path / "below.pdf", pdfs.paragraph(5) + pdfs.full(), pictures=scan))
    assert (page.source.kind, page.pixels.shape) == ("scanned", (877, 620, 3))
    path = pdfs.one_page(tmp_path / "stamped.pdf", pdfs.full() + pdfs.latin("RECEIVED 17", 300, 30, 24), pictures=scan)
    page = read(path)
    assert page.source.kind == "mixed"
    assert page.lines is None
    assert page.source.dpi >= 150
    assert seen_alike(page.pixels, drawn(path, page.source.dpi))


def test_a_line_drawn_over_a_scan_is_kept(tmp_path: Path) -> None:
    scan = {"Scan": pdfs.jpeg(letter())}
    over = pdfs.full() + b"1 0 0 RG 8 w 50 400 m 550 400 l S"
    path = pdfs.one_page(tmp_path / "over.pdf", over, pictures=scan)
    page = read(path)
    assert page.source.kind == "mixed"
    middle = page.pixels[round(page.pixels.shape[0] * (1 - 400 / 841.89)), page.pixels.shape[1] // 2]
    assert middle.tolist() == pytest.approx([255, 0, 0], abs=10)
    below = b"1 1 1 rg 0 0 600 850 re f " + pdfs.full()
    assert read(pdfs.one_page(tmp_path / "below.pdf", below, pictures=scan)).source.kind == "scanned"


def test_a_note_stuck_on_a_scan_is_kept(tmp_path: Path) -> None:
    path = pdfs.scanned(tmp_path / "note.pdf")
    before = read(path).pixels
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.Annots = Array([pdfs.note(pdf, "Noted by the director", (300, 20, 480, 44))])
        pdf.save(path)
    page = read(path)
    assert page.source.kind == "mixed"
    ink = page.pixels[round(page.pixels.shape[0] * 0.94) :, page.pixels.shape[1] // 2 :]
    assert ink.min() < 60
    assert before[round(before.shape[0] * 0.94) :, before.shape[1] // 2 :].min() > 200


def test_what_cannot_be_taken_out_faithfully_is_drawn(tmp_path: Path) -> None:
    scan = {"Scan": pdfs.picture(letter()), "Ink": pdfs.picture(letter(300, 424, "L"))}
    askew = b"q 594 10 -14 841 8 -4 cm /Scan Do Q"
    layered = pdfs.full() + pdfs.full("Ink")
    for name, draw in (("askew", askew), ("layered", layered)):
        path = pdfs.one_page(tmp_path / f"{name}.pdf", draw, pictures=scan)
        page = read(path)
        assert page.source.kind == "scanned"
        assert page.source.dpi == 150
        assert seen_alike(page.pixels, drawn(path, 150), within=1)


@pytest.mark.parametrize("key", ["SMask", "Mask"])
def test_a_masked_picture_looks_as_the_page_does(key: str, tmp_path: Path) -> None:
    mask = Image.new("L" if key == "SMask" else "1", (620, 877), 0 if key == "SMask" else 1)
    mask.paste(255 if key == "SMask" else 0, (0, 0, 310, 877))
    extra = {} if key == "SMask" else {"ImageMask": True}
    black = pdfs.picture(Image.new("RGB", (620, 877), (10, 10, 10)), **{key: pdfs.picture(mask, **extra)})
    path = pdfs.one_page(tmp_path / "masked.pdf", pdfs.full(), pictures={"Scan": black})
    page = read(path)
    assert page.pixels[:, page.pixels.shape[1] * 3 // 4].min() > 250
    assert page.pixels[:, page.pixels.shape[1] // 4].max() < 50


def test_the_size_of_wrapped_photographs_is_not_believed(tmp_path: Path) -> None:
    photo = letter(1512, 2016)
    size = (1512.0, 2016.0)
    path = pdfs.one_page(tmp_path / "photo.pdf", pdfs.full(size=size), pictures={"Scan": pdfs.jpeg(photo)}, size=size)
    page = read(path)
    assert not page.source.dpi_known
    assert page.camera
    assert page.source.width_mm == pytest.approx(210, abs=1)


def test_a_cut_off_picture_spoils_only_its_page(tmp_path: Path) -> None:
    data = saved(letter(), "JPEG")
    path = tmp_path / "mixed.pdf"
    with Pdf.new() as pdf:
        for index in range(3):
            coded = data[: len(data) // 2] if index == 1 else data
            pdfs.add_page(pdf, pdfs.full(), pictures={"Scan": pdfs.jpeg(letter(), coded)})
        short = pdfs.add_page(pdf, pdfs.full(), pictures={"Scan": pdfs.picture(letter())})
        short.Resources.XObject.Scan.write(letter().tobytes()[:100_000])
        pdf.save(path)
    assert len(sources.inspect(path, OPTIONS).pages) == 4
    assert read(path, 0).pixels.shape == read(path, 2).pixels.shape == (877, 620, 3)
    for index in (1, 3):
        with pytest.raises(DamagedSource, match=f"the picture on page {index + 1} is cut off"):
            read(path, index)


def test_a3_scan_is_tiled(tmp_path: Path) -> None:
    size = (1190.55, 841.89)
    path = pdfs.one_page(
        tmp_path / "sheet.pdf", pdfs.full(size=size), pictures={"Scan": pdfs.picture(letter(1240, 877))}, size=size
    )
    options = ScanOptions(a3="tile")
    refs = sources.inspect(path, options).pages
    assert [ref.part for ref in refs] == ["whole", "first", "second"]
    first = sources.read_page(path, refs[1], workdir=tmp_path, options=options)
    assert difference(first.pixels, shades(letter(1240, 877))[:, :620]) == 0
    assert first.source.width_mm == pytest.approx(210, abs=1)


def test_shared_pages_come_out_of_a_pdf_as_they_went_in(shared_data: Path, tmp_path: Path) -> None:
    paths = sorted((shared_data / "pages").glob("print-*.jpg"))
    assert paths
    for original in paths:
        with Image.open(original) as image:
            size = tuple(side / image.info["dpi"][0] * 72 for side in image.size)
            scan = pdfs.jpeg(image, original.read_bytes())
        path = pdfs.one_page(tmp_path / "scan.pdf", pdfs.full(size=size), pictures={"Scan": scan}, size=size)
        one, other = read(original), read(path)
        assert difference(one.pixels, other.pixels) == 0
        assert one.source.dpi == pytest.approx(other.source.dpi)
