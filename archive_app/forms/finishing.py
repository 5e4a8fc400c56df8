"""Finish the engine's PDF for storage: metadata that every validator reads, reproducible bytes."""

from __future__ import annotations

import io
from datetime import datetime

import pikepdf
from pikepdf import Pdf

from archive_app.forms.fonts import shrink_fonts
from archive_app.office_time import in_office
from scanning import pdfa
from scanning.values import DocumentInfo


def finish(drawn: bytes, *, title: str, made_at: datetime, language: str) -> bytes:
    """Return the document with title, moment, language and colour space, as PDF/A-2u (ISO 19005-2).

    The engine writes the PDF/A part and level as RDF attributes, which is valid, but not every validator reads it; its
    XMP packet is replaced by that of the access copies.
    """
    about = DocumentInfo(title, in_office(made_at).isoformat(timespec="seconds"), language=language)
    written = io.BytesIO()
    with Pdf.open(io.BytesIO(drawn)) as pdf:
        pdfa.describe(pdf, about, "2u")
        shrink_fonts(pdf)
        pdf.save(
            written,
            force_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            deterministic_id=True,
            fix_metadata_version=False,
        )
    return written.getvalue()
