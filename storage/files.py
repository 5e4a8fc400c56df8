"""The content-addressed store: a file's name is the SHA-256 of its bytes, so it is stored once and never changes."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

CHUNK = 2**20


class StoreError(Exception):
    """Base of the store's errors."""


class NoSpace(StoreError):
    """The disk is full, or would fall below the reserve. Nothing was kept."""

    def __init__(self, free: int, reserve: int) -> None:
        self.free = free
        self.reserve = reserve
        super().__init__(f"no room in the store: {free:,} bytes free, {reserve:,} are held in reserve")


class TooManyBytes(StoreError):
    """The stream was longer than the limit. Nothing was kept."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"more than {limit:,} bytes")


class MissingFile(StoreError):
    """The store does not hold this file."""

    def __init__(self, sha256: str) -> None:
        self.sha256 = sha256
        super().__init__(f"the store holds no file {sha256}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored file: its SHA-256 (hexadecimal) and its size in bytes."""

    sha256: str
    size: int


class FileStore(Protocol):
    """Store files under their SHA-256. What `put` has returned is on the disk, whatever happens next."""

    def put(self, stream: BinaryIO, *, limit: int | None = None) -> StoredFile:
        """Store a stream's bytes. Raises NoSpace, TooManyBytes."""

    def path(self, sha256: str) -> Path:
        """A local path to read the file from. Raises MissingFile."""

    def free_bytes(self) -> int:
        """Free space for new files, in bytes."""

    def sweep(self, *, older_than: float) -> int:
        """Remove half-written files last touched before `older_than` (seconds since the epoch); returns how many."""


class LocalFiles:
    """Files in a local folder: `<folder>/ab/cd/<sha256>`, read-only once there."""

    def __init__(self, folder: Path, *, reserve: int = 0) -> None:
        """Keep `reserve` bytes free, so that the database can still write when files no longer fit."""
        self.folder = folder
        self.incoming = folder / "incoming"
        self.reserve = reserve

    def ensure(self) -> None:
        """Make the folder, readable by its owner only."""
        self.incoming.mkdir(parents=True, exist_ok=True, mode=0o700)

    def sweep(self, *, older_than: float) -> int:
        """Remove half-written files last touched before `older_than` (seconds since the epoch); returns how many."""
        stale = [path for path in self.incoming.iterdir() if path.stat().st_mtime < older_than]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def put(self, stream: BinaryIO, *, limit: int | None = None) -> StoredFile:
        """Store a stream's bytes: temporary file, fsync, rename, fsync of the parent folders.

        Raises:
            NoSpace: the disk is full or would fall below the reserve.
            TooManyBytes: the stream holds more than `limit` bytes.
        """
        part = self.incoming / secrets.token_hex(16)
        try:
            kept = self._write(part, stream, limit)
            self._move(part, kept)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise NoSpace(self.free_bytes(), self.reserve) from error
            raise
        finally:
            part.unlink(missing_ok=True)
        return kept

    def _write(self, part: Path, stream: BinaryIO, limit: int | None) -> StoredFile:
        digest = hashlib.sha256()
        size = 0
        with part.open("xb") as file:
            for chunk in _chunks(stream):
                size += len(chunk)
                if limit is not None and size > limit:
                    raise TooManyBytes(limit)
                if self.free_bytes() - len(chunk) < self.reserve:
                    raise NoSpace(self.free_bytes(), self.reserve)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fchmod(file.fileno(), 0o400)
            os.fsync(file.fileno())
        return StoredFile(digest.hexdigest(), size)

    def _move(self, part: Path, kept: StoredFile) -> None:
        target = self._path_of(kept.sha256)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.replace(target)
        # Existing parent folders too: another thread may have made them a moment ago and not have called fsync yet.
        for folder in (target.parent, target.parent.parent, self.folder):
            _fsync_folder(folder)

    def path(self, sha256: str) -> Path:
        """The path of the file. Raises MissingFile."""
        path = self._path_of(sha256)
        if not path.is_file():
            raise MissingFile(sha256)
        return path

    def free_bytes(self) -> int:
        """Bytes an ordinary user may still write to this disk."""
        disk = os.statvfs(self.folder)
        return disk.f_bavail * disk.f_frsize

    def _path_of(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:4] / sha256


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
