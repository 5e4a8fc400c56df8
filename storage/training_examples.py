"""What the models of classes and purposes were learned from: the database itself withdraws them when it must.

A case teaches only while nobody must be kept from it. Whoever writes that somebody must (a concern, which marks the
case, or a restriction) writes in the same transaction that the models are gone: none is asked after its commit.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select


def install(connection: Connection) -> None:
    """Let the database withdraw models from now on.

    A migration that makes a table of SQLite anew loses the triggers on it; so they are laid after every upgrade.
    """
    laid: tuple[str, ...] = _SQLITE
    if connection.dialect.name != "sqlite":
        schema = connection.scalar(select(func.quote_ident(func.current_schema())))
        laid = tuple(statement.format(schema=schema) for statement in _POSTGRESQL)
    for statement in laid:
        connection.exec_driver_sql(statement)


_TAUGHT = "EXISTS (SELECT 1 FROM teaching_cases WHERE case_id = NEW.id)"
_WITHDRAW = "DELETE FROM suggestion_models; UPDATE trainings SET withdrawn = {true};"

_SQLITE = (
    "DROP TRIGGER IF EXISTS cases_teach_no_more",
    "CREATE TRIGGER cases_teach_no_more AFTER UPDATE OF marks, restricted ON cases"
    f" WHEN (NEW.marks <> 0 OR NEW.restricted) AND {_TAUGHT} BEGIN {_WITHDRAW.format(true=1)} END",
)
# The function works as the owner: which cases taught is nothing that a reader's own transaction can see.
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION archive_teach_no_more() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
    f" SET search_path = {{schema}}, pg_temp AS $$ BEGIN IF {_TAUGHT} THEN {_WITHDRAW.format(true='true')} END IF;"
    " RETURN NULL; END $$",
    "CREATE OR REPLACE TRIGGER cases_teach_no_more AFTER UPDATE OF marks, restricted ON cases"
    " FOR EACH ROW WHEN (NEW.marks <> 0 OR NEW.restricted) EXECUTE FUNCTION archive_teach_no_more()",
)
