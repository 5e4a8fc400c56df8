"""Errors of the application, one class per cause.

`archive_app.language.error_sentences` has the sentence of each code, once for the pages and the terminal.
"""

from __future__ import annotations

from typing import Any, ClassVar


class ArchiveError(Exception):
    """Base of all errors of the application: a `code`, which finds the sentence, and `values` for it.

    `parameters` are the values that the sentence needs; there may be more, such as the `field` of a form. As a string,
    an error is its code and its parameters, for logs.
    """

    code: ClassVar[str] = "archive_error"
    parameters: ClassVar[tuple[str, ...]] = ()

    def __init__(self, **values: Any) -> None:
        self.values = values
        told = ", ".join(f"{name}={values[name]}" for name in self.parameters)
        super().__init__(f"{self.code}: {told}" if told else self.code)


class NotFound(ArchiveError):
    """There is no such thing for this reader. Absent and hidden are indistinguishable."""

    code = "not_found"


class SignInFailed(ArchiveError):
    """Name or password is wrong; the error does not say which."""

    code = "sign_in_failed"


class NothingReceived(ArchiveError):
    """No file came with the form."""

    code = "nothing_received"


class TooManyFiles(ArchiveError):
    """More files in one upload than the limit."""

    code = "too_many_files"
    parameters = ("found", "limit")


class FileTooLarge(ArchiveError):
    """One file is larger than the limit."""

    code = "file_too_large"
    parameters = ("name", "limit_mb")


class NoRoom(ArchiveError):
    """The disk is (nearly) full. Nothing of this upload was acknowledged."""

    code = "no_room"
    parameters = ("name",)


class EditConflict(ArchiveError):
    """Somebody else saved a newer version meanwhile."""

    code = "edit_conflict"
    parameters = ("author",)


class InvalidField(ArchiveError):
    """A field of a form has an invalid value."""

    code = "invalid_field"
    parameters = ("field", "reason")


class ExtractTooEarly(ArchiveError):
    """An extract of a letter whose processing is not complete."""

    code = "extract_too_early"


class LetterChanged(ArchiveError):
    """Pages or their text have changed since the decision about them."""

    code = "letter_changed"


class NothingCovered(ArchiveError):
    """An extract without covered areas, which would be a copy."""

    code = "nothing_covered"


class NothingLeftOver(ArchiveError):
    """An extract without any page."""

    code = "nothing_left_over"


class NamesStillReadable(ArchiveError):
    """Names of staff or of units stay readable in an extract, and nobody has confirmed that this is intended."""

    code = "names_still_readable"
    parameters = ("names",)


class ExtractFailed(ArchiveError):
    """The pictures of an extract could not be made."""

    code = "extract_failed"


class NotAnArchive(ArchiveError):
    """The folder holds no archive."""

    code = "not_an_archive"
    parameters = ("folder",)


class AlreadyAnArchive(ArchiveError):
    """The folder holds an archive already."""

    code = "already_an_archive"
    parameters = ("folder",)


class UnknownAccount(ArchiveError):
    """No active account has this name."""

    code = "unknown_account"
    parameters = ("name",)


class NotAMailAddress(ArchiveError):
    """The text is not a mail address."""

    code = "not_a_mail_address"


class ReasonMissing(ArchiveError):
    """A change of who may see a case lacks its reason."""

    code = "reason_missing"


class NotToBeChosen(ArchiveError):
    """A person or a unit that the form does not offer; the error never says why."""

    code = "not_to_be_chosen"


class EndNeeded(ArchiveError):
    """A grant of access without a last day, or with one that has passed."""

    code = "end_needed"


class FutureDay(ArchiveError):
    """The day of an event is in the future."""

    code = "future_day"


class NobodyLeft(ArchiveError):
    """A change would leave a restricted case with nobody who can see it."""

    code = "nobody_left"


class ReviewedAlready(ArchiveError):
    """The same reviewer decided before."""

    code = "reviewed_already"


class NoFont(ArchiveError):
    """A font of a sheet or a form is not installed."""

    code = "no_font"
    parameters = ("file", "package")


class SignatureRefused(ArchiveError):
    """The file is no picture of a signature: no PNG or JPEG, damaged, too large, or blank."""

    code = "signature_refused"
    parameters = ("most",)


class SignatureUnreadable(ArchiveError):
    """The picture of a signature cannot be printed."""

    code = "signature_unreadable"
    parameters = ("name",)
