"""Checks of a PDF's pages before anything draws them: how large are they, and how large unpacked?

What a PDF carries besides its pages (scripts, attached files, actions) is never read and never copied.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from scanning.errors import DamagedSource, SourceTooLarge
from scanning.sources.pdf_file import capped
from scanning.values import Limits

# Highest expansion of a filter per byte. Deflate: RFC 1951 codes 258 bytes in two bits. LZW: 4096 entries in 12 bits.
_EXPANSION = {"/FlateDecode": 1032, "/LZWDecode": 2731, "/RunLengthDecode": 64, "/ASCII85Decode": 4}
_SHORT_FILTERS = {"/Fl": "/FlateDecode", "/LZW": "/LZWDecode", "/RL": "/RunLengthDecode", "/A85": "/ASCII85Decode"}
# Filters whose output is the picture itself; its size is known from its header, not from the length of the data.
_PICTURE_FILTERS = frozenset(("/DCTDecode", "/DCT", "/JPXDecode", "/CCITTFaxDecode", "/CCF", "/JBIG2Decode"))
# Keys that are not part of a page's drawing, or lead back.
_NOT_DRAWN = frozenset(("/Parent", "/P", "/A", "/AA", "/AF", "/Dest", "/Metadata", "/PieceInfo", "/OC", "/Popup", "/B"))
_MASKS = ("/SMask", "/Mask", "/SMaskInData")
_MOST_OBJECTS = 50_000
# ISO 32000-1, annex C.2: the smallest and the largest page, in units.
_SIDES = (3.0, 14_400.0)
_PIECE_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class PageBox:
    """The visible part of a page: edges in PDF units (y up), its requested turn (clockwise), points per unit."""

    left: float
    bottom: float
    right: float
    top: float
    rotate: int
    unit: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points as the page is seen, turned."""
        width, height = (self.right - self.left) * self.unit, (self.top - self.bottom) * self.unit
        return (height, width) if self.rotate in (90, 270) else (width, height)


def count_pages(pdf: Pdf, limits: Limits, name: str) -> int:
    """Count the pages. Raises SourceTooLarge."""
    found = len(pdf.pages)
    if found > limits.max_pages:
        raise SourceTooLarge(name, what="pages", found=found, limit=limits.max_pages)
    return found


def page_box(pdf: Pdf, index: int, name: str) -> PageBox:
    """Measure a page: the part within its crop box and its media box. Raises DamagedSource when it has no size."""
    page = pdf.pages[index]
    try:
        media, crop = _rectangle(page.mediabox), _rectangle(page.cropbox)
    except (AttributeError, TypeError, ValueError) as error:
        raise DamagedSource(name, detail=f"page {index + 1} has no size") from error
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    if min(right - left, top - bottom) < _SIDES[0]:
        # A crop box beside the sheet crops nothing; a sheet without size is no page.
        left, bottom, right, top = media
    width, height = right - left, top - bottom
    if not _SIDES[0] <= min(width, height) <= max(width, height) <= _SIDES[1]:
        raise DamagedSource(name, detail=f"page {index + 1} measures {width:g} × {height:g} points")
    unit = page.obj.get("/UserUnit", 1)
    scale = float(unit) if isinstance(unit, int | float | Decimal) and unit > 0 else 1.0
    return PageBox(left, bottom, right, top, rotate=_rotation(page.obj), unit=scale)


def _rectangle(box: Object) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(value) for value in box.as_list())
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _rotation(page: Object) -> int:
    """The page's own turn, or the one it inherits."""
    node: Object | None = page
    for _ in range(_MOST_OBJECTS):
        if node is None:
            break
        turn = node.get("/Rotate")
        if isinstance(turn, int):
            return turn % 360 if turn % 90 == 0 else 0
        node = node.get("/Parent")
    return 0


def check_page(pdf: Pdf, index: int, limits: Limits, name: str) -> bool:
    """Check that a page's drawing stays within the limits when unpacked; return whether a picture of it is masked.

    Raises SourceTooLarge, DamagedSource.
    """
    masked = False
    page = pdf.pages[index].obj
    for stream in _streams(page):
        is_picture = stream.get("/Subtype") == Name.Image
        if is_picture:
            _check_pixels(stream, limits, name)
            masked |= any(key in stream for key in _MASKS)
        _check_unpacking(stream, is_picture, limits, name, index)
    return masked


