"""What two answers differ by, and what stands inside one: in an Excel table, or in a PDF."""

from __future__ import annotations

import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from tests.worlds.world import Answer

BETWEEN = 60
"""Bytes that are shown on each side of the first difference."""


def difference(first: Answer, second: Answer) -> str:
    """What differs, in a few words."""
    if first.status != second.status:
        return f"{first.status} with the complaint, {second.status} without it"
    if first.body == second.body:
        return f"headers {sorted(set(first.headers) ^ set(second.headers))}"
    at = next(
        (place for place, (x, y) in enumerate(zip(first.body, second.body, strict=False)) if x != y),
        min(len(first.body), len(second.body)),
    )
    around = slice(max(0, at - BETWEEN), at + BETWEEN)
    with_it, without = (body[around].decode(errors="replace") for body in (first.body, second.body))
    return f"body at {at}: {with_it!r} with the complaint, {without!r} without it"


def inside(body: bytes) -> bytes:
    """The body, with all that is packed in it: the parts of an Excel table, the streams of a PDF."""
    if body.startswith(b"PK"):
        try:
            with ZipFile(BytesIO(body)) as packed:
                return b"\n".join([body, *(packed.read(name) for name in packed.namelist())])
        except BadZipFile:
            return body
    if body.startswith(b"%PDF"):
        return b"\n".join([body, *_streams(body)])
    return body


def _streams(pdf: bytes) -> list[bytes]:
    found = []
    for part in pdf.split(b"stream\n")[1:]:
        try:
            found.append(zlib.decompressobj().decompress(part))
        except zlib.error:
            continue
    return found
