"""The words of the PostgreSQL index, beside the tables that every index has (`index.engines.tables`).

A letter's words are a tsvector without positions: each of its characters, and each pair of neighbours. The GIN index
over them gives the letters that have certain pairs; whether the pairs stand as asked, the letter's text decides.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Sequence, Table, text
from sqlalchemy.dialects.postgresql import TSVECTOR

from index.engines import tables
from index.engines.tables import WORD_COLUMNS

metadata = MetaData()

PENDING = 1024
"""Kilobytes of new words that may wait to be sorted in: those of about seventy letters."""

numbers = Sequence("index_numbers", metadata=metadata)
"""Numbers letters as they come in; it knows no transaction, and nothing of which letters who asks may see."""

words = Table(
    "index_words",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("tokens", TSVECTOR, nullable=False),
    # Words wait in a list to be sorted in together, which takes a third of the time. Each search looks through the
    # list, which takes 0.1 ms at this length; whoever fills it sorts all of it in, which takes some 50 ms.
    Index("index_words_tokens", "tokens", postgresql_using="gin", postgresql_with={"gin_pending_list_limit": PENDING}),
)

# Under row-level security a GIN index is of no use: its operator might tell what it sees, so PostgreSQL applies it to
# rows that have passed the policies, one by one. This function looks as the owner and tells nothing but keys, which
# open no row. It forbids reading the words of all letters, which the planner takes to be cheap.
_HAVING = """
CREATE OR REPLACE FUNCTION index_having(asked text) RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = {schema}, pg_temp SET enable_seqscan = off AS $$
BEGIN
    RETURN ARRAY(SELECT key FROM index_words WHERE tokens @@ asked\\:\\:tsquery ORDER BY key DESC);
END $$
"""


def create(connection: Connection) -> None:
    """Make what is missing, as the owner of the tables."""
    tables.create(connection)
    metadata.create_all(connection)
    schema = connection.scalar(text("SELECT quote_ident(current_schema())"))
    connection.execute(text(_HAVING.format(schema=schema)))
    connection.execute(text("REVOKE ALL ON FUNCTION index_having(text) FROM PUBLIC"))
    # Texts lie in the rows as they are, up to a page: a thousand of them are looked through for one count.
    connection.execute(text("ALTER TABLE index_texts SET (toast_tuple_target = 8160)"))
    # What people wrote does not go into the planner's statistics, and the plans do not depend on it.
    for table, column in (("index_words", "tokens"), *(("index_texts", name) for name in WORD_COLUMNS)):
        connection.execute(text(f"ALTER TABLE {table} ALTER {column} SET STATISTICS 0"))
        if table == "index_texts":
            connection.execute(text(f"ALTER TABLE {table} ALTER {column} SET STORAGE EXTERNAL"))
