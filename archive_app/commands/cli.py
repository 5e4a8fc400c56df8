"""The command line: `archive`. Every command parses, makes one call and prints; exit statuses are decided here only."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any

import click

from archive_app.commands import groups
from archive_app.commands.options import add_account, password_from, reader_option
from archive_app.commands.terminal import say, say_error
from archive_app.errors import ArchiveError
from scanning.errors import ScanError

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130


class Commands(click.Group):
    """The group that turns an error into a sentence and an exit status, and lists its commands in the order of use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which they were written down."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error of ours is one sentence on standard error, and Ctrl-C is quiet."""
        try:
            return super().invoke(ctx)
        except (ArchiveError, ScanError) as error:
            click.echo(say_error(error), err=True)
            ctx.exit(EXIT_FAILED)
        except KeyboardInterrupt:
            click.echo(say("Stopped. Run the same command again to go on."), err=True)
            ctx.exit(EXIT_INTERRUPTED)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--archive",
    "folder",
    envvar="ARCHIVE_DIR",
    default="petition-archive",
    show_default=True,
    show_envvar=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The archive's folder.",
)
@click.option("-v", "--verbose", is_flag=True, help="Say more of what is being done.")
@click.version_option(package_name="petition-archive", prog_name="archive")
@click.pass_context
def main(ctx: click.Context, folder: Path, verbose: bool) -> None:
    """Petition Archive: scan letters, keep them, find them.

    \b
    Scan letters to A4 PDF/A, with no archive at all:
        archive scan letter.jpg --out finished/
    Set up an archive, start it, bring letters in, find one:
        archive --archive my-archive init --account wang
        archive --archive my-archive serve
        archive --archive my-archive intake letters/ --as wang
        archive --archive my-archive search 夜间噪声 --as wang
    """  # noqa: D301 - \b is click's mark for a paragraph not to be wrapped
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for noisy in ("alembic", "huey", "waitress.queue"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    ctx.obj = folder


@main.command(short_help="Scan files to A4 PDF/A with text; no archive needed.")
@click.argument("inputs", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the results.")
@click.option("--engine", type=click.Choice(["auto", "rapidocr", "tesseract"]), default="auto", show_default=True)
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="Pages read at the same time.")
@click.option(
    "--a3", type=click.Choice(["reduce", "tile"]), default="reduce", show_default=True, help="What becomes of A3."
)
@click.option("--force", is_flag=True, help="Do again what was done before.")
def scan(inputs: tuple[Path, ...], out: Path, engine: str, jobs: int, a3: str, force: bool) -> None:
    """Scan files to upright A4 PDF/A with a text layer, without an archive.

    INPUTS are PDF, TIFF, JPEG, PNG, HEIC, WebP or BMP files, or folders of them. For each, OUT gets NAME.pdf and
    NAME.json (what was read, where, and what was done to each page). Run again, it goes on where it stopped.
    """
    from archive_app.commands.scan import run

    sys.exit(run(inputs, out, engine=engine, jobs=jobs, a3=a3, force=force))


@main.command()
@click.option("--account", help="Name of the first account (asked for when missing).")
@click.option("--display-name", default="", help="The person's name.")
@click.option("--password-file", type=click.File(), help="File with the password ('-': standard input).")
@click.option("--port", type=click.IntRange(1, 65535), default=8460, show_default=True, help="Port of the site.")
@click.option("--database-url", default="", help="PostgreSQL database, as the archive's role (default: SQLite).")
@click.option("--database-owner-url", default="", help="The same as the role that owns it and makes the tables.")
@click.pass_obj
def init(
    folder: Path,
    account: str | None,
    display_name: str,
    password_file: Any,
    port: int,
    database_url: str,
    database_owner_url: str,
) -> None:
    """Make an archive and its first account (a registrar)."""
    from archive_app.runtime.archive import create

    name = account or click.prompt("Account")
    password = password_from(password_file)
    addresses = {"database_url": database_url, "database_owner_url": database_owner_url}
    archive = create(folder, port=port, **{key: value for key, value in addresses.items() if value})
    add_account(archive, name, password, display_name, ("registrar",))
    click.echo(f"Made an archive in {folder.resolve()} with the account {name}.")
    click.echo(f"Start it:  archive --archive {folder} serve")


@main.command()
@click.option("--host", help="Address to listen on (default: as set, this machine only).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (default: as set; 0: any that is free).")
@click.option("--worker/--no-worker", default=True, show_default=True, help="Read letters in the same command.")
@click.pass_obj
def serve(folder: Path, host: str | None, port: int | None, worker: bool) -> None:
    """Start the site, and a worker that reads the letters."""
    from archive_app.commands.serve import run
    from archive_app.runtime.archive import open_archive

    run(open_archive(folder), host=host, port=port, worker=worker)


@main.command()
@click.option("--parent", type=int, hidden=True, help="End when this process is gone.")
@click.pass_obj
def worker(folder: Path, parent: int | None) -> None:
    """Read letters until stopped. Several may run, on one machine."""
    from archive_app.runtime.archive import open_archive
    from archive_app.worker.main import run_until_signalled

    run_until_signalled(open_archive(folder), parent=parent)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--grouping", type=click.Choice(["one", "each", "stack"]), default="each", show_default=True)
@click.option("--channel", default="letter", show_default=True, help="How they came: letter, visit, fax, online, ...")
@reader_option
@click.pass_obj
def intake(folder: Path, paths: tuple[Path, ...], grouping: str, channel: str, account: str) -> None:
    """Bring files in (folders: all files in them). Prints the receipt.

    With --grouping one, all files are the pages of one letter; each: every file is a letter; stack: letters are
    divided by separator sheets.
    """
    from archive_app.commands.intake import receipt, uploads
    from archive_app.letters import intake as intake_service
    from archive_app.people.sign_in import local_reader
    from archive_app.runtime.archive import open_archive

    archive = open_archive(folder)
    reader = local_reader(archive, account)
    public_id = intake_service.receive(reader, archive, uploads(paths), grouping=grouping, channel=channel)  # type: ignore[arg-type]
    click.echo(receipt(reader, archive, public_id))


@main.command(short_help="Bring in what a scanner puts into a folder.")
@click.argument("inbox", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--channel", default="letter", show_default=True)
@reader_option
@click.pass_obj
def watch(folder: Path, inbox: Path, channel: str, account: str) -> None:
    """Bring in whatever a scanner puts into the folder INBOX, a letter a file.

    A file is taken when it has stopped growing, and moves to INBOX/taken-in once its receipt is safe.
    """
    from archive_app.commands.watch import run
    from archive_app.people.sign_in import local_reader
    from archive_app.runtime.archive import open_archive

    archive = open_archive(folder)
    run(local_reader(archive, account), archive, inbox, channel=channel, tell=click.echo)


@main.command(short_help="Find letters by any word in them.")
@click.argument("query", nargs=-1, required=True)
@click.option("--sort", type=click.Choice(["date", "relevance"]), default="date", show_default=True)
@click.option("--similar", is_flag=True, help="Find the word with one character different.")
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option("--all", "everything", is_flag=True, help="All results, not only a page of twenty.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reader_option
@click.pass_obj
def search(
    folder: Path,
    query: tuple[str, ...],
    sort: str,
    similar: bool,
    page: int,
    everything: bool,
    as_json: bool,
    account: str,
) -> None:
    """Find letters: words, "phrases", AND OR NOT, date:2024-06, from:陈, wildcards * and ?."""
    from archive_app.commands.search import run
    from archive_app.people.sign_in import local_reader
    from archive_app.runtime.archive import open_archive
    from archive_app.search.results import SearchRequest

    archive = open_archive(folder)
    request = SearchRequest(text=" ".join(query), sort=sort, page=page, similar=similar)  # type: ignore[arg-type]
    sys.exit(run(local_reader(archive, account), archive, request, everything=everything, as_json=as_json))


@main.command(short_help="Say how the archive is doing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reader_option
@click.pass_obj
def status(folder: Path, as_json: bool, account: str) -> None:
    """Say how the archive is doing: letters by state, the worker, worker_directory on the disk."""
    from dataclasses import asdict

    from archive_app.commands.status import lines
    from archive_app.letters.receipts import status as read
    from archive_app.people.sign_in import local_reader
    from archive_app.runtime.archive import open_archive

    archive = open_archive(folder)
    found = read(local_reader(archive, account), archive)
    if as_json:
        click.echo(json.dumps(asdict(found), default=str, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(lines(found)))


@main.command()
@click.option("--anew", is_flag=True, help="Empty the index first (it may be damaged).")
@click.pass_obj
def reindex(folder: Path, anew: bool) -> None:
    """Make the index again from the records, with a bar. Searching goes on meanwhile."""
    from archive_app.commands.reindex import run
    from archive_app.runtime.archive import open_archive

    run(open_archive(folder), anew=anew)


@main.command("train-classes", short_help="Learn content classes and purposes from closed cases.")
@click.option(
    "--examples",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Further examples: JSON lines with title, text, content_class, purpose.",
)
@click.option(
    "--days",
    type=click.IntRange(0, 3660),
    default=30,
    show_default=True,
    help="Learn from cases that ended at least so many days ago.",
)
@click.option("--again", is_flag=True, hidden=True, help="Only learn anew what was withdrawn.")
@click.pass_obj
def train_classes(folder: Path, examples: Path | None, days: int, again: bool) -> None:
    """Learn from the closed cases which content class and purpose a petition has; the form suggests them from then on.

    Only cases teach that nobody must be kept from. Interrupted, it changes nothing; run again, it begins anew.
    """
    from archive_app.commands.train_classes import run, run_again
    from archive_app.runtime.archive import open_archive

    if again:
        run_again(open_archive(folder))
    else:
        run(open_archive(folder), examples, days=days, tell=click.echo)


for group in groups.GROUPS:
    main.add_command(group)
