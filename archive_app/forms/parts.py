"""What several forms have in common: who petitions, who signed, what was written, which papers, and the form itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signed, when (a moment with its time zone, printed as the office's clock shows it), and with which account.

    `image` is the drawn or stamped signature as PNG; without one the name is printed in its place.
    """

    name: str
    signed_at: datetime | None = None
    account: str = ""
    image: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What somebody wrote and signed: a proposed action, an instruction, a receipt."""

    text: str = ""
    signature: Signature | None = None


UNWRITTEN = Opinion()
"""An empty box, to be written and signed by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Petitioner:
    """Who petitions. Of one who is `anonymous` no name is printed but 匿名, even if one is handed over."""

    name: str = ""
    anonymous: bool = False

    @property
    def shown(self) -> str:
        """The name as it is printed."""
        return "匿名" if self.anonymous else self.name


NOBODY = Petitioner()
"""Who has no name on the form, and is not said to be anonymous."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper that is handed over: its name, pages, and the SHA-256 of its file in hexadecimal."""

    title: str
    page_count: int | None = None
    sha256: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Base of all forms. `organisation` is the office's full name; a `restricted` case has its `mark` on every page."""

    mark: ClassVar[str] = "受限件"
    title: ClassVar[str] = ""
    template: ClassVar[str] = ""

    organisation: str
    restricted: bool = False

    @property
    def heading(self) -> str:
        """What the document is called, on the paper and in its metadata."""
        return self.title

    @property
    def number(self) -> str:
        """The number that tells this form from others of its kind, for the foot of each page; empty if it has none."""
        return ""


Cell = str | int | float | date
"""What a table has in a cell: text, a count, a share (0.85 is 85 %), a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A list taken along as a spreadsheet; `columns` are headings and widths (characters), `name` is the tab's."""

    heading: str
    organisation: str
    name: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Cell, ...], ...]
    restricted: bool = False
