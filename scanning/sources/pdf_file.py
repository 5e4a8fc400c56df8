"""The file of a PDF: opened by both libraries, with all its pages, repaired where they disagree, or refused.

qpdf leaves out a page that it cannot resolve, pdfium believes the number of pages that the file declares: each would
lose pages without a word. So the tree of pages is walked here as well, and all three must agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Object, Pdf
from pikepdf.settings import get_qpdf_limits, set_qpdf_limits

from scanning.errors import DamagedSource, EncryptedSource, SourceTooLarge
from scanning.values import Limits

# For an object of an unexpected type pikepdf raises one of Python's own errors.
TRIPPED = (pikepdf.PdfError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError)
# What qpdf says of a page that it leaves out.
_PAGE_IGNORED = "Pages tree includes non-dictionary object"
_MOST_NODES = 50_000
_DEEPEST_TREE = 100
# The streams that hold the file's own tables; those of a thousand pages take a few megabytes.
_STRUCTURE_BYTES = 64 * 2**20
# A PDF's end mark may be followed by a line end and little else.
_END = b"%%EOF"
_TAIL_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class PdfFile:
    """An open PDF: its objects (qpdf), its drawing (pdfium), and the bytes of both if they are a repaired copy."""

    pdf: Pdf
    document: pypdfium2.PdfDocument
    source: Path | bytes

    @property
    def repaired(self) -> bool:
        """Whether it is a copy in memory, repaired."""
        return isinstance(self.source, bytes)


@contextmanager
def opened(source: Path, limits: Limits, name: str, *, repair: bool = False) -> Iterator[PdfFile]:
    """Open a PDF under limits, as it is, or repaired if it does not show all its pages (or if `repair` asks for it).

    A PDF that only its owner's password protects opens for everyone, and is accepted. Raises EncryptedSource,
    DamagedSource (also when the end of the file is missing, though pages could be salvaged: others would be lost
    unnoticed), SourceTooLarge.
    """
    try:
        with capped(min(limits.max_stream_bytes, _STRUCTURE_BYTES)), ExitStack() as stack:
            yield _opened(source, limits, name, stack, repair=repair)
    except TRIPPED as error:
        raise DamagedSource(name, detail="its inner structure is broken") from error


@contextmanager
def capped(most: int) -> Iterator[None]:
    """Limit qpdf's unpacking of a stream."""
    before = get_qpdf_limits()
    most = min(most, 2**32 - 1)
    set_qpdf_limits(flate_max_memory=most, run_length_max_memory=most, png_max_memory=most, tiff_max_memory=most)
    try:
        yield
    finally:
        set_qpdf_limits(**before)  # type: ignore[arg-type]


def _opened(source: Path, limits: Limits, name: str, stack: ExitStack, *, repair: bool) -> PdfFile:
    try:
        pdf = stack.enter_context(Pdf.open(source, suppress_warnings=True, attempt_recovery=False))
    except pikepdf.PasswordError as error:
        raise EncryptedSource(name) from error
    except pikepdf.PdfError as error:
        if not _ends(source):
            raise DamagedSource(name, detail="its end is missing") from error
        return _repaired(source, limits, name, stack, stated=0, trusted=True)
    stated = _require_few(pdf, limits, name)
    sound = _is_sound(pdf) and not pdf.get_warnings() and not repair
    document = drawable(source, stack)
    if document is not None:
        if sound and len(document) == len(pdf.pages) > 0:
            return PdfFile(pdf, document, source)
        stated = max(stated, len(document))
    return _repaired(source, limits, name, stack, stated=stated, trusted=False)


def _repaired(source: Path, limits: Limits, name: str, stack: ExitStack, *, stated: int, trusted: bool) -> PdfFile:
    """Repair a copy in memory.

    As many pages as are `stated` must be in it if this number is `trusted`, or if there are pages outside the tree.
    Raises DamagedSource when a page is missing still.
    """
    pdf = stack.enter_context(Pdf.open(source, suppress_warnings=True))
    stated = max(stated, _require_few(pdf, limits, name))
    found = len(pdf.pages)
    if found == 0:
        raise DamagedSource(name, detail="there is no page in it")
    least = found + sum(_PAGE_IGNORED in warning for warning in pdf.get_warnings())
    if stated > found and (trusted or _has_other_pages(pdf)):
        least = max(least, stated)
    if found < least:
        raise DamagedSource(name, detail=f"of {least} pages only {found} can be found")
    buffer = BytesIO()
    pdf.save(buffer, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    copy = buffer.getvalue()
    document = drawable(copy, stack)
    shown = len(document) if document is not None else 0
    if document is None or shown != found:
        raise DamagedSource(name, detail=f"of {found} pages only {shown} can be drawn")
    return PdfFile(pdf, document, copy)


def _require_few(pdf: Pdf, limits: Limits, name: str) -> int:
    """Return how many pages a file declares (0 when it declares none). Raises SourceTooLarge before they are listed."""
    declared = pdf.Root.get("/Pages", Dictionary()).get("/Count", 0)
    if isinstance(declared, int) and declared > limits.max_pages:
        raise SourceTooLarge(name, what="pages", found=declared, limit=limits.max_pages)
    return declared if isinstance(declared, int) else 0


def drawable(source: Path | bytes, stack: ExitStack) -> pypdfium2.PdfDocument | None:
    """Open a PDF with pdfium, with its form fields; None when it cannot be opened."""
    try:
        document: pypdfium2.PdfDocument = stack.enter_context(pypdfium2.PdfDocument(source))
    except pypdfium2.PdfiumError:
        return None
    document.init_forms()
    return document


def _is_sound(pdf: Pdf) -> bool:
    """Whether the tree of pages has every node once, each with as many leaves as it says: pdfium goes by these."""
    return _leaves(pdf.Root.get("/Pages"), set(), 0) is not None


def _leaves(node: Object | None, seen: set[tuple[int, int]], depth: int) -> int | None:
    """Count the leaves below a node; None when it is not sound."""
    if not isinstance(node, Dictionary) or node.objgen in seen or depth > _DEEPEST_TREE or len(seen) > _MOST_NODES:
        return None
    if node.is_indirect:
        seen.add(node.objgen)
    kids = node.get("/Kids")
    if not isinstance(kids, Array):
        return 1
    leaves = 0
    for kid in kids.as_list():
        below = _leaves(kid, seen, depth + 1)
        if below is None:
            return None
        leaves += below
    return leaves if node.get("/Count") == leaves else None


def _has_other_pages(pdf: Pdf) -> bool:
    """Whether there are pages in the file that are not in its tree."""
    listed = {page.obj.objgen for page in pdf.pages}
    return any(
        isinstance(each, Dictionary) and each.get("/Type") == Name.Page and each.objgen not in listed
        for each in pdf.objects
    )


def _ends(source: Path) -> bool:
    """Whether the file has its end mark, with no further objects behind it."""
    size = source.stat().st_size
    with source.open("rb") as file:
        file.seek(max(0, size - _TAIL_BYTES))
        tail = file.read()
    at = tail.rfind(_END)
    return at >= 0 and b" obj" not in tail[at:]
