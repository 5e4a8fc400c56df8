"""The FTS5 words of the SQLite index, beside the tables that every index has (`index.engines.tables`)."""

from __future__ import annotations

from sqlalchemy import Connection, Integer, Text, column, table, text

from index.engines import tables
from index.engines.tables import WORD_COLUMNS

words = table("index_words", column("rowid", Integer), column("index_words", Text))
"""The FTS5 table; MATCH applies to its hidden column of the same name."""

# `index.text` makes the tokens: the tokenizer only splits them at spaces, and `ascii`, unlike `unicode61`, takes every
# character beyond ASCII for a letter, also those newer than SQLite. One-character words are prefixes of pairs.
_WORDS = f"""
CREATE VIRTUAL TABLE IF NOT EXISTS index_words USING fts5(
    {", ".join(WORD_COLUMNS)}, content='', tokenize='ascii', prefix='1'
)
"""


def create(connection: Connection) -> None:
    """Make what is missing.

    The words are contentless and deleted by giving FTS5 their tokens again, not by `contentless_delete`: that would
    leave the words of deleted letters in the file, where `secure-delete` (SQLite 3.42) removes them at once.
    """
    tables.create(connection)
    connection.execute(text(_WORDS))
    connection.execute(text("INSERT INTO index_words(index_words, rank) VALUES ('secure-delete', 1)"))
    # Size of the words of one transaction that FTS5 collects in memory before it writes a segment: fewer segments to
    # merge.
    connection.execute(text(f"INSERT INTO index_words(index_words, rank) VALUES ('hashsize', {16 * 2**20})"))  # noqa: S608
