"""Open the archive's database and prepare it for this version of the program.

On PostgreSQL there are two roles. One owns the tables; only `make_ready` uses it. The archive works as the other one,
which owns nothing, so that row-level security applies to it, and has only the rights that `_grant` gives. The comment
of Alembic's table records whether the database is ready; only the owner can write it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy import Engine as Database
from sqlalchemy.exc import OperationalError

from archive_app.access import row_security
from archive_app.errors import ArchiveError
from archive_app.runtime import queue
from index.engines.base import Engine as Index
from storage import schema
from storage.session import open_database

SHAPING = ("archive_app/access", "archive_app/runtime/queue.py", "index", "storage")
"""The source files and packages that determine a database on PostgreSQL, besides this file."""

ONLY_ADDED_TO = (
    *("audit_events", "case_prints", "case_steps", "code_entries", "extracts", "keyed_requests"),
    *("registration_versions", "signatures"),
)
"""Tables whose rows the archive may add and read, but never change, not even by mistake."""

ONLY_READ = ("alembic_version",)
"""Tables that the archive may read only."""

_LOOK = text(
    "SELECT current_user AS role, current_setting('server_encoding') AS encoding,"
    " coalesce(obj_description(to_regclass('alembic_version'), 'pg_class'), '') AS note,"
    " (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS above_policies,"
    " coalesce((SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class"
    " WHERE oid = to_regclass('alembic_version')), false) AS owns"
)

_FUNCTIONS = text(
    "SELECT CAST(CAST(oid AS regprocedure) AS text) FROM pg_proc WHERE proowner = current_user::regrole"
    " AND pronamespace = current_schema()::regnamespace"
)


class DatabaseUnreachable(ArchiveError):
    """The database server does not answer, or refuses this role."""

    code = "database_unreachable"
    parameters = ("reason",)


class DatabaseNotReady(ArchiveError):
    """The tables are missing or of another version, and no role that owns them is configured."""

    code = "database_not_ready"


class RoleTooMighty(ArchiveError):
    """The archive's role owns the tables or bypasses all policies: row-level security would not protect it."""

    code = "role_too_mighty"
    parameters = ("role",)


class WrongEncoding(ArchiveError):
    """The database cannot keep every character."""

    code = "wrong_encoding"
    parameters = ("encoding",)


@dataclass(frozen=True, slots=True)
class Found:
    """What the archive's role finds in its database; `note` says which program prepared it ("" for none)."""

    role: str
    encoding: str
    note: str
    above_policies: bool
    owns: bool


def open_sqlite(file: Path, index: Index) -> Database:
    """Open the SQLite database; make it or upgrade its schema where needed."""
    database = open_database(file)
    if not schema.is_current(database):
        schema.upgrade(database)
    # The write lock from the start: a worker may be writing while this process opens the archive.
    with database.execution_options(writes=True).begin() as connection:
        index.ensure(connection)
    return database


def open_postgres(url: str, owner_url: str, index: Index) -> Database:
    """Open the PostgreSQL database as the archive's role; prepare it first when necessary and the owner is configured.

    Raises:
        DatabaseUnreachable: the server does not answer, or refuses one of the roles.
        DatabaseNotReady: it is not ready, and `owner_url` is "".
        RoleTooMighty: the archive's role is not bound by row-level security.
        WrongEncoding: the database does not hold all characters.
    """
    database = open_database(url)
    try:
        found = _checked(_inspect(database))
        shape = _digest(found.role)
        if found.note != shape:
            if not owner_url:
                raise DatabaseNotReady
            make_ready(owner_url, found.role, index, shape)
            _checked(_inspect(database))
    except BaseException:
        database.dispose()
        raise
    return database


def _checked(found: Found) -> Found:
    """Return `found` unchanged if an archive may be opened there as this role; raise otherwise."""
    if found.encoding != "UTF8":
        raise WrongEncoding(encoding=found.encoding)
    if found.above_policies or found.owns:
        raise RoleTooMighty(role=found.role)
    return found


def make_ready(owner_url: str, role: str, index: Index, shape: str) -> None:
    """Prepare the database as the owner: tables of records, index and queue, the rights of `role`, row-level security.

    Several processes may begin at once: one does it, the others wait and find it done.
    """
    owner = open_database(owner_url)
    try:
        if _inspect(owner).role == role:
            raise RoleTooMighty(role=role)
        schema.upgrade(owner)
        with owner.begin() as connection:
            schema.wait_to_change(connection)
            if _inspect_connection(connection).note == shape:
                return
            queue.ensure_tables(owner_url)
            index.ensure(connection)
            _grant(connection, role)
            row_security.install(connection, role)
            connection.exec_driver_sql(f"COMMENT ON TABLE alembic_version IS '{shape}'")
    finally:
        owner.dispose()


def _inspect(database: Database) -> Found:
    try:
        with database.connect() as connection:
            return _inspect_connection(connection)
    except OperationalError as error:
        raise DatabaseUnreachable(reason=str(error.orig).strip()) from error


def _inspect_connection(connection: Connection) -> Found:
    return Found(**connection.execute(_LOOK).mappings().one())


def _digest(role: str) -> str:
    """A digest of all source files that determine the database for this role."""
    top = Path(__file__).parents[2]
    shaping = (top / name for name in SHAPING)
    files = [Path(__file__), *(file for each in shaping for file in (sorted(each.rglob("*.py")) or [each]))]
    digest = hashlib.sha256(role.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _grant(connection: Connection, role: str) -> None:
    """Grant the archive's role access to rows of the owner's tables: no change of tables or of audit rows."""
    quote = connection.dialect.identifier_preparer.quote
    whom = quote(role)
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {quote(_schema(connection))} TO {whom}")
    for table in _owned(connection, "r"):
        rights = "SELECT" if table in ONLY_READ else "SELECT, INSERT"
        rights += "" if table in {*ONLY_READ, *ONLY_ADDED_TO} else ", UPDATE, DELETE"
        connection.exec_driver_sql(f"REVOKE ALL ON {quote(table)} FROM {whom}")
        connection.exec_driver_sql(f"GRANT {rights} ON {quote(table)} TO {whom}")
    for sequence in _owned(connection, "S"):
        connection.exec_driver_sql(f"GRANT USAGE ON SEQUENCE {quote(sequence)} TO {whom}")
    for function in connection.scalars(_FUNCTIONS).all():
        connection.exec_driver_sql(f"GRANT EXECUTE ON FUNCTION {function} TO {whom}")


def _schema(connection: Connection) -> str:
    return str(connection.scalar(text("SELECT current_schema()")))


def _owned(connection: Connection, kind: str) -> Iterable[str]:
    """The names of the owner's own tables (r) or sequences (S): others may have theirs in the same schema."""
    statement = text(
        "SELECT relname FROM pg_class WHERE relkind = :kind AND relowner = current_user::regrole"
        " AND relnamespace = current_schema()::regnamespace"
    )
    return connection.scalars(statement, {"kind": kind}).all()
