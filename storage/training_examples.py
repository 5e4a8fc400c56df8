"""The examples that the models for classes and purposes were trained with; the database itself withdraws the models.

A case may be a training example only while it has no veto. The transaction that writes a veto (a concern, which sets
the case's veto bits, or a restriction) also deletes the models: none is used after its commit.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select


def install(connection: Connection) -> None:
    """Install the triggers that withdraw models.

    A migration that makes a table of SQLite again drops its triggers; so they are installed after every upgrade.
    """
    statements: tuple[str, ...] = _SQLITE
    if connection.dialect.name != "sqlite":
        schema = connection.scalar(select(func.quote_ident(func.current_schema())))
        statements = tuple(statement.format(schema=schema) for statement in _POSTGRESQL)
    for statement in statements:
        connection.exec_driver_sql(statement)


_IS_EXAMPLE = "EXISTS (SELECT 1 FROM teaching_cases WHERE case_id = NEW.id)"
_WITHDRAW = "DELETE FROM suggestion_models; UPDATE trainings SET withdrawn = {true};"

_SQLITE = (
    "DROP TRIGGER IF EXISTS cases_teach_no_more",
    "CREATE TRIGGER cases_teach_no_more AFTER UPDATE OF marks, restricted ON cases"
    f" WHEN (NEW.marks <> 0 OR NEW.restricted) AND {_IS_EXAMPLE} BEGIN {_WITHDRAW.format(true=1)} END",
)
# The function runs as the owner: a reader's own transaction must not see which cases are training examples.
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION archive_teach_no_more() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
    f" SET search_path = {{schema}}, pg_temp AS $$ BEGIN IF {_IS_EXAMPLE} THEN {_WITHDRAW.format(true='true')} END IF;"
    " RETURN NULL; END $$",
    "CREATE OR REPLACE TRIGGER cases_teach_no_more AFTER UPDATE OF marks, restricted ON cases"
    " FOR EACH ROW WHEN (NEW.marks <> 0 OR NEW.restricted) EXECUTE FUNCTION archive_teach_no_more()",
)
