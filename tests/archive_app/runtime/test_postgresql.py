"""An archive in PostgreSQL: made ready by the owner, worked by a role that owns nothing, from a scan to a hit."""

from __future__ import annotations

import dataclasses
import io
import multiprocessing
import multiprocessing.synchronize
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import ProgrammingError

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.errors import ArchiveError
from archive_app.letters import intake
from archive_app.letters import queries as letter_queries
from archive_app.people.sign_in import add_account, local_reader
from archive_app.runtime import database
from archive_app.runtime.archive import Archive, create, open_archive
from archive_app.runtime.database import DatabaseNotReady, DatabaseUnreachable, RoleTooMighty, WrongEncoding
from archive_app.search import search
from archive_app.search.results import SearchRequest
from archive_app.site import create_app
from archive_app.worker.main import run
from storage.models import Letter
from storage.session import open_database, reading, unit_of_work
from tests import made, postgres
from tests.records import say_read
from tests.said import english

PASSWORD = "correct horse"
SECONDS = 240


@pytest.fixture
def archive(tmp_path: Path, postgres_database: postgres.Database) -> Iterator[Archive]:
    opened = create(
        tmp_path / "archive",
        reserve_bytes=0,
        sweep_seconds=0.2,
        database_url=postgres_database.app_url,
        database_owner_url=postgres_database.owner_url,
    )
    add_account(opened, "wang", PASSWORD, display_name="王登记")
    yield opened
    opened.close()


@pytest.fixture
def reader(archive: Archive) -> Reader:
    return local_reader(archive, "wang")


@pytest.fixture
def owner(archive: Archive, postgres_database: postgres.Database) -> Iterator[Engine]:
    engine = open_database(postgres_database.owner_url)
    yield engine
    engine.dispose()


@pytest.fixture
def worker(archive: Archive) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(archive,), kwargs={"stop": stop}, daemon=True)
    thread.start()
    yield
    stop.set()
    thread.join(SECONDS)
    assert not thread.is_alive(), "the worker does not stop"


def bring(archive: Archive, reader: Reader, name: str, content: bytes) -> None:
    intake.receive(reader, archive, [intake.Upload(name, io.BytesIO(content))], grouping="one", channel="letter")


def until_settled(archive: Archive) -> None:
    end = time.monotonic() + SECONDS
    while True:
        with reading(archive.sessions, SYSTEM.key) as session:
            states = [(each.state, each.access_copy_current, each.lease) for each in session.scalars(select(Letter))]
        if states and all(state in ("ready", "attention") and copy and not lease for state, copy, lease in states):
            return
        assert time.monotonic() < end, f"the worker did not come to its end: {states}"
        time.sleep(0.1)


@pytest.mark.usefixtures("worker")
def test_a_letter_is_read_and_found(archive: Archive, reader: Reader) -> None:
    bring(archive, reader, "信\0一.jpg", made.jpeg(["反映夜间施工噪声", "请求处理"]))
    until_settled(archive)
    (hit,) = search.search(reader, archive, SearchRequest("噪声")).results
    letter = letter_queries.letter(reader, archive, hit.public_id)
    assert letter.heading == "反映夜间施工噪声"
    assert [page.state for page in letter.pages] == ["done"]
    assert search.search(reader, archive, SearchRequest("拆迁")).results == ()
    assert not archive.settings.database.exists(), "nothing is kept beside the database"


def test_a_row_that_nobody_asks_for_is_not_there(archive: Archive, reader: Reader) -> None:
    bring(archive, reader, "a.jpg", b"a")
    with reading(archive.sessions, SYSTEM.key) as session:
        assert len(session.scalars(select(Letter)).all()) == 1
    with reading(archive.sessions) as session:
        assert session.scalars(select(Letter)).all() == []
    with archive.database.connect() as connection:
        assert connection.execute(select(Letter)).all() == []


def test_the_application_changes_rows_and_nothing_else(archive: Archive, reader: Reader) -> None:
    bring(archive, reader, "a.jpg", b"a")
    for forbidden in (
        "UPDATE audit_events SET action = 'nothing'",
        "DELETE FROM audit_events",
        "UPDATE alembic_version SET version_num = ''",
        "COMMENT ON TABLE alembic_version IS ''",
        "ALTER TABLE letters DISABLE ROW LEVEL SECURITY",
        "DROP POLICY archive_reader ON letters",
        "TRUNCATE letters",
        "CREATE TABLE mine (id integer)",
    ):
        with (
            unit_of_work(archive.sessions, SYSTEM.key) as session,
            pytest.raises(ProgrammingError, match=r"denied|owner"),
        ):
            session.execute(text(forbidden))


@pytest.mark.parametrize("number", ["99999999999", "9" * 40])
def test_a_number_beyond_all_numbers_is_not_there(archive: Archive, reader: Reader, number: str) -> None:
    bring(archive, reader, "a.jpg", b"a")
    say_read(archive)
    with reading(archive.sessions, SYSTEM.key) as session:
        letter = session.scalars(select(Letter.public_id)).one()
    with create_app(archive).test_client() as site:
        form_key, *_ = re.findall(r'name="csrf_token" value="([^"]+)"', site.get("/login").get_data(as_text=True))
        site.post("/login", data={"csrf_token": form_key, "name": "wang", "password": PASSWORD})
        assert site.get(f"/letters/{letter}/originals/1", buffered=True).status_code == 200
        for address in (f"{letter}/originals/{number}", f"{letter}/pages/{number}/versions", f"{letter}%00"):
            assert site.get(f"/letters/{address}").status_code == 404, address


