"""What came in: a file that claims to be a letter, and the pages in it.

Its bytes are not trusted: call this in a limited child (see `scanning.sandbox`).
"""

from __future__ import annotations

from pathlib import Path

from scanning.errors import EmptySource, SourceTooLarge, UnknownSource
from scanning.raw import RawPage
from scanning.sources import images, pdf, sniff
from scanning.values import PageRef, ScanOptions, SourceInfo

__all__ = ["inspect", "read_page"]


def inspect(source: Path, options: ScanOptions, name: str | None = None) -> SourceInfo:
    """Say what a file is and which pages to make of it.

    The type is seen in the bytes. With `options.a3 == "tile"` a sheet of A3 (of known resolution) becomes three
    pages: the whole as an overview, its first and its second half. What is wrong with a page of several is left for
    `read_page` to say.

    Raises:
        EmptySource, UnknownSource, DamagedSource, EncryptedSource, SourceTooLarge: it cannot be taken.
        OSError: it cannot be read from the disk.
    """
    called = name or source.name
    kind = _kind(source, options, called)
    pages = pdf.pages_of(source, options, called) if kind == sniff.PDF else images.pages(source, kind, options, called)
    return SourceInfo(kind, pages)


def read_page(source: Path, ref: PageRef, *, workdir: Path, options: ScanOptions, name: str | None = None) -> RawPage:
    """Take one page out of a file.

    Args:
        source: the file.
        ref: which page, as `inspect` gave it.
        workdir: where a born-digital page's own drawing is written.
        options: how; `options.limits` is kept before anything is decoded.
        name: what errors call the source; its file name when None.

    Raises:
        EmptySource, UnknownSource, DamagedSource, EncryptedSource, SourceTooLarge: the page cannot be had.
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
