"""The commands of the command line that come in groups, each with commands of its own."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from archive_app.access.identity import SCOPES
from archive_app.commands.options import add_account, password_from, reader_option
from archive_app.commands.terminal import say


@click.group()
def account() -> None:
    """Accounts of this archive."""


@account.command("add")
@click.argument("name")
@click.option("--display-name", default="", help="The person's name.")
@click.option("--role", "roles", multiple=True, default=["registrar"], show_default=True)
@click.option("--password-file", type=click.File(), help="File with the password ('-': standard input).")
@click.pass_obj
def account_add(folder: Path, name: str, display_name: str, roles: tuple[str, ...], password_file: Any) -> None:
    """Add an account."""
    from archive_app.runtime.archive import open_archive

    add_account(open_archive(folder), name, password_from(password_file), display_name, roles)
    click.echo(f"Added {name} ({', '.join(roles)}).")


@account.command("reset")
@click.argument("name")
@click.pass_obj
def account_reset(folder: Path, name: str) -> None:
    """Ask for a new password for the account NAME, whose holder sets it on the site with two codes.

    Prints the first code. The access reviewer who confirms the account is shown the second one; if there is no other
    reviewer, it is printed too.
    """
    from archive_app.people.at_server import reset_password
    from archive_app.runtime.archive import open_archive

    with closing(open_archive(folder)) as archive:
        first, second = reset_password(archive, name)
    click.echo(say("First code: %(code)s", code=first))
    if second:
        click.echo(say("Second code: %(code)s", code=second))
    else:
        click.echo(say("An access reviewer has to confirm the account, and is shown the second code."))


@click.group(short_help="Tokens for other systems (web API).")
def token() -> None:
    """Tokens by which other systems ask in the name of an account."""


@token.command("make")
@reader_option
@click.option("--name", required=True, help="The system that is to use it.")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES), help="What it is for.")
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True, help="After how many days it ends.")
@click.pass_obj
def token_make(folder: Path, account: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """Make a token and print it, this once."""
    from archive_app.people.sign_in import local_reader
    from archive_app.people.tokens import make
    from archive_app.runtime.archive import open_archive

    archive = open_archive(folder)
    click.echo(make(local_reader(archive, account), archive, name=name, scopes=scopes, days=days, password=None))


@click.group()
def people() -> None:
    """Persons and units of this archive."""


@people.command("import", short_help="Import staff and units from a CSV or Excel table.")
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "does", is_flag=True, help="Do it; without this, it is only shown.")
@reader_option
@click.pass_obj
def people_import(folder: Path, table: Path, does: bool, account: str) -> None:
    """Show what the table TABLE would add, change and end, and what is wrong with its rows; with --apply, do it.

    It is done as a whole or not at all. The first passwords of new accounts are printed once, and kept nowhere.
    """
    from archive_app.commands.people import run
    from archive_app.people.sign_in import local_reader
    from archive_app.runtime.archive import open_archive

    archive = open_archive(folder)
    sys.exit(run(local_reader(archive, account), archive, table, does=does, tell=click.echo))


@click.group("days-off")
def days_off() -> None:
    """Days off and make-up working days of a year, by which all time limits go."""


@days_off.command("import", short_help="Import a year's days off from a CSV or Excel table.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--year", type=click.IntRange(2000, 2100), help="The year it must be of; a file of another is refused.")
@click.option("--apply", "does", is_flag=True, help="Do it; without this, it is only shown.")
@reader_option
@click.pass_obj
def days_off_import(folder: Path, file: Path, year: int | None, does: bool, account: str) -> None:
    """Show which due days the State Council's table in FILE would move, of the cases you see; with --apply, import it.

    One row a day off or make-up working day, with the headings 日期, 安排, 名称 (date, arrangement, name). With it, all
    running time limits are reckoned anew at once, or nothing is done. For the head of the office.
    """
    from archive_app.commands.days_off import run
    from archive_app.people.sign_in import local_reader
    from archive_app.runtime.archive import open_archive

    archive = open_archive(folder)
    run(local_reader(archive, account), archive, file, year=year, does=does)


@click.group(short_help="Say why somebody can or cannot see a case.")
def access() -> None:
    """Who sees what, and why."""


@access.command("explain")
@click.option("--reader", "asked", required=True, help="The account to explain.")
@click.option("--case", required=True, help="The number of a letter of the case.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reader_option
@click.pass_obj
def access_explain(folder: Path, asked: str, case: str, as_json: bool, account: str) -> None:
    """Say why an account sees a case or does not: what lets in, what keeps out, what is missing.

    For access reviewers, of cases that do not concern them. The question is recorded in the audit trail.
    """
    from archive_app.commands.access import as_lines, as_object
    from archive_app.people.sign_in import local_reader
    from archive_app.review.explanation import explain
    from archive_app.runtime.archive import open_archive

    archive = open_archive(folder)
    told = explain(local_reader(archive, account), archive, account=asked, case=case)
    if as_json:
        click.echo(json.dumps(as_object(told), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(as_lines(told)))


@click.group(short_help="Verify the audit trail; take its head to keep outside.")
def audit() -> None:
    """The audit trail: every act has a row, and each row follows from the one before.

    Only here, on the machine itself: on a page, the number of rows would tell that something happened.
    """


@audit.command("verify")
@click.option(
    "--head", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A head kept outside."
)
@click.pass_obj
def audit_verify(folder: Path, file: Path | None) -> None:
    """Find the first row that was changed, taken out, moved or put in, and an end that was cut off.

    Ends with status 1 and a sentence that names the row. A chain that was made anew as a whole is found only with a
    head that was kept outside (--head).
    """
    from archive_app.commands.audit import check
    from archive_app.runtime.archive import open_archive

    found = check(open_archive(folder), file)
    click.echo(found.sentence)
    sys.exit(found.status)


@audit.command("head")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Text file to write.")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="A4 page (PDF/A) to print and sign.")
@click.pass_obj
def audit_head(folder: Path, out: Path, pdf: Path | None) -> None:
    """Write the head of the trail (count and hash of its rows) to a file, to be kept outside the system."""
    from archive_app.commands.audit import keep_head
    from archive_app.runtime.archive import open_archive

    head = keep_head(open_archive(folder), out, pdf)
    click.echo(say("The head of %(count)s rows was written. Keep it outside the system.", count=f"{head.count:,}"))


GROUPS = (account, token, people, days_off, access, audit)
"""In the order in which they are listed."""
