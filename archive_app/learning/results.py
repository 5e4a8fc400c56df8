"""What the services on learning give to the pages: frozen values, no rows, no session."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LikelyCode:
    """A code of a field of the form, and how likely it is the right one, in percent (0: less than one)."""

    code: str
    percent: int


@dataclass(frozen=True, slots=True)
class Likely:
    """The likeliest content classes and purposes, the likeliest first; none where nothing can be said."""

    content_class: tuple[LikelyCode, ...] = ()
    purpose: tuple[LikelyCode, ...] = ()
