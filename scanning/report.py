"""The `.json` beside an access copy: how each page was made and its text, for people and programs."""

from __future__ import annotations

from typing import Any

from scanning.values import Line, ScannedLetter, ScannedPage

FORMAT = "petition-archive/scan/1"


def to_json(letter: ScannedLetter) -> dict[str, Any]:
    """Return a letter as plain values for `json.dumps`: coordinates in points of the A4 page, lengths in mm."""
    return {
        "format": FORMAT,
        "name": letter.name,
        "sha256": letter.sha256,
        "media_type": letter.source.media_type,
        "made_by": dict(letter.made_by),
        "pages": [_page(page) for page in letter.pages],
        "failed": [
            {"index": each.ref.index, "part": each.ref.part, "code": each.error.code, **each.error.values}
            for each in letter.failed
        ],
    }


def _page(page: ScannedPage) -> dict[str, Any]:
    source, quality = page.source, page.quality
    return {
        "index": page.ref.index,
        "part": page.ref.part,
        "source": {
            "kind": source.kind,
            "width": source.width,
            "height": source.height,
            "dpi": source.dpi,
            "dpi_known": source.dpi_known,
            "width_mm": source.width_mm,
            "height_mm": source.height_mm,
        },
        "turned": page.turned,
        "operations": [{"name": done.name, **done.parameters} for done in page.operations],
        "quality": {
            "dpi": quality.dpi,
            "dpi_known": quality.dpi_known,
            "ink": quality.ink,
            "sharpness": quality.sharpness,
            "skew": quality.skew,
            "residual_skew": quality.residual_skew,
            "confidence": quality.confidence,
        },
        "warnings": [{"code": warning.code, **warning.values} for warning in page.warnings],
        "engine": {"name": page.engine, "version": page.engine_version},
        "separator": page.separator,
        "seconds": round(page.seconds, 3),
        "text": page.text,
        "lines": [_line(line) for line in page.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "text": line.text,
        "polygon": [list(point) for point in line.polygon],
        "confidence": round(line.confidence, 4),
        "direction": line.direction,
    }
    if line.raw is not None:
        plain["raw"] = line.raw
    if line.spans is not None:
        plain["characters"] = [
            {"text": character, "polygon": [[round(x, 2), round(y, 2)] for x, y in line.part(begin, end)]}
            for character, (begin, end) in zip(line.text, line.spans, strict=True)
        ]
    return plain
