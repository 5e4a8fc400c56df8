"""The results of the services on learning: frozen values, no rows, no session."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LikelyCode:
    """A code of a form field with its probability in percent (0: less than one)."""

    code: str
    percent: int


@dataclass(frozen=True, slots=True)
class Likely:
    """The most likely content classes and purposes, best first; empty if nothing can be suggested."""

    content_class: tuple[LikelyCode, ...] = ()
    purpose: tuple[LikelyCode, ...] = ()
