"""Incoming files that claim to be letters, and their pages.

Their bytes are not trusted: call this in a limited child (see `scanning.sandbox`).
"""

from __future__ import annotations

from pathlib import Path

from scanning.errors import EmptySource, SourceTooLarge, UnknownSource
from scanning.raw import RawPage
from scanning.sources import images, pdf, sniff
from scanning.values import PageRef, ScanOptions, SourceInfo

__all__ = ["inspect", "read_page"]


def inspect(source: Path, options: ScanOptions, name: str | None = None) -> SourceInfo:
    """Detect the type of a file and the pages to make of it.

    The type is detected from the bytes. With `options.a3 == "tile"` a sheet of A3 (of known resolution) becomes three
    pages: the whole as an overview, its first and its second half. Errors of one page of several are raised by
    `read_page`.

    Raises:
        EmptySource, UnknownSource, DamagedSource, EncryptedSource, SourceTooLarge: it cannot be used.
        OSError: it cannot be read from the disk.
    """
    called = name or source.name
    kind = _kind(source, options, called)
    pages = pdf.pages_of(source, options, called) if kind == sniff.PDF else images.pages(source, kind, options, called)
    return SourceInfo(kind, pages)


def read_page(source: Path, ref: PageRef, *, workdir: Path, options: ScanOptions, name: str | None = None) -> RawPage:
    """Read one page of a file.

    Args:
        source: the file.
        ref: which page, from `inspect`.
        workdir: the folder for a born-digital page's own drawing.
        options: how to scan; `options.limits` is checked before anything is decoded.
        name: the source's name in errors; its file name when None.

    Raises:
        EmptySource, UnknownSource, DamagedSource, EncryptedSource, SourceTooLarge: the page cannot be read.
        OSError: the file cannot be read, or the drawing not written.
    """
    called = name or source.name
    kind = _kind(source, options, called)
    if kind == sniff.PDF:
        return pdf.read(source, ref, workdir, options, called)
    return images.read(source, kind, ref, options, called)


def _kind(source: Path, options: ScanOptions, name: str) -> str:
    size = source.stat().st_size
    if size == 0:
        raise EmptySource(name)
    if size > options.limits.max_bytes:
        raise SourceTooLarge(name, what="bytes", found=size, limit=options.limits.max_bytes)
    kind = sniff.media_type(source)
    if kind is None:
        raise UnknownSource(name)
    return kind
