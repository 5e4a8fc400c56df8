"""Separator sheets: a printed page with a QR code that marks, in a stack of scans, the beginning of the next letter."""

from __future__ import annotations

import zxingcpp

from scanning.geometry import View

PREFIX = "PETITION-ARCHIVE/SEPARATOR"
"""The prefix of the payload of a separator's code."""

SIDE = 800
"""Pixels of the longer side of the picture in which a code is searched: a separator's code is printed large."""


MOST_LINES = 12
"""A page with more lines than this is no separator sheet; looking for a code costs as much as reading a few lines."""


def find_separator(view: View) -> str | None:
    """Read the payload of a separator's QR code; None on any other page, other codes on it or not."""
    picture = view.sample(min(1.0, SIDE / max(view.size)))
    codes = zxingcpp.read_barcodes(
        picture,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
    )
    return next((code.text for code in codes if code.text.startswith(PREFIX)), None)
