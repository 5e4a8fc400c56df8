"""The tables of the index on every database: a narrow one that every search reads, and a wide one of texts.

They are in the database of the records, so that one transaction changes both, but belong to the index alone: they have
no foreign keys and can be dropped and made again. Migrations ignore tables whose name begins with `index_`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Date, Integer, MetaData, String, Table, Text, insert, select

from index.text import fingerprint

metadata = MetaData()

_KEY = BigInteger().with_variant(Integer(), "sqlite")

letters = Table(
    "index_letters",
    metadata,
    # The key in all tables follows the letter's date, so the newest hits come first without sorting.
    Column("key", _KEY, primary_key=True, autoincrement=False),
    Column("letter_id", Integer, nullable=False, unique=True),
    Column("case_id", Integer, nullable=False),
    Column("date", Date, nullable=False),
    Column("year", Integer, nullable=False),
    Column("channel", String, nullable=False),
    Column("state", String, nullable=False),
)

WORD_COLUMNS = ("text", "title", "text_written", "title_written", "sender", "number")
"""The columns of `texts`: folded text. The written ones are empty where folding the script changed nothing."""

texts = Table(
    "index_texts",
    metadata,
    Column("key", _KEY, primary_key=True, autoincrement=False),
    *(Column(name, Text, nullable=False) for name in WORD_COLUMNS),
)

notes = Table(
    "index_notes", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False)
)


def create(connection: Connection) -> None:
    """Make what is missing; a new index is current."""
    metadata.create_all(connection)
    if connection.scalar(select(notes.c.value).where(notes.c.name == "fingerprint")) is None:
        connection.execute(insert(notes).values(name="fingerprint", value=fingerprint()))
