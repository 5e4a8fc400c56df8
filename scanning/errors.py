"""Errors of a source, one class per cause.

Every class has a `code`, by which the application finds the sentence in the reader's language, and `values` for it:
the `parameters` that the sentence needs. As a string, an error is its code and its parameters, for logs. Errors cross
process boundaries, so each can be pickled.
"""

from __future__ import annotations

from typing import Any, ClassVar


class ScanError(Exception):
    """Base of all errors of this package. `retry`: repeating the same task may succeed."""

    code: ClassVar[str] = "scan_error"
    parameters: ClassVar[tuple[str, ...]] = ()
    retry: ClassVar[bool] = False

    def __init__(self, name: str, **values: Any) -> None:
        self.name = name
        self.values = values
        told = {"name": name} | {each: values[each] for each in self.parameters}
        super().__init__(f"{self.code}: " + ", ".join(f"{each}={value}" for each, value in told.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.name, self.values)


def _rebuild(kind: type[ScanError], name: str, values: dict[str, Any]) -> ScanError:
    return kind(name, **values)


class EmptySource(ScanError):
    code = "empty_source"


class UnknownSource(ScanError):
    code = "unknown_source"


class DamagedSource(ScanError):
    code = "damaged_source"
    parameters = ("detail",)


class EncryptedSource(ScanError):
    code = "encrypted_source"


class SourceTooLarge(ScanError):
    code = "source_too_large"
    parameters = ("what", "found", "limit")


class SourceTooSmall(ScanError):
    """A picture of one or two pixels: an icon, or the trace by which a mail is followed."""

    code = "source_too_small"
    parameters = ("width", "height")


class OutOfBounds(ScanError):
    """A child process was stopped because it used too much memory or time."""

    code = "out_of_bounds"
    parameters = ("what",)


class EngineMissing(ScanError):
    code = "engine_missing"
    parameters = ("engine", "detail")
    retry = True


class DiskFull(ScanError):
    code = "disk_full"
    retry = True


class WorkerDied(ScanError):
    code = "worker_died"
    retry = True


class UnreadableSource(ScanError):
    code = "unreadable_source"
    parameters = ("detail",)
    retry = True
