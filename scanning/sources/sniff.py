"""The type of a file by its bytes; its name is ignored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from struct import unpack_from

PDF = "application/pdf"
TIFF = "image/tiff"
JPEG = "image/jpeg"
PNG = "image/png"
HEIC = "image/heic"
WEBP = "image/webp"
BMP = "image/bmp"

# A PDF may begin with some foreign bytes: readers look for its mark in the first 1024 (ISO 32000-1, annex H.3, note
# 13).
_PDF_WITHIN = 1024
_BEGINNINGS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),
    (b"MM\0+", TIFF),
)
# ISO/IEC 23008-12: brands of still pictures coded with HEVC. `mif1` means only that it is a HEIF; AVIF has it too.
_HEVC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"))
_BMP_HEADERS = frozenset((12, 40, 52, 56, 64, 108, 124))


def media_type(source: Path) -> str | None:
    """Return the media type of a file that this system reads, None for any other. Raises OSError."""
    with source.open("rb") as file:
        head = file.read(_PDF_WITHIN)
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[:2] == b"BM" and len(head) > 18 and unpack_from("<I", head, 14)[0] in _BMP_HEADERS:
        return BMP
    if head[4:8] == b"ftyp" and _HEVC_BRANDS & _brands(head):
        return HEIC
    return PDF if b"%PDF-" in head else None


def _brands(head: bytes) -> set[bytes]:
    """Major and compatible brands of an ISO base media file."""
    size = min(unpack_from(">I", head)[0], len(head))
    return {head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))}


@dataclass(frozen=True, slots=True)
class JpegFrame:
    """Content of a JPEG's markers: size in pixels, and whether the coded picture reaches its end."""

    width: int
    height: int
    complete: bool


def jpeg_frame(data: bytes) -> JpegFrame | None:
    """Walk the markers of a JPEG (ITU-T T.81, annex B) without decoding; None when there is no frame in it.

    Decoders silently fill the missing part of a truncated picture with grey. The end mark is searched behind the
    beginning of the coded data only, as thumbnails have end marks of their own.
    """
    at, size = 2, None
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and at + 9 <= len(data):
            height, width = unpack_from(">HH", data, at + 5)
            size = (width, height)
        if marker == 0xDA:
            complete = data.find(b"\xff\xd9", at) >= 0
            return JpegFrame(*size, complete) if size else None
        at += 2 + unpack_from(">H", data, at + 2)[0]
    return JpegFrame(*size, False) if size else None


def jpeg2000_size(data: bytes) -> tuple[int, int] | None:
    """Width and height from the SIZ segment of a JPEG 2000 codestream (ITU-T T.800, A.5.1), boxed or bare."""
    at = data.find(b"\xff\x4f\xff\x51")
    if at < 0 or at + 24 > len(data):
        return None
    right, bottom, left, top = unpack_from(">4I", data, at + 8)
    return right - left, bottom - top
