"""The words of the PostgreSQL index, beside the tables that every index has (`index.engines.tables`).

A letter's words are a tsvector without positions: each of its characters, and each pair of neighbours. The GIN index
over them gives the letters that have certain pairs; the letter's text decides whether the pairs are in the right order.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Sequence, Table, text
from sqlalchemy.dialects.postgresql import TSVECTOR

from index.engines import tables
from index.engines.tables import WORD_COLUMNS

metadata = MetaData()

PENDING = 1024
"""Size limit of the GIN pending list in kilobytes: the new words of about seventy letters."""

numbers = Sequence("index_numbers", metadata=metadata)
"""The sequence that numbers letters as they come in, independent of transactions and of the reader's scope."""

words = Table(
    "index_words",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("tokens", TSVECTOR, nullable=False),
    # New words wait in the pending list and are merged together, which takes a third of the time. Each search scans the
    # list, which takes 0.1 ms at this length; the writer that fills it merges all of it, which takes some 50 ms.
    Index("index_words_tokens", "tokens", postgresql_using="gin", postgresql_with={"gin_pending_list_limit": PENDING}),
)

# Under row-level security a GIN index is not used: its operator might leak what it sees, so PostgreSQL applies it to
# rows that have passed the policies, one by one. This function searches as the owner and returns only keys, which open
# no row. It forbids the sequential scan over the words of all letters, which the planner assumes to be cheap.
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
    # Texts are stored in the rows uncompressed, up to a page: one count reads a thousand of them.
    connection.execute(text("ALTER TABLE index_texts SET (toast_tuple_target = 8160)"))
    # Personal data stays out of the planner's statistics, and the plans do not depend on it.
    for table, column in (("index_words", "tokens"), *(("index_texts", name) for name in WORD_COLUMNS)):
        connection.execute(text(f"ALTER TABLE {table} ALTER {column} SET STATISTICS 0"))
        if table == "index_texts":
            connection.execute(text(f"ALTER TABLE {table} ALTER {column} SET STORAGE EXTERNAL"))
