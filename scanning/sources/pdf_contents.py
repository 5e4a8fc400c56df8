"""The drawing of a PDF page, object by object, in the order of drawing."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw

from scanning.geometry import Matrix, apply, rectangle, scaling
from scanning.raw import Pixels
from scanning.sources.pdf_guard import PageBox

# The raw C interface; its names come from a generated binding without types.
pdfium: Any = pypdfium2.raw

_MOST_DEPTH = 12
# Text render modes without visible effect (ISO 32000-1, table 106).
_INVISIBLE = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_WHITE = (255, 255, 255)
# A page before and after a change is compared at this many pixels of its longer side, in squares of so many; ink is
# lost where a square becomes lighter by more than this (0..255) on average.
_SEEN_SIDE = 1000
_LOOKED_AT = 9
_MOST_LOST = 12.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on the page.

    `to_view` maps its unit square (y up, as PDF has it) to points of the page as seen, origin top left, y down.
    `order` counts objects.
    """

    image: pypdfium2.PdfImage
    to_view: Matrix
    order: int

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in points of the page as seen."""
        corners = apply(self.to_view, rectangle(1.0, 1.0))
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        return float(left), float(top), float(right), float(bottom)


@dataclass(frozen=True, slots=True)
class Contents:
    """The objects of a page. `texts` maps the address of a text object to its order if it is visible, else to None.

    `marks` are the orders of all other visible objects: lines, areas, shadings.
    """

    pictures: tuple[Picture, ...]
    texts: dict[int, int | None]
    marks: tuple[int, ...]


def page_to_view(box: PageBox) -> Matrix:
    """Map PDF units of a page (y up) to points of the page as it is seen: turned, origin top left, y down."""
    width, height = box.right - box.left, box.top - box.bottom
    upright = np.array([[1.0, 0.0, -box.left], [0.0, -1.0, box.top], [0.0, 0.0, 1.0]])
    turns: dict[int, Matrix] = {
        0: np.eye(3),
        90: np.array([[0.0, -1.0, height], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]),
        180: np.array([[-1.0, 0.0, width], [0.0, -1.0, height], [0.0, 0.0, 1.0]]),
        270: np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, width], [0.0, 0.0, 1.0]]),
    }
    matrix: Matrix = scaling(box.unit) @ turns[box.rotate] @ upright
    return matrix


def contents_of(page: pypdfium2.PdfPage, box: PageBox) -> Contents:
    """List what the page draws."""
    to_view = page_to_view(box)
    pictures: list[Picture] = []
    texts: dict[int, int | None] = {}
    marks: list[int] = []
    for order, item in enumerate(page.get_objects(max_depth=_MOST_DEPTH)):
        if isinstance(item, pypdfium2.PdfImage):
            pictures.append(Picture(item, to_view @ _placed(item), order))
        elif isinstance(item, pypdfium2.PdfTextObj):
            visible = pdfium.FPDFTextObj_GetTextRenderMode(item) not in _INVISIBLE
            texts[address_of(item.raw)] = order if visible else None
        elif item.type == pdfium.FPDF_PAGEOBJ_SHADING or (item.type == pdfium.FPDF_PAGEOBJ_PATH and _leaves_ink(item)):
            marks.append(order)
    return Contents(tuple(pictures), texts, tuple(marks))


def address_of(handle: object) -> int:
    """Return the address behind a handle, which identifies the object."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0  # type: ignore[arg-type]


def _placed(item: pypdfium2.PdfObject) -> Matrix:
    """Matrix of an object on the page, through all enclosing forms."""
    matrix: Matrix = np.eye(3)
    node: pypdfium2.PdfObject | None = item
    while node is not None:
        a, b, c, d, e, f = node.get_matrix().get()
        matrix = np.array([[a, c, e], [b, d, f], [0.0, 0.0, 1.0]]) @ matrix
        node = node.container
    return matrix


def _leaves_ink(path: pypdfium2.PdfObject) -> bool:
    """Whether a path is drawn in anything but white; scanners often put a white sheet below the picture."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDFPath_GetDrawMode(path, fill, stroke):
        return False
    inks = ((fill.value, pdfium.FPDFPageObj_GetFillColor), (stroke.value, pdfium.FPDFPageObj_GetStrokeColor))
    return any(drawn and _colour(path, ask) != _WHITE for drawn, ask in inks)


def _colour(path: pypdfium2.PdfObject, ask: Any) -> tuple[int, int, int]:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    ask(path, red, green, blue, alpha)
    return red.value, green.value, blue.value


def flattened(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, index: int) -> pypdfium2.PdfPage | None:
    """Make the annotations and fields of an open page part of its drawing, and open it again.

    None when something that showed before does not show afterwards: pdfium writes some pages anew with other fonts.
    The document is then spoilt. Raises PdfiumError.
    """
    # Drawing makes the appearance of annotations that have none, without which they would be dropped.
    before = _seen(page)
    if pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_FAIL:
        return None
    page.close()
    anew: pypdfium2.PdfPage = document[index]
    lost = np.clip(_seen(anew).astype(np.float32) - before, 0, None)
    around = cv2.boxFilter(lost, -1, (_LOOKED_AT, _LOOKED_AT))
    return None if around.max() > _MOST_LOST else anew


def _seen(page: pypdfium2.PdfPage) -> Pixels:
    """A page as it shows, small and grey."""
    scale = _SEEN_SIDE / max(*page.get_size(), 1.0)
    drawn = page.render(scale=scale, grayscale=True).to_numpy()
    return np.array(drawn, dtype=np.uint8).reshape(drawn.shape[:2])


def visible_annotations(page: pypdfium2.PdfPage) -> bool:
    """Whether the page has stamps, notes or form fields that are visible on paper."""
    shown = False
    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if not note:
            continue
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        hidden = pdfium.FPDFAnnot_GetFlags(note) & (pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW)
        shown |= not hidden and kind not in (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP)
        pdfium.FPDFPage_CloseAnnot(note)
    return shown
