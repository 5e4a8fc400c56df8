"""The tables of the SQLite index: a narrow one that every search touches, a wide one for verifying, and the FTS5 words.

They lie in the database of the records, so that one transaction changes both, but belong to the index alone: they
have no foreign keys and can be dropped and made again. Migrations leave tables whose name begins with `index_` alone.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    column,
    insert,
    select,
    table,
    text,
)

from index.text import fingerprint

metadata = MetaData()

letters = Table(
    "index_letters",
    metadata,
    # The row id in all three tables follows the letter's date, so the newest hits come first without sorting.
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("letter_id", Integer, nullable=False, unique=True),
    Column("case_id", Integer, nullable=False),
    Column("date", Date, nullable=False),
    Column("year", Integer, nullable=False),
    Column("channel", String, nullable=False),
    Column("state", String, nullable=False),
)

WORD_COLUMNS = ("text", "title", "text_written", "title_written", "sender", "number")
"""The columns of `texts` (folded text) and of `words` (its tokens). The written ones are empty where folding the script
changed nothing."""

texts = Table(
    "index_texts",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False),
    *(Column(name, Text, nullable=False) for name in WORD_COLUMNS),
)

notes = Table(
    "index_notes", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False)
)

words = table("index_words", column("rowid", Integer), column("index_words", Text))
"""The FTS5 table; its hidden column of the same name is what MATCH is asked of."""

# The tokens are made by `index.text`: the tokenizer only splits them at spaces, and `ascii`, unlike `unicode61`, takes
# every character beyond ASCII for a letter, also those newer than SQLite. One-character words are prefixes of pairs.
_WORDS = f"""
CREATE VIRTUAL TABLE IF NOT EXISTS index_words USING fts5(
    {", ".join(WORD_COLUMNS)}, content='', tokenize='ascii', prefix='1'
)
"""


def create(connection: Connection) -> None:
    """Make what is missing.

    The words are contentless and deleted by giving FTS5 their tokens again, not by `contentless_delete`: that would
    leave the words of deleted letters in the file, where `secure-delete` (SQLite 3.42) takes them out at once.
    """
    metadata.create_all(connection)
    connection.execute(text(_WORDS))
    connection.execute(text("INSERT INTO index_words(index_words, rank) VALUES ('secure-delete', 1)"))
    # Words of one transaction that FTS5 gathers in memory before it writes a segment: fewer segments to merge.
    connection.execute(text(f"INSERT INTO index_words(index_words, rank) VALUES ('hashsize', {16 * 2**20})"))  # noqa: S608
    if connection.scalar(select(notes.c.value).where(notes.c.name == "fingerprint")) is None:
        connection.execute(insert(notes).values(name="fingerprint", value=fingerprint()))
