"""What a receipt says of each letter, and a merger of the other case, fixed; whose turn it is with the workers

Existing receipts keep what they show: a letter that its bringer does not see now is shown as handed over, whatever the
reason. Only a file that was brought in to replace a page is no longer named. Of a merger the other case's number is kept
where the whole office could know it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

CONCERNS_BRINGER = """
    EXISTS (SELECT 1 FROM concerns WHERE concerns.case_id = cases.id AND concerns.ended_at IS NULL AND (
        concerns.person_id = accounts.person_id
        OR (concerns.person_id IS NULL AND concerns.unit_id IS NULL)
        OR EXISTS (SELECT 1 FROM unit_reach
            WHERE unit_reach.unit_id = concerns.unit_id AND unit_reach.member_unit_id IN (
                SELECT unit_id FROM memberships WHERE memberships.person_id = accounts.person_id
                UNION SELECT unit_id FROM posts WHERE posts.person_id = accounts.person_id))))
"""
LISTED = """
    EXISTS (SELECT 1 FROM allowances WHERE allowances.case_id = cases.id AND allowances.ended_at IS NULL
        AND allowances.kind IN ('listed', 'granted') AND allowances.person_id = accounts.person_id)
"""
FILL = f"""
    INSERT INTO receipt_entries (intake_id, position, letter, pages, outcome)
    SELECT letters.intake_id, letters.position, letters.public_id,
        (SELECT count(*) FROM pages WHERE pages.letter_id = letters.id AND pages.number > 0),
        CASE WHEN cases.read_at IS NULL THEN ''
            WHEN (cases.handed_over_at IS NOT NULL AND NOT cases.screened)
                OR (cases.restricted AND NOT {LISTED}) OR {CONCERNS_BRINGER} THEN 'handed_over'
            WHEN letters.state = 'attention' THEN 'attention'
            ELSE 'read' END
    FROM letters
    JOIN cases ON cases.id = letters.case_id
    JOIN intakes ON intakes.id = letters.intake_id
    JOIN accounts ON accounts.id = intakes.account_id
"""  # noqa: S608 - its parts are written above
REPLACEMENTS = """
    UPDATE sources SET replaces_page = true WHERE id IN (SELECT source_id FROM page_scans WHERE number > 1)
        AND id NOT IN (SELECT source_id FROM page_scans WHERE number = 1)
"""


def upgrade() -> None:
    _fix_receipts()
    _number_turns()
    _keep_what_mergers_told()


def _fix_receipts() -> None:
    op.create_table(
        "receipt_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("intake_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("letter", sa.String(length=32), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["intake_id"], ["intakes.id"], name=op.f("fk_receipt_entries_intake_id_intakes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_entries")),
        sa.UniqueConstraint("intake_id", "position", name=op.f("uq_receipt_entries_intake_id_position")),
        sa.UniqueConstraint("letter", name=op.f("uq_receipt_entries_letter")),
    )
    op.execute(FILL)
    with op.batch_alter_table("sources") as batch_op:
        batch_op.add_column(sa.Column("replaces_page", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(REPLACEMENTS)


def _number_turns() -> None:
    op.create_table(
        "reading_turns",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_reading_turns_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_reading_turns")),
    )
    with op.batch_alter_table("letters") as batch_op:
        batch_op.add_column(sa.Column("asked_by", sa.Integer()))
        batch_op.create_foreign_key(op.f("fk_letters_asked_by_accounts"), "accounts", ["asked_by"], ["id"])


def _keep_what_mergers_told() -> None:
    connection = op.get_bind()
    steps = sa.table(
        "case_steps", sa.column("id", sa.Integer), sa.column("act", sa.String), sa.column("details", sa.JSON)
    )
    cases = sa.table("cases", sa.column("id", sa.Integer), sa.column("public_id", sa.String))
    entries = sa.table(
        "registrations",
        sa.column("case_id", sa.Integer),
        sa.column("series", sa.String),
        sa.column("register_no", sa.String),
    )
    general = sa.select(cases.c.public_id, entries.c.register_no).join(entries, entries.c.case_id == cases.c.id)
    found = connection.execute(general.where(entries.c.series == "general"))
    numbers = {public_id: register_no for public_id, register_no in found}
    merged = sa.select(steps.c.id, steps.c.details).where(steps.c.act == "merge")
    for key, details in connection.execute(merged).all():
        told = {**details, "number": numbers.get(details.get("case", ""), "")}
        connection.execute(sa.update(steps).where(steps.c.id == key).values(details=told))
