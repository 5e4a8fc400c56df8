"""The content-addressed store: what it acknowledged is there, what it refused leaves nothing behind."""

from __future__ import annotations

import hashlib
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.files import LocalFiles, MissingFile, NoSpace, TooManyBytes


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    store = LocalFiles(tmp_path / "files")
    store.ensure()
    return store


@given(content=st.binary(max_size=4_000))
def test_what_was_put_is_read_back_under_its_digest(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    files = LocalFiles(tmp_path_factory.mktemp("store") / "files")
    files.ensure()
    kept = files.put(io.BytesIO(content))
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert kept.size == len(content)
    assert files.path(kept.sha256).read_bytes() == content


def test_the_same_bytes_are_kept_once_and_read_only(files: LocalFiles) -> None:
    first = files.put(io.BytesIO(b"letter"))
    second = files.put(io.BytesIO(b"letter"))
    assert first == second
    kept = [path for path in files.folder.rglob("*") if path.is_file()]
    assert len(kept) == 1
    assert kept[0].stat().st_mode & 0o777 == 0o400


def test_too_many_bytes_leave_nothing(files: LocalFiles) -> None:
    with pytest.raises(TooManyBytes, match="more than 10 bytes"):
        files.put(io.BytesIO(b"x" * 11), limit=10)
    assert [path for path in files.folder.rglob("*") if path.is_file()] == []


def test_the_reserve_is_left_free(tmp_path: Path) -> None:
    files = LocalFiles(tmp_path / "files", reserve=2**62)
    files.ensure()
    with pytest.raises(NoSpace):
        files.put(io.BytesIO(b"x"))
    assert [path for path in files.folder.rglob("*") if path.is_file()] == []


def test_a_file_size_limit_of_the_system_is_no_space(files: LocalFiles) -> None:
    """RLIMIT_FSIZE stands in for a disk that fills up in the middle of a write: the same path through the store."""
    script = (
        "import io,resource,signal,sys\n"
        "from pathlib import Path\n"
        "from storage.files import LocalFiles,NoSpace\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE,(3_000_000,3_000_000))\n"
        "try: LocalFiles(Path(sys.argv[1])).put(io.BytesIO(bytes(5_000_000)))\n"
        "except NoSpace: print('no space')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(files.folder)], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.strip() == "no space"
    assert [path for path in files.folder.rglob("*") if path.is_file()] == []


def test_an_unknown_digest_is_missing(files: LocalFiles) -> None:
    with pytest.raises(MissingFile):
        files.path("0" * 64)


def test_the_sweep_removes_only_what_is_old(files: LocalFiles) -> None:
    old, new = files.incoming / "old", files.incoming / "new"
    old.write_bytes(b"half")
    new.write_bytes(b"half")
    os.utime(old, (1, 1))
    assert files.sweep(older_than=time.time() - 60) == 1
    assert not old.exists()
    assert new.exists()


def test_what_was_acknowledged_survives_kill(tmp_path: Path) -> None:
    """A child keeps files and says so on a pipe; killed at any moment, every digest that it said is there, whole."""
    script = (
        "import io,os,sys\n"
        "from pathlib import Path\n"
        "from storage.files import LocalFiles\n"
        "files=LocalFiles(Path(sys.argv[1])); files.ensure()\n"
        "n=0\n"
        "while True:\n"
        "    print(files.put(io.BytesIO(os.urandom(50_000+n))).sha256, flush=True); n+=1\n"
    )
    folder = tmp_path / "files"
    child = subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said = [child.stdout.readline().strip() for _ in range(20)]
    child.send_signal(signal.SIGKILL)
    said += child.stdout.read().split()
    child.stdout.close()
    child.wait()
    files = LocalFiles(folder)
    assert len(said) >= 20
    for sha256 in said:
        if len(sha256) == 64:
            assert hashlib.sha256(files.path(sha256).read_bytes()).hexdigest() == sha256
    whole = [path for path in folder.rglob("*") if path.is_file() and path.parent != files.incoming]
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in whole)
