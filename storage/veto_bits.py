"""Veto bits of a case: one for each person and unit that any concern of it ever named, to exclude most cases quickly.

Several persons share a bit, and several units; a bit stays set when its concern ends. So the bits can only be too many,
and callers check the concerns themselves where a bit is set. The database sets them on every write of a concern, and
refuses to clear one: a missing bit would let somebody in.
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
"""Number of bits for persons (the lowest) and units (above them): powers of two, 62 in all at most."""

Column = ColumnElement[Any] | InstrumentedAttribute[Any]


def of_person(person_id: Column) -> ColumnElement[int]:
    """The veto bit of a person."""
    return _bit(person_id.bitwise_and(PERSON_BITS - 1))


def of_unit(unit_id: Column) -> ColumnElement[int]:
    """The veto bit of a unit."""
    return _bit(unit_id.bitwise_and(UNIT_BITS - 1) + PERSON_BITS)


def of_unknown() -> ColumnElement[int]:
    """The veto bit of a concern with neither: words that are not resolved yet."""
    return literal(1 << (PERSON_BITS + UNIT_BITS), BigInteger)


def combined(bits: ColumnElement[int]) -> ColumnElement[int]:
    """The union of the veto bits of some rows, each of which has one; 0 without rows."""
    return func.coalesce(cast(func.sum(distinct(bits)), BigInteger), literal(0, BigInteger))


def install(connection: Connection) -> None:
    """Install the triggers that set veto bits, and set those that are missing.

    A migration that makes a table of SQLite again drops its triggers; so they are installed after every upgrade.
    """
    bit = case(
        (_new("person_id").is_not(None), of_person(_new("person_id"))),
        (_new("unit_id").is_not(None), of_unit(_new("unit_id"))),
        else_=of_unknown(),
    )
    expanded = str(bit.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    if connection.dialect.name == "sqlite":
        statements = [statement.format(bit=expanded) for statement in _SQLITE]
    else:
        schema = connection.scalar(select(func.quote_ident(func.current_schema())))
        statements = [statement.format(bit=expanded, schema=schema) for statement in _POSTGRESQL]
    for statement in (*statements, _SET_MISSING.format(bit=expanded.replace("NEW.", "concerns."))):
        connection.exec_driver_sql(statement)


def _bit(position: ColumnElement[int]) -> ColumnElement[int]:
    # A trigger contains the literal, and PostgreSQL would take a bare 1 for an integer of 32 bits.
    return cast(literal(1), BigInteger).bitwise_lshift(position)


def _new(name: str) -> ColumnElement[Any]:
    return literal_column(f"NEW.{name}")


_SQLITE = (
    "DROP TRIGGER IF EXISTS concerns_mark_new",
    "DROP TRIGGER IF EXISTS concerns_mark_changed",
    "DROP TRIGGER IF EXISTS cases_marks_stay",
    "CREATE TRIGGER concerns_mark_new AFTER INSERT ON concerns"
    " BEGIN UPDATE cases SET marks = marks | ({bit}) WHERE id = NEW.case_id; END",
    "CREATE TRIGGER concerns_mark_changed AFTER UPDATE OF case_id, person_id, unit_id ON concerns"
    " BEGIN UPDATE cases SET marks = marks | ({bit}) WHERE id = NEW.case_id; END",
    "CREATE TRIGGER cases_marks_stay BEFORE UPDATE OF marks ON cases WHEN OLD.marks & ~NEW.marks <> 0"
    " BEGIN SELECT RAISE(ABORT, 'a mark on a case stays'); END",
)
# The function runs as the owner: writing a concern of a case does not include the right to change the case.
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION archive_mark_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
    " SET search_path = {schema}, pg_temp AS $$ BEGIN"
    " UPDATE cases SET marks = marks | ({bit}) WHERE id = NEW.case_id; RETURN NULL; END $$",
    "CREATE OR REPLACE FUNCTION archive_marks_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " RAISE EXCEPTION 'a mark on a case stays'; END $$",
    "CREATE OR REPLACE TRIGGER concerns_mark AFTER INSERT OR UPDATE OF case_id, person_id, unit_id ON concerns"
    " FOR EACH ROW EXECUTE FUNCTION archive_mark_case()",
    "CREATE OR REPLACE TRIGGER cases_marks_stay BEFORE UPDATE OF marks ON cases"
    " FOR EACH ROW WHEN (OLD.marks & ~NEW.marks <> 0) EXECUTE FUNCTION archive_marks_stay()",
)
_SET_MISSING = (
    "UPDATE cases SET marks = marks | found.all_of_them FROM (SELECT case_id, CAST(sum(DISTINCT {bit}) AS BIGINT)"
    " AS all_of_them FROM concerns GROUP BY case_id) AS found"
    " WHERE found.case_id = cases.id AND found.all_of_them & ~cases.marks <> 0"
)
