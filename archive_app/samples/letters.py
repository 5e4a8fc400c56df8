"""The fictional petitions that the samples are drawn from, one TOML file a letter."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class LetterText:
    """The content of one letter. `rows` is a form's table, a row of (label, value) cells each; empty for prose.

    `written` is the date as written on the paper; `stamp` the words of a red seal; `signers` the names under a joint
    letter.
    """

    name: str
    title: str
    date: date
    written: str
    salutation: str = ""
    paragraphs: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    stamp: str = ""

    @property
    def everything(self) -> str:
        """All words of the letter, in no order: its faces must have all these characters."""
        cells = (word for row in self.rows for cell in row for word in cell)
        parts = (self.title, self.written, self.salutation, *self.paragraphs, *self.closing, *self.signature, *cells)
        return "".join(parts)


def load_letters() -> tuple[LetterText, ...]:
    """All letters, in the order of their file names."""
    folder = files(__package__) / "letters"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    sources = [tomllib.loads((folder / name).read_text("utf-8")) for name in names]
    return tuple(_letter(name.removesuffix(".toml"), source) for name, source in zip(names, sources, strict=True))


def _letter(name: str, source: dict[str, Any]) -> LetterText:
    day: date = source["date"]
    return LetterText(
        name=name,
        title=source["title"],
        date=day,
        written=source.get("date_text", f"{day.year}年{day.month}月{day.day}日"),
        salutation=source.get("salutation", ""),
        paragraphs=tuple(source.get("body", "").split("\n")[:-1]),
        closing=tuple(source.get("closing", () if "rows" in source else ("此致", "敬礼"))),
        signature=tuple(source.get("signature", ())),
        signers=tuple(source.get("signers", ())),
        rows=tuple(tuple((label, value) for label, value in row) for row in source.get("rows", ())),
        stamp=source.get("stamp", ""),
    )