def test_another_machine_needs_no_owner(archive: Archive, tmp_path: Path) -> None:
    url = archive.settings.database_url
    create(tmp_path / "elsewhere", database_url=url).close()


def test_an_empty_database_waits_for_its_owner(tmp_path: Path, postgres_database: postgres.Database) -> None:
    with pytest.raises(DatabaseNotReady) as caught:
        create(tmp_path / "a", database_url=postgres_database.app_url)
    assert "database_owner_url" in english(caught.value)
    urls = {"database_url": postgres_database.app_url, "database_owner_url": postgres_database.owner_url}
    create(tmp_path / "a", **urls).close()


def test_a_database_of_another_program_is_made_ready_again(archive: Archive, owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text("COMMENT ON TABLE alembic_version IS 'of another version'"))
        connection.execute(text("ALTER TABLE letters DISABLE ROW LEVEL SECURITY"))
        connection.execute(text("GRANT ALL ON audit_events TO archive_app"))
    open_archive(archive.settings.folder).close()
    with owner.connect() as connection:
        assert connection.scalar(text("SELECT relrowsecurity FROM pg_class WHERE relname = 'letters'"))
        may = text("SELECT has_table_privilege('archive_app', 'audit_events', 'DELETE')")
        assert connection.scalar(may) is False


def test_a_role_that_would_pass_by_the_floor_is_refused(tmp_path: Path, postgres_database: postgres.Database) -> None:
    owner, superuser = postgres_database.owner_url, postgres_database.owner_url.replace(postgres.OWNER, "postgres")
    for app in (owner, superuser):
        with pytest.raises(RoleTooMighty):
            create(tmp_path / "a", database_url=app, database_owner_url=owner)


def test_a_member_of_the_owner_is_refused(archive: Archive, postgres_database: postgres.Database) -> None:
    superuser = postgres_database.owner_url.replace(postgres.OWNER, "postgres").replace("+psycopg", "")
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("GRANT archive_owner TO archive_app")
        try:
            with pytest.raises(RoleTooMighty, match="archive_app"):
                open_archive(archive.settings.folder)
        finally:
            connection.execute("REVOKE archive_owner FROM archive_app")


def test_a_database_that_cannot_keep_every_character_is_refused(
    tmp_path: Path, postgres_database: postgres.Database
) -> None:
    superuser = postgres_database.owner_url.replace(postgres.OWNER, "postgres").replace("+psycopg", "")
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("CREATE DATABASE ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
        url = postgres_database.app_url.replace(postgres_database.name, "ascii")
        try:
            with pytest.raises(WrongEncoding, match="SQL_ASCII"):
                create(tmp_path / "a", database_url=url, database_owner_url=postgres_database.owner_url)
        finally:
            connection.execute("DROP DATABASE ascii WITH (FORCE)")


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable) as refused:
        create(tmp_path / "a", database_url=f"postgresql+psycopg://archive_app@/archive?host={tmp_path}")
    assert isinstance(refused.value, ArchiveError)
    assert not (tmp_path / "a" / "archive.toml").exists(), "init can be tried again"


def test_processes_that_open_it_at_once_make_it_ready_once(
    tmp_path: Path, postgres_database: postgres.Database
) -> None:
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(3)
    arguments = [(tmp_path / name, dataclasses.asdict(postgres_database), together) for name in ("a", "b", "c")]
    processes = [context.Process(target=_create, args=each) for each in arguments]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]


def _create(folder: Path, urls: dict[str, str], together: multiprocessing.synchronize.Barrier) -> None:
    together.wait()
    create(folder, database_url=urls["app_url"], database_owner_url=urls["owner_url"]).close()


def test_the_owner_can_back_it_up(archive: Archive, reader: Reader, postgres_database: postgres.Database) -> None:
    """As the manual says: the owner is bound by row-level security too, and has a policy that shows every row."""
    bring(archive, reader, "夜间噪声.jpg", b"a")
    url = postgres_database.owner_url.replace("+psycopg", "")
    dump = subprocess.run(
        [postgres.programs() / "pg_dump", "--enable-row-security", "--data-only", url],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "夜间噪声.jpg" in dump.stdout


def test_init_makes_it(tmp_path: Path, postgres_database: postgres.Database) -> None:
    def archive(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "archive_app", "--archive", str(tmp_path / "a"), *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, input=PASSWORD, env={**os.environ, "LC_ALL": "C.UTF-8"}
        )

    init = ("init", "--account", "wang", "--password-file", "-", "--database-url", postgres_database.app_url)
    refused = archive(*init)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "database_owner_url" in refused.stderr
    done = archive(*init, "--database-owner-url", postgres_database.owner_url)
    assert (done.returncode, done.stderr) == (0, "")
    assert archive("status", "--as", "wang").returncode == 0


def test_all_that_shapes_the_database_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each source file that is named exists; another role has another shape."""
    top = Path(database.__file__).parents[2]
    assert all((top / name).exists() for name in database.SHAPING)
    assert database._digest("one") != database._digest("other")
