"""Marks the texts that the catalogues translate, where they are written down before anybody reads them."""

from __future__ import annotations


def N_(text: str) -> str:
    """Mark a text for the catalogues; it is translated when it is said."""
    return text
