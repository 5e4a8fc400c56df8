"""Row-level security on PostgreSQL: the database enforces the access rule as well.

The application connects as a role that does not own the tables. Every table with content has forced row-level security,
with policies that return rows only to the principal named by the transaction (`archive.who`, set by `storage.session`
for one transaction; unset: no rows). The policies are compiled from `archive_app.access.rule`, so the two cannot
differ: they protect against a statement that omits the rule.

Two policies are wider than the rule, because whoever has just written a row must be able to read it: a letter in
processing (all but its text) is visible to its bringer, and the originals of an intake to a reader who sees one of its
letters.
"""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    inspect,
    literal_column,
    make_url,
    not_,
    or_,
    select,
    text,
    union,
)

from archive_app.access.grants import can_be_assigned, granted
from archive_app.access.identity import BRINGS_LETTERS_IN, WORKS_ON_CASES
from archive_app.access.predicates import Principal
from archive_app.access.trust import holds
from archive_app.access.vetoes import concerned, unknown_accused
from storage.models import Allowance, Assignment, Case, Concern

_DIALECT = make_url("postgresql+psycopg://").get_dialect()()

PRINCIPAL = Principal(
    account=literal_column("archive_account()", Case.brought_by.type),
    person=literal_column("archive_person()", Case.brought_by.type),
    now=func.now(),
)
"""The principal named by the transaction."""

_WHO = """
CREATE OR REPLACE FUNCTION archive_account() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN current_setting('archive.who', true) ~ '^[0-9]{1,9}$'
                THEN current_setting('archive.who', true)::integer END
$$;
CREATE OR REPLACE FUNCTION archive_is_system() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('archive.who', true) = 'system', false)
$$;
CREATE OR REPLACE FUNCTION archive_person() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT person_id FROM accounts WHERE id = archive_account()
$$;
"""

