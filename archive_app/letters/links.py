"""The links between letters and their redacted extracts, as far as the reader sees both ends."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from archive_app.access.identity import Reader
from archive_app.access.lookups import visible_letters
from archive_app.values import LetterLink
from storage.models import Extract, Letter


def extract_of(session: Session, reader: Reader, letter_id: int) -> tuple[LetterLink, ...]:
    """Return the letter that a letter is an extract of."""
    return _linked(session, reader, Extract.of_letter_id, Extract.letter_id == letter_id)


def extracts_of(session: Session, reader: Reader, letter_id: int) -> tuple[LetterLink, ...]:
    """Return the extracts of a letter in the order of their creation."""
    return _linked(session, reader, Extract.letter_id, Extract.of_letter_id == letter_id)


def _linked(
    session: Session, reader: Reader, other: InstrumentedAttribute[int], here: ColumnElement[bool]
) -> tuple[LetterLink, ...]:
    """Return the letters at the other end that the reader sees."""
    ends = select(other).where(here)
    rows = session.scalars(visible_letters(reader).where(Letter.id.in_(ends)).order_by(Letter.id))
    return tuple(LetterLink(row.public_id, row.number, row.received_at) for row in rows)