def _streams(page: Object) -> Iterator[Stream]:
    """All streams that drawing the page can reach."""
    todo: list[Object] = [page[key] for key in ("/Contents", "/Resources", "/Annots") if key in page]
    if "/Resources" not in page:
        todo.append(_inherited_resources(page))
    seen: set[tuple[int, int]] = set()
    for _ in range(_MOST_OBJECTS):
        if not todo:
            return
        node = todo.pop()
        if not isinstance(node, Object):
            continue
        if node.is_indirect:
            if node.objgen in seen:
                continue
            seen.add(node.objgen)
        if isinstance(node, Stream):
            yield node
        if isinstance(node, Array):
            todo.extend(node.as_list())
        elif isinstance(node, Dictionary | Stream):
            todo.extend(value for key, value in node.items() if key not in _NOT_DRAWN)


def _inherited_resources(page: Object) -> Object:
    node = page.get("/Parent")
    for _ in range(_MOST_OBJECTS):
        if node is None:
            break
        if "/Resources" in node:
            return node["/Resources"]
        node = node.get("/Parent")
    return Dictionary()


def _check_pixels(picture: Stream, limits: Limits, name: str) -> None:
    width, height = picture.get("/Width", 0), picture.get("/Height", 0)
    if int(width) * int(height) > limits.max_pixels:
        raise SourceTooLarge(name, what="pixels", found=width * height, limit=limits.max_pixels)


def _check_unpacking(stream: Stream, is_picture: bool, limits: Limits, name: str, index: int) -> None:
    """Unpack, discarding the data, where the limit could be exceeded or a picture may be truncated."""
    filters = _filters(stream)
    if _PICTURE_FILTERS & set(filters[-1:]):
        filters, is_picture = filters[:-1], False
    most = int(stream.get("/Length", 0))
    for each in filters:
        most *= _EXPANSION.get(each, 1)
    if most <= limits.max_stream_bytes and not is_picture:
        return
    found = _unpacked_bytes(stream, filters, limits.max_stream_bytes)
    if found > limits.max_stream_bytes:
        limit = limits.max_stream_bytes
        raise SourceTooLarge(name, what="unpacked bytes", found=f"> {limit}", limit=limit)
    if is_picture and found < _least_bytes(stream):
        raise DamagedSource(name, detail=f"the picture on page {index + 1} is cut off")


def _unpacked_bytes(stream: Stream, filters: list[str], limit: int) -> int:
    """Count the bytes behind the filters, up to about `limit`, as far as they can be decoded."""
    if set(filters) - {"/FlateDecode"}:
        try:
            with capped(limit), memoryview(stream.get_stream_buffer(pikepdf.StreamDecodeLevel.specialized)) as data:
                return len(data)
        except pikepdf.PdfError:
            return 0
    chunks = iter((stream.read_raw_bytes(),))
    for _ in filters:
        chunks = _inflated(chunks)
    found = 0
    for chunk in chunks:
        found += len(chunk)
        if found > limit:
            break
    return found


def _inflated(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Inflate piece by piece, holding one piece at a time."""
    inflate = zlib.decompressobj()
    for chunk in chunks:
        left = chunk
        while left and not inflate.eof:
            try:
                yield inflate.decompress(left, _PIECE_BYTES)
            except zlib.error:
                return
            left = inflate.unconsumed_tail


def _filters(stream: Stream) -> list[str]:
    declared = stream.get("/Filter", Array())
    names = declared.as_list() if isinstance(declared, Array) else [declared]
    return [_SHORT_FILTERS.get(str(each), str(each)) for each in names]


def _least_bytes(picture: Stream) -> int:
    """Bytes that a complete picture must have, assuming one component where its colours are not plain."""
    colours = picture.get("/ColorSpace")
    components = 3 if colours == Name.DeviceRGB else 4 if colours == Name.DeviceCMYK else 1
    bits = 1 if picture.get("/ImageMask") else int(picture.get("/BitsPerComponent", 8))
    row = (int(picture.get("/Width", 0)) * components * bits + 7) // 8
    return row * int(picture.get("/Height", 0))
