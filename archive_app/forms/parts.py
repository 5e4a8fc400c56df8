"""Parts shared by several forms: petitioner, signature, opinion, paper, the base of forms, and tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature: the signer, the moment (with a time zone, printed in office time), and the account.

    `image` is the drawn or stamped signature as PNG; without one the name is printed instead.
    """

    name: str
    signed_at: datetime | None = None
    account: str = ""
    image: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A written and signed statement: a proposed action, an instruction, an acknowledgement."""

    text: str = ""
    signature: Signature | None = None


UNWRITTEN = Opinion()
"""An empty box, to be filled in and signed by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Petitioner:
    """The petitioner. An `anonymous` one is printed as 匿名, even if a name is given."""

    name: str = ""
    anonymous: bool = False

    @property
    def shown(self) -> str:
        """The name as it is printed."""
        return "匿名" if self.anonymous else self.name


NOBODY = Petitioner()
"""A petitioner without a name who is not marked as anonymous."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper that is handed over: its name, pages, and the SHA-256 of its file in hexadecimal."""

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
        """The title of the document, on paper and in its metadata."""
        return self.title

    @property
    def language(self) -> str:
        """The language of the paper, for its metadata (BCP 47): the office's forms are Chinese."""
        return "zh-CN"

    @property
    def number(self) -> str:
        """The form's own number, for the footer of each page; empty if it has none."""
        return ""


Cell = str | int | float | date
"""The content of a table cell: text, a count, a share (0.85 is 85 %), a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A list as a spreadsheet; `columns` are headings and widths (characters), `name` is that of the tab."""

    heading: str
    organisation: str
    name: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Cell, ...], ...]
    restricted: bool = False
