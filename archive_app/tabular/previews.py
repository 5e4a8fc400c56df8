"""What a table would do is shown first; the fingerprint of what was shown makes sure that exactly that is done."""

from __future__ import annotations

import hashlib
import json

from archive_app.tabular.errors import ImportChanged


def fingerprint(content: bytes, shown: object) -> str:
    """Return the SHA-256 of a table and of all that its preview shows (lists, mappings, texts, numbers, days)."""
    whole = json.dumps([hashlib.sha256(content).hexdigest(), shown], default=str, sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()


def ensure_as_shown(found: str, previewed: str) -> None:
    """Raise ImportChanged unless the fingerprint that was found is the one of the preview."""
    if found != previewed:
        raise ImportChanged(field="file")
