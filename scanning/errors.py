"""Errors of a source, one class per cause, each with a message for the person who brought the file.

Every class has a `code`, by which the application finds the same sentence in the reader's language, and `values` for
it. They cross process boundaries, so each can be pickled.
"""

from __future__ import annotations

from typing import Any, ClassVar


class ScanError(Exception):
    """Base of all errors of this package. `retry` says whether doing it again, unchanged, may succeed."""

    code: ClassVar[str] = "scan_error"
    message: ClassVar[str] = "{name}: the page could not be scanned."
    retry: ClassVar[bool] = False

    def __init__(self, name: str, **values: Any) -> None:
        self.name = name
        self.values = values
        super().__init__(self.message.format(name=name, **values))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.name, self.values)


def _rebuild(kind: type[ScanError], name: str, values: dict[str, Any]) -> ScanError:
    return kind(name, **values)


class EmptySource(ScanError):
    code = "empty_source"
    message = "{name} is empty (0 bytes). Scan the page again, or choose another file."


class UnknownSource(ScanError):
    code = "unknown_source"
    message = (
        "{name} is not a PDF or an image this system reads (PDF, TIFF, JPEG, PNG, HEIC, WebP, BMP), "
        "whatever its name says."
    )


class DamagedSource(ScanError):
    code = "damaged_source"
    message = "{name} is damaged or cut off: {detail}. Scan the page again, or ask for the file again."


class EncryptedSource(ScanError):
    code = "encrypted_source"
    message = "{name} is protected by a password. Save it without a password, then bring it again."


class SourceTooLarge(ScanError):
    code = "source_too_large"
    message = "{name} is too large: {what} {found}, at most {limit}. Scan at a lower resolution, or split the file."


class OutOfBounds(ScanError):
    """A child process was stopped because it took too much memory or time."""

    code = "out_of_bounds"
    message = "{name} took too much {what} and was stopped. It may have been made to harm; scan the paper again."


class EngineMissing(ScanError):
    code = "engine_missing"
    message = (
        "{name}: the OCR engine {engine} is not installed or does not start ({detail}). "
        "Install it, then read the page again."
    )
    retry = True


class DiskFull(ScanError):
    code = "disk_full"
    message = "{name}: no space left on the disk. Free some space; the work then goes on by itself."
    retry = True


class WorkerDied(ScanError):
    code = "worker_died"
    message = "{name}: the process that read this page ended unexpectedly. Try the page again."
    retry = True


class UnreadableSource(ScanError):
    code = "unreadable_source"
    message = "{name} cannot be read ({detail}). Look whether it is there and whether you may read it."
    retry = True
