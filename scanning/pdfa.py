"""The access copy: an A4 PDF/A-2u of picture layers, each with its words as invisible text.

Written directly with pikepdf, because a JPEG must be embedded unchanged, the metadata must satisfy validators, and the
same pages must give the same bytes. Standards: ISO 19005-2 (PDF/A-2, level u), ISO 32000-1 (PDF 1.7).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String
from PIL import Image

from scanning import glyphless, xmp
from scanning.borndigital.shared import name_all_glyphs, share_equal_streams
from scanning.errors import DamagedSource
from scanning.icc import DESCRIPTION, srgb_profile
from scanning.textlayer import Alphabet, content
from scanning.values import A4_HEIGHT_PT, A4_WIDTH_PT, DocumentInfo, PageLayer
from scanning.xmp import Part

_FONT = "F0"
_A4 = (0, 0, A4_WIDTH_PT, A4_HEIGHT_PT)
_GROUP4 = 4


@dataclass(frozen=True, slots=True)
class _Bitmap:
    """An encoded picture, ready to go into a PDF: its bytes and the entries of its image dictionary."""

    data: bytes
    entries: Dictionary


def assemble(pages: Sequence[PageLayer], out: Path, about: DocumentInfo, *, part: Part = "2u") -> None:
    """Write the access copy of these pages to `out`, whole or not at all; the same input gives the same bytes.

    Each page is A4. JPEG and TIFF G4 layers fill it and carry the page's lines as invisible text; a PDF layer (from
    `vector`) is copied with its own text. `part` "1b" writes PDF/A-1b instead, for validators that know only that.
    Raises DamagedSource when a layer cannot be used, UnwritableText for text that is none, ValueError for a time
    without zone, OSError when it cannot be written.
    """
    with Pdf.new() as pdf:
        pictured = [line for page in pages if page.layer.suffix != ".pdf" for line in page.lines]
        alphabet = Alphabet(pictured)
        font = glyphless.embed(pdf, alphabet.narrow, alphabet.wide) if len(alphabet) else None
        for page in pages:
            if page.layer.suffix == ".pdf":
                _append_vector(pdf, page.layer)
            else:
                _append_picture(pdf, page, alphabet, font)
        share_equal_streams(pdf)
        if part == "1b":
            name_all_glyphs(pdf)
        describe(pdf, about, part)
        _write(pdf, out, part)


def _append_picture(pdf: Pdf, source: PageLayer, alphabet: Alphabet, font: Object | None) -> None:
    bitmap = _jpeg(source.layer) if source.layer.suffix in (".jpg", ".jpeg") else _bilevel(source.layer)
    text = content(source.lines, alphabet, _FONT)
    drawing = f"q {A4_WIDTH_PT} 0 0 {A4_HEIGHT_PT} 0 0 cm /Im Do Q\n".encode("ascii")
    resources = Dictionary(XObject=Dictionary(Im=Stream(pdf, bitmap.data, bitmap.entries)))
    if text and font is not None:
        resources.Font = Dictionary({"/" + _FONT: font})
    contents = Stream(pdf, drawing + text)
    page = Dictionary(Type=Name.Page, MediaBox=Array(_A4), Resources=resources, Contents=contents)
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))


def _append_vector(pdf: Pdf, layer: Path) -> None:
    try:
        with Pdf.open(layer) as source:
            if len(source.pages) != 1:
                raise DamagedSource(layer.name, detail="a page layer has one page")
            pdf.pages.append(source.pages[0])
    except pikepdf.PdfError as error:
        raise DamagedSource(layer.name, detail="the page layer cannot be read") from error


def _jpeg(layer: Path) -> _Bitmap:
    """Embed a JPEG unchanged."""
    try:
        with Image.open(layer, formats=["JPEG"]) as image:
            size, mode = image.size, image.mode
    except OSError as error:
        raise DamagedSource(layer.name, detail="the page layer is not a JPEG") from error
    if mode not in ("L", "RGB"):
        raise DamagedSource(layer.name, detail=f"the page layer has colours {mode}, not grey or RGB")
    space = Name.DeviceGray if mode == "L" else Name.DeviceRGB
    return _Bitmap(layer.read_bytes(), _image(size, space, 8, Name.DCTDecode))


def _bilevel(layer: Path) -> _Bitmap:
    """Embed the one strip of a Group 4 TIFF unchanged."""
    try:
        with Image.open(layer, formats=["TIFF"]) as image:
            tags = image.tag_v2  # type: ignore[attr-defined]
            size = image.size
            form = tags.get(259), tags.get(266, 1), len(tags[273])
            black_is_zero = tags[262] == 1
            offset, count = tags[273][0], tags[279][0]
    except (OSError, KeyError) as error:
        raise DamagedSource(layer.name, detail="the page layer is not a TIFF") from error
    if form != (_GROUP4, 1, 1):
        raise DamagedSource(layer.name, detail="the page layer is not a TIFF of one Group 4 strip")
    entries = _image(size, Name.DeviceGray, 1, Name.CCITTFaxDecode)
    # In G4, black is the ink of the fax; TIFF's photometric defines the meaning of 0, PDF's BlackIs1 reverses it.
    entries.DecodeParms = Dictionary(K=-1, Columns=size[0], Rows=size[1], BlackIs1=black_is_zero)
    with layer.open("rb") as file:
        file.seek(offset)
        return _Bitmap(file.read(count), entries)


def _image(size: tuple[int, int], space: Name, bits: int, filter_: Name) -> Dictionary:
    return Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=size[0],
        Height=size[1],
        ColorSpace=space,
        BitsPerComponent=bits,
        Filter=filter_,
    )


def describe(pdf: Pdf, about: DocumentInfo, part: Part) -> None:
    """Add the parts that make it a PDF/A: metadata, the same in the information dictionary, output intent, language.

    Raises ValueError for a time without zone.
    """
    profile = Stream(pdf, srgb_profile(), N=3, Alternate=Name.DeviceRGB)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name("/GTS_PDFA1"),
        OutputConditionIdentifier=String(DESCRIPTION),
        Info=String(DESCRIPTION),
        DestOutputProfile=pdf.make_indirect(profile),
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])
    pdf.Root.Metadata = pdf.make_indirect(Stream(pdf, xmp.packet(about, part), Type=Name.Metadata, Subtype=Name.XML))
    pdf.Root.Lang = String(about.language)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    pdf.trailer.Info = pdf.make_indirect(xmp.information(about))


def _write(pdf: Pdf, out: Path, part: Part) -> None:
    """Save beside the target, then rename: a reader finds the old file, or the complete new one."""
    objects = pikepdf.ObjectStreamMode.disable if part == "1b" else pikepdf.ObjectStreamMode.generate
    version = "1.4" if part == "1b" else "1.7"
    draft = out.with_name(f".{out.name}.{secrets.token_hex(8)}.part")
    try:
        with draft.open("xb") as file:
            pdf.save(
                file,
                force_version=version,
                object_stream_mode=objects,
                compress_streams=True,
                deterministic_id=True,
                fix_metadata_version=False,
            )
            file.flush()
            os.fsync(file.fileno())
        draft.replace(out)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    folder = os.open(out.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
