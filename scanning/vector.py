"""A born-digital page kept as vector drawing on A4, where it conforms to PDF/A-2u.

Everything is copied from a list of what is known to conform (package `borndigital`); a page with anything else on it
must be rasterised. Annotations, actions, scripts, attachments and metadata are not copied, only the drawing itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf, Stream

from scanning.borndigital import plain
from scanning.borndigital.content import Copier
from scanning.borndigital.plain import Doubt
from scanning.values import A4_HEIGHT_PT, A4_WIDTH_PT

Box = tuple[float, float, float, float]

# ISO 32000-1, 12.5.3: flags of annotations that are not shown.
_HIDDEN, _NO_VIEW = 2, 32
_SMALLEST_SIDE_PT, _LARGEST_SIDE_PT = 3.0, 14_400.0
# A square page is not turned: it would gain nothing.


@dataclass(frozen=True, slots=True)
class Placement:
    """The position of a page on A4: the PDF matrix from its coordinates, and its scale."""

    matrix: tuple[float, float, float, float, float, float]
    scale: float


def vector_layer(source: Path, index: int, out: Path) -> Path | None:
    """Write page `index` (from 0) of a PDF to `out` as a one-page A4 vector PDF, and return `out`.

    Returns None, and writes nothing, when anything about the page is in doubt. The bytes of the source are not trusted,
    but the caller limits memory and time. Raises OSError when a file cannot be read or written.
    """
    try:
        copy_page(source, index, out)
    except Doubt:
        return None
    return out


def copy_page(source: Path, index: int, out: Path) -> None:
    """Like `vector_layer`, but raises Doubt, which names what is in doubt."""
    try:
        with Pdf.open(source) as pdf, Pdf.new() as target:
            if pdf.is_encrypted:
                raise Doubt("an encrypted document")
            page = pdf.pages[index]
            if pdf.get_warnings():
                raise Doubt("a file that had to be repaired")
            _require_no_visible_annotations(page)
            box = page_box(page)
            form = Copier(target).page(page, box)
            placed = placement(box, _rotation(page), _unit(page))
            drawing = " ".join(f"{value:.6f}" for value in placed.matrix)
            contents = Stream(target, f"q {drawing} cm /Page Do Q\n".encode("ascii"))
            resources = Dictionary(XObject=Dictionary(Page=form))
            media = Array([0, 0, A4_WIDTH_PT, A4_HEIGHT_PT])
            leaf = Dictionary(Type=Name.Page, MediaBox=media, Resources=resources, Contents=contents)
            target.pages.append(Page(target.make_indirect(leaf)))
            target.save(out, deterministic_id=True)
    except (pikepdf.PdfError, IndexError, TypeError, ValueError, KeyError, AttributeError) as error:
        # For an object of an unexpected type pikepdf raises one of Python's own errors.
        raise Doubt("a page that is not built as a PDF should be") from error


def page_box(page: Page) -> Box:
    """Return the visible part of a page (left, bottom, right, top in its units): the crop box within the media box."""
    media, crop = (_ordered(plain.numbers(found, 4)) for found in (page.mediabox, page.cropbox))
    box = max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])
    unit = _unit(page)
    sides = (box[2] - box[0]) * unit, (box[3] - box[1]) * unit
    if not all(_SMALLEST_SIDE_PT <= side <= _LARGEST_SIDE_PT for side in sides):
        raise Doubt("a page of impossible size")
    return box


def _ordered(box: list[float]) -> Box:
    return min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])


def _unit(page: Page) -> float:
    unit = float(plain.number(page.obj.get("/UserUnit", 1)))
    if not unit > 0:
        raise Doubt("a page without size")
    return unit


def _rotation(page: Page) -> int:
    rotation = int(plain.number(page.obj.get("/Rotate", 0)))
    if rotation % 90:
        raise Doubt("a page turned by no quarter")
    return rotation % 360


def placement(box: Box, rotation: int, unit: float = 1.0) -> Placement:
    """Place a page on A4, centred and upright: a smaller one at its true size, a larger or wider one reduced.

    `box` is in the page's units of `unit` points, `rotation` its /Rotate in degrees clockwise. It is the rule of
    `pages.place`, so that a page has the same position as vector drawing and as picture.
    """
    width, height = (box[2] - box[0]) * unit, (box[3] - box[1]) * unit
    if rotation in (90, 270):
        width, height = height, width
    scale = min(1.0, A4_WIDTH_PT / width, A4_HEIGHT_PT / height)
    quarters = (-rotation // 90) % 4  # counterclockwise: /Rotate turns the other way
    cosine, sine = ((1, 0), (0, 1), (-1, 0), (0, -1))[quarters]
    factor = scale * unit
    a, b, c, d = factor * cosine, factor * sine, -factor * sine, factor * cosine
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    e = A4_WIDTH_PT / 2 - a * middle[0] - c * middle[1]
    f = A4_HEIGHT_PT / 2 - b * middle[0] - d * middle[1]
    return Placement((a, b, c, d, e, f), scale)


def _require_no_visible_annotations(page: Page) -> None:
    """Raise Doubt if an annotation shows something (a seal, a signature, a note): that is part of the letter."""
    for annotation in page.obj.get("/Annots", Array()):
        flags = int(plain.number(annotation.get("/F", 0)))
        if flags & (_HIDDEN | _NO_VIEW) or plain.text(annotation.get("/Subtype")) in ("/Link", "/Popup"):
            continue
        raise Doubt("an annotation that shows something")
