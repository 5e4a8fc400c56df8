"""A real, throw-away PostgreSQL: one cluster a test process, in memory where there is room, gone with the process.

Nothing of it is synced to a disk. Its own time zone is not UTC, as on a server in Beijing. What Debian's package starts
by itself is neither used nor disturbed: this one listens on a socket in its own folder only.
"""

from __future__ import annotations

import functools
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

OWNER, APP = "archive_owner", "archive_app"
"""The role that owns the tables, and the one that the archive works as: it owns nothing and passes by no policy."""

SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "listen_addresses": "",
    "timezone": "Asia/Shanghai",
}

NEEDED_IN_MEMORY = 2 * 2**30
"""Bytes that /dev/shm must have free, or the cluster lies in the ordinary folder for temporary files."""

# When the test process is gone, however it went, its end of the pipe closes; then the server and its folder go too.
GUARD = """
bin=$1; folder=$2; shift 2
"$bin/postgres" -D "$folder/data" --unix_socket_directories="$folder" "$@" >"$folder/log" 2>&1 &
server=$!
cat >/dev/null
kill -QUIT $server
wait $server
cd / && rm -rf "$folder"
"""


class NoPostgres(Exception):
    """PostgreSQL cannot be found or started; the tests that need it fail, they are not skipped."""


@dataclass(frozen=True, slots=True)
class Database:
    """A database as SQLAlchemy addresses, one for each role."""

    name: str
    owner_url: str
    app_url: str


class Cluster:
    """A running PostgreSQL that listens on a socket in its own folder, which only its user (and root) can enter."""

    def __init__(self) -> None:
        self._bin = programs()
        self._folder = Path(tempfile.mkdtemp(prefix="archive-pg-", dir=_parent()))
        self._user = _user()
        if self._user is not None:
            shutil.chown(self._folder, self._user, pwd.getpwnam(self._user).pw_gid)
        self._numbers = itertools.count(1)
        self._guard = self._start()

    def new_database(self, template: Database | None = None) -> Database:
        """A fresh database that OWNER owns; with a template (nobody may be connected to it) a copy of that."""
        name = f"archive_{next(self._numbers)}"
        self._administer(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template.name if template else 'template0'}")
        return Database(name, self._url(OWNER, name), self._url(APP, name))

    def drop(self, database: Database) -> None:
        """Drop a database, whoever is still connected to it."""
        self._administer(f"DROP DATABASE {database.name} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        assert self._guard.stdin is not None
        self._guard.stdin.close()
        self._guard.wait(timeout=120)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> subprocess.Popen[bytes]:
        how = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        made = subprocess.run(
            [str(self._bin / "initdb"), f"--pgdata={self._folder / 'data'}", *how],
            **self._as_user(),
            capture_output=True,
            text=True,
        )
        if made.returncode != 0:
            raise NoPostgres(f"initdb failed: {made.stderr}")
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        guard = subprocess.Popen(
            ["/bin/sh", "-c", GUARD, "guard", str(self._bin), str(self._folder), *settings],
            **self._as_user(),
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self._wait(guard)
        self._administer(f"CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
        self._administer(f"CREATE ROLE {APP} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
        return guard

    def _wait(self, guard: subprocess.Popen[bytes]) -> None:
        for _ in range(2400):
            try:
                psycopg.connect(host=str(self._folder), user="postgres", dbname="postgres").close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        log = (self._folder / "log").read_text(errors="replace")
        guard.kill()
        raise NoPostgres(f"PostgreSQL did not start within 120 s: {log}")

    def _administer(self, statement: str) -> None:
        with psycopg.connect(host=str(self._folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def _as_user(self) -> dict[str, Any]:
        """How a program of PostgreSQL is run: it refuses to be root, and heeds the environment."""
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
        identity = {} if self._user is None else {"user": self._user, "group": self._user, "extra_groups": []}
        return {"cwd": self._folder, "env": environment, **identity}

    def _url(self, role: str, name: str) -> str:
        return f"postgresql+psycopg://{role}@/{name}?host={self._folder}"


@functools.cache
def cluster() -> Cluster:
    """The cluster of this process, started when first asked for."""
    return Cluster()


def stop() -> None:
    """Stop the cluster of this process, if it was started."""
    if cluster.cache_info().currsize:
        cluster().stop()
        cluster.cache_clear()


def programs() -> Path:
    """The folder of the newest PostgreSQL: where Debian puts it, then the PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    found = shutil.which("initdb")
    for folder in (*reversed(folders), *([Path(found).parent] if found else [])):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgres(
        "These tests need PostgreSQL's server programs (initdb, postgres), which are neither in "
        "/usr/lib/postgresql/*/bin nor on the PATH. Install the package 'postgresql' (tools/setup.sh test does)."
    )


def _parent() -> Path | None:
    memory = Path("/dev/shm")  # noqa: S108 - memory, if it is there; the folder in it has a name of its own
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > NEEDED_IN_MEMORY:
        return memory
    return None


def _user() -> str | None:
    """Who runs the server: ourselves (None), or when we are root the user of Debian's package, else nobody."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"