_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS {returns} LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = {schema}, pg_temp AS $$ BEGIN RETURN {body}; END $$;
REVOKE ALL ON FUNCTION {name}() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {name}() TO {role};
"""
"""PL/pgSQL, since it caches its query plans for the whole connection. A function in SQL is planned again in each
statement that calls it, which takes longer than the rest of most statements."""

_VISIBLE = (
    "(SELECT archive_is_system()) OR ({plain} AND (SELECT archive_works()) OR id IN (SELECT archive_granted()))"
    " AND id NOT IN (SELECT archive_vetoed())"
)
_IN_PROCESSING = (
    "NOT restricted AND NOT screened AND handed_over_at IS NULL AND brought_by = (SELECT archive_account())"
    " AND (SELECT archive_brings()) AND id NOT IN (SELECT archive_vetoed())"
)
_VISIBLE_CASE = "EXISTS (SELECT 1 FROM cases WHERE cases.id = {table}.case_id AND cases.read_at IS NOT NULL)"
_SYSTEM = "(SELECT archive_is_system())"
_VISIBLE_LETTER = "EXISTS (SELECT 1 FROM letters WHERE letters.id = {table}.letter_id)"
_VISIBLE_OF_INTAKE = "EXISTS (SELECT 1 FROM letters WHERE letters.intake_id = intakes.id)"
_OF_OWN_INTAKE = "intake_id IN (SELECT id FROM intakes WHERE account_id = (SELECT archive_account()))"
_OWN = "account_id = (SELECT archive_account())"

POLICIES: dict[str, tuple[str, str | None]] = {
    # table: condition to read and change rows; condition to add rows (None: the same)
    "letters": ("EXISTS (SELECT 1 FROM cases WHERE cases.id = letters.case_id)", None),
    "intakes": (f"{_SYSTEM} OR {_OWN} OR {_VISIBLE_OF_INTAKE}", None),
    "sources": ("EXISTS (SELECT 1 FROM intakes WHERE intakes.id = sources.intake_id)", None),
    "reading_turns": (_SYSTEM, None),
    "receipt_entries": (f"{_SYSTEM} OR {_OF_OWN_INTAKE}", None),
    "letter_sources": (_VISIBLE_LETTER.format(table="letter_sources"), None),
    "pages": (_VISIBLE_LETTER.format(table="pages"), None),
    "page_scans": ("EXISTS (SELECT 1 FROM pages WHERE pages.id = page_scans.page_id)", None),
    "text_versions": (
        "EXISTS (SELECT 1 FROM pages JOIN letters ON letters.id = pages.letter_id"
        " JOIN cases ON cases.id = letters.case_id WHERE pages.id = text_versions.page_id"
        " AND (cases.read_at IS NOT NULL OR (SELECT archive_is_system())))",
        None,
    ),
    # Visible only to readers of both letters: a reader of one must not learn of the other.
    "extracts": (
        "EXISTS (SELECT 1 FROM letters WHERE letters.id = extracts.letter_id)"
        " AND EXISTS (SELECT 1 FROM letters WHERE letters.id = extracts.of_letter_id)",
        None,
    ),
    "concerns": (f"{_SYSTEM} OR {_VISIBLE_CASE.format(table='concerns')}", None),
    "concern_reviews": (
        "EXISTS (SELECT 1 FROM concerns WHERE concerns.id = concern_reviews.concern_id)",
        None,
    ),
    "allowances": (f"{_SYSTEM} OR {_VISIBLE_CASE.format(table='allowances')}", None),
    "event_date_proposals": (f"{_SYSTEM} OR {_VISIBLE_CASE.format(table='event_date_proposals')}", None),
    "registrations": (f"{_SYSTEM} OR {_VISIBLE_CASE.format(table='registrations')}", None),
    "registration_versions": (
        "EXISTS (SELECT 1 FROM registrations WHERE registrations.id = registration_versions.registration_id)",
        None,
    ),
    "case_steps": (f"{_SYSTEM} OR {_VISIBLE_CASE.format(table='case_steps')}", None),
    "assignments": (f"{_SYSTEM} OR {_VISIBLE_CASE.format(table='assignments')}", None),
    "case_prints": (f"{_SYSTEM} OR {_VISIBLE_CASE.format(table='case_prints')}", None),
    "mailboxes": (f"{_SYSTEM} OR {_OWN}", None),
    # Readers see only their own; whoever acts on a visible case adds notifications for others.
    "notifications": (
        f"{_SYSTEM} OR ({_OWN} AND {_VISIBLE_CASE.format(table='notifications')})",
        f"{_SYSTEM} OR {_VISIBLE_CASE.format(table='notifications')}",
    ),
    "keyed_requests": (f"{_SYSTEM} OR {_OWN}", None),
    "case_clocks": (f"{_SYSTEM} OR {_VISIBLE_CASE.format(table='case_clocks')}", None),
    "audit_events": (f"{_SYSTEM} OR {_VISIBLE_CASE.format(table='audit_events')}", f"{_SYSTEM} OR {_OWN}"),
    "teaching_cases": (_SYSTEM, None),
    "signatures": (f"{_SYSTEM} OR {_OWN}", None),
    "index_letters": (f"{_SYSTEM} OR {_VISIBLE_CASE.format(table='index_letters')}", None),
    "index_texts": ("EXISTS (SELECT 1 FROM index_letters WHERE index_letters.key = index_texts.key)", None),
    "index_words": ("EXISTS (SELECT 1 FROM index_letters WHERE index_letters.key = index_words.key)", None),
}
"""The policies of all tables that hold or reveal content. A test fails if a new table is neither here nor in `OPEN`."""

OPEN = frozenset(
    {
        *("accounts", "account_roles", "persons", "person_names", "sign_ins", "api_tokens", "password_resets"),
        *("units", "unit_names", "unit_successions", "unit_reach", "memberships", "posts", "pending_changes"),
        *("audit_head", "register_years", "worker_beats", "mail_server", "index_notes", "alembic_version"),
        # Derived only from cases that the whole office could see at training (`archive_app.learning.training`).
        *("trainings", "suggestion_models"),
        *("imported_years", "imported_days"),
        "code_entries",
    }
)
"""Tables that reveal no case."""


def install(connection: Connection, role: str) -> None:
    """Install or replace the functions and policies of all tables.

    Args:
        connection: the connection of the tables' owner, in a transaction.
        role: the role that the application connects as; it must not be the owner.
    """
    quoted = connection.dialect.identifier_preparer.quote(role)
    owner = connection.dialect.identifier_preparer.quote(connection.scalar(text("SELECT current_user")) or "")
    schema = connection.scalar(text("SELECT quote_ident(current_schema())"))
    for statement in filter(str.strip, _WHO.split(";\n")):
        connection.execute(text(statement.replace(":integer", r"\:integer")))
    functions = {
        "archive_works": ("boolean", _sql(holds(PRINCIPAL, WORKS_ON_CASES))),
        "archive_brings": ("boolean", _sql(holds(PRINCIPAL, BRINGS_LETTERS_IN))),
        "archive_granted": ("SETOF integer", f"QUERY {_sql(_granted())}"),
        "archive_vetoed": ("SETOF integer", f"QUERY {_sql(_vetoed())}"),
    }
    for name, (returns, body) in functions.items():
        definition = _FUNCTION.format(name=name, returns=returns, schema=schema, body=body, role=quoted)
        connection.exec_driver_sql(definition)
    seen = _VISIBLE.format(plain=_sql(_plain()))
    policies = {"cases": (f"{seen} OR {_IN_PROCESSING}", None), **POLICIES}
    existing = set(inspect(connection).get_table_names())
    for table, (using, check) in policies.items():
        if table in existing:
            _protect(connection, table, owner, quoted, using, check or using)


def _protect(connection: Connection, table: str, owner: str, role: str, using: str, check: str) -> None:
    for statement in (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS archive_owner ON {table}",
        f"DROP POLICY IF EXISTS archive_reader ON {table}",
        # The owner runs the migrations, and the functions above run as the owner.
        f"CREATE POLICY archive_owner ON {table} TO {owner} USING (true) WITH CHECK (true)",
        f"CREATE POLICY archive_reader ON {table} TO {role} USING ({using}) WITH CHECK ({check})",
    ):
        connection.exec_driver_sql(statement)


def _plain() -> ColumnElement[bool]:
    return and_(not_(Case.restricted), Case.screened, Case.read_at.is_not(None))


def _granted() -> Select[int]:
    """Select the cases granted to the principal other than through roles, from a set of candidates."""
    candidates = union(
        select(Allowance.case_id).where(Allowance.person_id == PRINCIPAL.person),
        select(Case.id).where(not_(Case.screened)),
        select(Concern.case_id).where(Concern.kind == "mentioned", Concern.ended_at.is_(None)),
        select(Assignment.case_id).where(Assignment.ended_at.is_(None), can_be_assigned(PRINCIPAL)),
    ).subquery()
    return select(Case.id).where(Case.id.in_(select(candidates)), granted(PRINCIPAL))


def _vetoed() -> Select[int]:
    """Select the cases vetoed for the principal, from a set of candidates; ignores the veto bits."""
    names = or_(Concern.person_id == PRINCIPAL.person, Concern.unit_id.is_not(None), unknown_accused(Concern))
    candidates = select(Concern.case_id).where(Concern.ended_at.is_(None), names)
    return select(Case.id).where(Case.id.in_(candidates), concerned(PRINCIPAL))


def _sql(expression: ColumnElement[bool] | Select[int]) -> str:
    return str(expression.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))
