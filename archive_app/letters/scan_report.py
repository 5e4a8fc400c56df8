"""The stored report of a page's processing: enough to explain it and to show its warnings."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from scanning.values import ScannedPage


def report_of(page: ScannedPage) -> dict[str, Any]:
    """Return the page's source, operations, quality and warnings as plain JSON values."""
    return {
        "source": asdict(page.source),
        "operations": [
            {"name": operation.name, "parameters": dict(operation.parameters)} for operation in page.operations
        ],
        "quality": asdict(page.quality),
        "warnings": [{"code": warning.code, "values": dict(warning.values)} for warning in page.warnings],
        "seconds": round(page.seconds, 3),
    }
