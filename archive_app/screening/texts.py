"""The texts of a case, from the declaration of free text: the words of a letter, and the rest.

The words of a letter are its title, its sender, the registration form, the current text of its pages and the names of
its files. The rest is what people wrote in handling the case, and what was written before: older texts and forms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, exists, null, select
from sqlalchemy.orm import Session, aliased

from archive_app.search.indexing import page_texts, registered_texts
from storage.models import (
    Base,
    Concern,
    ConcernReview,
    Letter,
    LetterSource,
    Page,
    Registration,
    RegistrationVersion,
    Source,
    TextVersion,
)
from storage.models.free_text import FreeText, free_columns, place_of, words_of
from storage.written_words import Owner

OF_LETTER = frozenset({"letters", "text_versions", "registrations", "registration_versions", "sources"})
"""The tables with the petition's own words; those of all other tables are the office's."""


@dataclass(frozen=True, slots=True)
class CaseText:
    """Words of a case: of which letter (None: of the case as a whole), where they stand, and whom they are about.

    The text of a letter is in `pages`: a name may go on over their ends.
    """

    case_id: int
    letter_id: int | None
    place: str
    text: str
    about: Owner | None = None
    pages: tuple[str, ...] = ()


def texts_of_letter(session: Session, letter: Letter) -> list[CaseText]:
    """The words of a letter as it is in this transaction."""
    pages = page_texts(session, [letter.id]).get(letter.id, ())
    registered = registered_texts(session, [letter.case_id]).get(letter.case_id, "")
    files = select(Source.name).join(LetterSource).where(LetterSource.letter_id == letter.id)
    found = [
        ("letters.title", letter.title),
        ("letters.sender", letter.sender),
        ("registrations", registered),
        *(("sources.name", name) for name in session.scalars(files)),
    ]
    read = CaseText(letter.case_id, letter.id, "text_versions.text", "", pages=tuple(text for _, text in pages))
    return [read, *(CaseText(letter.case_id, letter.id, place, text) for place, text in found if text)]


def is_of_letter(place: str) -> bool:
    """Whether a place is one of the petition's own words."""
    return place.partition(".")[0] in OF_LETTER


def unindexed_texts(session: Session, case_id: int | None = None) -> Iterator[CaseText]:
    """All words that the full-text index does not have, of one case or of all."""
    for table, columns in free_columns(Base.metadata).items():
        wanted = {column: said for column, said in columns.items() if not said.indexed or table.name in _OLDER}
        if wanted:
            yield from _rows(session, table.name, wanted, case_id)


def _rows(session: Session, table: str, columns: Mapping[Any, FreeText], case_id: int | None) -> Iterator[CaseText]:
    statement, of_case = _JOINED[table]() if table in _JOINED else _own(columns)
    more = [column for column in next(iter(columns)).table.columns if column.name in ("act", "kind")]
    statement = statement.add_columns(*columns, *more)
    if case_id is not None:
        statement = statement.where(of_case == case_id)
    for row in session.execute(statement.execution_options(yield_per=500)):
        case, letter, person, unit, *rest = row
        values: dict[str, Any] = dict(zip((column.name for column in (*columns, *more)), rest, strict=True))
        about = ("person", person) if person is not None else ("unit", unit) if unit is not None else None
        for column, said in columns.items():
            for path, text in words_of(said, values[column.name], values):
                yield CaseText(case, letter, place_of(column, path, values), text, about)


_Way: TypeAlias = tuple[Select[*tuple[Any, ...]], ColumnElement[Any]]


def _own(columns: Mapping[Any, FreeText]) -> _Way:
    """Rows that name their case themselves."""
    case_id = next(iter(columns)).table.c.case_id
    return select(case_id, null(), null(), null()).where(case_id.is_not(None)), case_id


def _of_letters() -> _Way:
    return select(Letter.case_id, Letter.id, null(), null()), Letter.case_id.expression


def _of_sources() -> _Way:
    statement = (
        select(Letter.case_id, Letter.id, null(), null())
        .select_from(Source)
        .join(LetterSource, LetterSource.source_id == Source.id)
        .join(Letter, Letter.id == LetterSource.letter_id)
    )
    return statement, Letter.case_id.expression


def _of_older_texts() -> _Way:
    newer = aliased(TextVersion)
    statement = (
        select(Letter.case_id, Letter.id, null(), null())
        .select_from(TextVersion)
        .join(Page, Page.id == TextVersion.page_id)
        .join(Letter, Letter.id == Page.letter_id)
        .where(exists().where(newer.page_id == TextVersion.page_id, newer.number > TextVersion.number))
    )
    return statement, Letter.case_id.expression


def _of_forms() -> _Way:
    statement = (
        select(Registration.case_id, null(), null(), null())
        .select_from(RegistrationVersion)
        .join(Registration, Registration.id == RegistrationVersion.registration_id)
    )
    return statement, Registration.case_id.expression


def _of_concerns() -> _Way:
    return select(Concern.case_id, null(), Concern.person_id, Concern.unit_id), Concern.case_id.expression


def _of_reviews() -> _Way:
    statement, of_case = _of_concerns()
    return statement.select_from(ConcernReview).join(Concern, Concern.id == ConcernReview.concern_id), of_case


_JOINED = {
    "concern_reviews": _of_reviews,
    "concerns": _of_concerns,
    "registration_versions": _of_forms,
    "sources": _of_sources,
    "text_versions": _of_older_texts,
}
"""The tables that hang on a case through others, or that say whom they are about. All others name their case."""

_OLDER = frozenset({"text_versions"})
"""The tables of which the index has the current rows only."""
