"""Marks on a case: a bit for each person and unit that any concern of it ever named, to rule most cases out at once.

Several persons share a bit, and several units; a mark stays when a concern ends. So marks only ever say too much, and
whoever relies on them asks the concerns themselves for what is marked. The database sets them, whoever writes a
concern, and refuses to take one away: a mark that is missing would let somebody in.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    case,
    cast,
    distinct,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

PERSON_BITS, UNIT_BITS = 16, 32
"""How many bits there are for persons (the lowest) and units (above them): powers of two, 62 in all at most."""

Column = ColumnElement[Any] | InstrumentedAttribute[Any]


def of_person(person_id: Column) -> ColumnElement[int]:
    """The mark of a person."""
    return _bit(person_id.bitwise_and(PERSON_BITS - 1))


def of_unit(unit_id: Column) -> ColumnElement[int]:
    """The mark of a unit."""
    return _bit(unit_id.bitwise_and(UNIT_BITS - 1) + PERSON_BITS)


def of_unknown() -> ColumnElement[int]:
    """The mark of a concern that names neither: words that are not resolved yet."""
    return literal(1 << (PERSON_BITS + UNIT_BITS), BigInteger)


def combined(bits: ColumnElement[int]) -> ColumnElement[int]:
    """All marks of some rows, each of which has one; 0 of no rows."""
    return func.coalesce(cast(func.sum(distinct(bits)), BigInteger), literal(0, BigInteger))


def install(connection: Connection) -> None:
    """Let the database mark cases from now on, and mark what is not marked yet.

    A migration that makes a table of SQLite anew loses the triggers on it; so they are laid after every upgrade.
    """
    mark = case(
        (_new("person_id").is_not(None), of_person(_new("person_id"))),
        (_new("unit_id").is_not(None), of_unit(_new("unit_id"))),
        else_=of_unknown(),
    )
    spelled = str(mark.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    if connection.dialect.name == "sqlite":
        laid = [statement.format(mark=spelled) for statement in _SQLITE]
    else:
        schema = connection.scalar(select(func.quote_ident(func.current_schema())))
        laid = [statement.format(mark=spelled, schema=schema) for statement in _POSTGRESQL]
    for statement in (*laid, _FILL.format(mark=spelled.replace("NEW.", "concerns."))):
        connection.exec_driver_sql(statement)


def _bit(place: ColumnElement[int]) -> ColumnElement[int]:
    # In a trigger it is written out, and PostgreSQL would take a bare 1 for an integer of 32 bits.
    return cast(literal(1), BigInteger).bitwise_lshift(place)


def _new(name: str) -> ColumnElement[Any]:
    return literal_column(f"NEW.{name}")


_SQLITE = (
    "DROP TRIGGER IF EXISTS concerns_mark_new",
    "DROP TRIGGER IF EXISTS concerns_mark_changed",
    "DROP TRIGGER IF EXISTS cases_marks_stay",
    "CREATE TRIGGER concerns_mark_new AFTER INSERT ON concerns"
    " BEGIN UPDATE cases SET marks = marks | ({mark}) WHERE id = NEW.case_id; END",
    "CREATE TRIGGER concerns_mark_changed AFTER UPDATE OF case_id, person_id, unit_id ON concerns"
    " BEGIN UPDATE cases SET marks = marks | ({mark}) WHERE id = NEW.case_id; END",
    "CREATE TRIGGER cases_marks_stay BEFORE UPDATE OF marks ON cases WHEN OLD.marks & ~NEW.marks <> 0"
    " BEGIN SELECT RAISE(ABORT, 'a mark on a case stays'); END",
)
# The function works as the owner: to write a concern of a case is not to be allowed to change the case.
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION archive_mark_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
    " SET search_path = {schema}, pg_temp AS $$ BEGIN"
    " UPDATE cases SET marks = marks | ({mark}) WHERE id = NEW.case_id; RETURN NULL; END $$",
    "CREATE OR REPLACE FUNCTION archive_marks_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " RAISE EXCEPTION 'a mark on a case stays'; END $$",
    "CREATE OR REPLACE TRIGGER concerns_mark AFTER INSERT OR UPDATE OF case_id, person_id, unit_id ON concerns"
    " FOR EACH ROW EXECUTE FUNCTION archive_mark_case()",
    "CREATE OR REPLACE TRIGGER cases_marks_stay BEFORE UPDATE OF marks ON cases"
    " FOR EACH ROW WHEN (OLD.marks & ~NEW.marks <> 0) EXECUTE FUNCTION archive_marks_stay()",
)
_FILL = (
    "UPDATE cases SET marks = marks | found.all_of_them FROM (SELECT case_id, CAST(sum(DISTINCT {mark}) AS BIGINT)"
    " AS all_of_them FROM concerns GROUP BY case_id) AS found"
    " WHERE found.case_id = cases.id AND found.all_of_them & ~cases.marks <> 0"
)
