"""How each sample is written, treated and filed: one recipe a letter, together what an office receives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from archive_app.samples.leaf import BLUE_BLACK, SIXTEENMO, Look
from archive_app.samples.treatments import Aged, Faxed, Photographed, Resolution, Scanner, Skew, Treatment, Turn

FileKind = Literal["jpeg", "png", "webp", "tiff-g4", "pdf-scan", "pdf-born-digital"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """`treatments[i]` is done to page i, the last one to all further pages; `exif_turn`: how the telephone was held."""

    look: Look
    treatments: tuple[tuple[Treatment, ...], ...]
    file: FileKind
    dpi: float = 300.0
    exif_turn: int = 0
    blank_back: bool = False

    @property
    def camera(self) -> bool:
        """Whether the pages were photographed."""
        return any(isinstance(step, Photographed) for steps in self.treatments for step in steps)


# pdfium embeds TrueType outlines rightly, those of the Noto collections (CFF) under a wrong name.
_OUTLINES = Look("ming-cn", 14.0, 1.75, label_face="ming-cn", small_face="ming-cn")

RECIPES = (
    # The plain case: printed, scanned well.
    Recipe(Look("song", 14.5, 1.8), ((Scanner(), Skew(0.4)),), "jpeg"),
    # Written by hand on letter paper, photographed with the telephone on its side.
    Recipe(Look("wenkai", 16.0, 1.9, BLUE_BLACK, 0.7, "ruled"), ((Photographed(0.05),),), "jpeg", 250.0, exif_turn=90),
    # Two pages through the feeder, a little askew, as one PDF.
    Recipe(Look("kai", 16.0, 1.75), ((Scanner(), Skew(-1.3)), (Scanner(), Skew(0.9))), "pdf-scan", 200.0),
    # The second page went in sideways.
    Recipe(Look("song", 15.5, 1.8), ((Scanner(), Skew(0.6)), (Scanner(), Turn(90))), "pdf-scan", 200.0),
    # A printed form, filled in by hand, with a seal.
    Recipe(Look("wenkai", 12.5, 1.6, BLUE_BLACK, 0.45), ((Scanner(), Skew(-0.7)),), "png", 200.0),
    # Old paper.
    Recipe(
        Look("ming", 16.5, 1.85, format=SIXTEENMO, margin=60.0, label_face="ming"),
        ((Aged(), Skew(1.1)),),
        "jpeg",
        300.0,
    ),
    # Fax.
    Recipe(Look("hei", 15.5, 1.8), ((Faxed(),), (Skew(1.0), Faxed())), "tiff-g4"),
    # A company's letter, its red seal over the words, strongly askew.
    Recipe(Look("song", 14.5, 1.8), ((Scanner(), Skew(3.8)),), "jpeg", 300.0),
    # Three pages by hand, photographed, the pictures put into one PDF.
    Recipe(
        Look("wenkai-light", 17.0, 1.9, BLUE_BLACK, 0.9, "ruled"), ((Photographed(0.04, 1900),),), "pdf-scan", 220.0
    ),
    # Upside down and coarse.
    Recipe(Look("hei", 14.0, 1.8), ((Scanner(), Resolution(150.0), Turn(180)),), "webp"),
    # Never was paper.
    Recipe(_OUTLINES, ((),), "pdf-born-digital"),
    # By hand, both sides through the feeder, the back empty.
    Recipe(
        Look("kai", 17.0, 1.9, BLUE_BLACK, 0.6, "ruled"), ((Scanner(), Skew(-0.5)),), "pdf-scan", 200.0, blank_back=True
    ),
)
