"""What can go wrong in the application, one class a cause. `code` finds the sentence in the reader's language."""

from __future__ import annotations

from typing import Any, ClassVar


class ArchiveError(Exception):
    """Base of all errors of the application: `code`, `values` for the sentence, and the English sentence itself."""

    code: ClassVar[str] = "archive_error"
    message: ClassVar[str] = "Something went wrong. Nothing that was acknowledged is lost."

    def __init__(self, **values: Any) -> None:
        self.values = values
        super().__init__(self.message.format(**values))


class NotFound(ArchiveError):
    """There is no such thing for this reader. Absent and hidden are one."""

    code = "not_found"
    message = "There is nothing at this address."


class SignInFailed(ArchiveError):
    """Name or password is wrong; it is not said which."""

    code = "sign_in_failed"
    message = "The name or the password is not right."


class NothingReceived(ArchiveError):
    """No file came with the form."""

    code = "nothing_received"
    message = "No file was chosen. Choose the scanned pages, or photograph them."


class TooManyFiles(ArchiveError):
    """More files in one upload than the limit."""

    code = "too_many_files"
    message = "{found} files are too many at once: at most {limit}. Bring them in several goes."


class FileTooLarge(ArchiveError):
    """One file is larger than the limit."""

    code = "file_too_large"
    message = "{name} is larger than {limit_mb} MB. Scan at a lower resolution, or split the file."


class NoRoom(ArchiveError):
    """The disk is (nearly) full. Nothing of this upload was acknowledged."""

    code = "no_room"
    message = (
        "There is no room left on the archive's disk; {name} was not taken in. "
        "Tell the administrator, then bring it again."
    )


class EditConflict(ArchiveError):
    """Somebody else saved a newer version meanwhile."""

    code = "edit_conflict"
    message = "{author} saved another version of this page meanwhile. Both are shown; nothing was overwritten."


class InvalidField(ArchiveError):
    """A field of a form cannot be taken as it is."""

    code = "invalid_field"
    message = "{field}: {reason}"


class ExtractTooEarly(ArchiveError):
    """An extract is wanted of a letter of which not all is known yet."""

    code = "extract_too_early"
    message = "This letter is still being read, or waits to be looked through. Make the extract afterwards."


class LetterChanged(ArchiveError):
    """Pages or their text are not as they were when somebody decided about them."""

    code = "letter_changed"
    message = (
        "The letter was changed meanwhile: a page was read anew, or its text corrected. Look it through once more."
    )


class NothingCovered(ArchiveError):
    """An extract would be a copy."""

    code = "nothing_covered"
    message = "Nothing is blacked out, and no page is left out: this would be a copy of the letter."


class NothingLeftOver(ArchiveError):
    """An extract would have no page."""

    code = "nothing_left_over"
    message = "All pages are left out: nothing would be left."


class NamesStillReadable(ArchiveError):
    """Names of staff or of units stay readable in an extract, and nobody has said that they are meant to."""

    code = "names_still_readable"
    message = (
        "Still readable: {names}. Whoever has this name does not see the extract until two reviewers have found that "
        "it does not concern them. Black it out, or say that it is meant to stay."
    )


class ExtractFailed(ArchiveError):
    """The pictures of an extract could not be made."""

    code = "extract_failed"
    message = (
        "The extract could not be made, and nothing of it was kept. Try again; if it fails once more, tell the "
        "administrator."
    )


class NotAnArchive(ArchiveError):
    """The folder holds no archive."""

    code = "not_an_archive"
    message = "{folder} holds no archive. Make one with: archive init {folder}"


class AlreadyAnArchive(ArchiveError):
    """The folder holds an archive already."""

    code = "already_an_archive"
    message = "{folder} holds an archive already; it was left as it is."


class UnknownAccount(ArchiveError):
    """No active account has this name."""

    code = "unknown_account"
    message = "There is no active account named {name}."


class NotAMailAddress(ArchiveError):
    """What was given as a mail address is none."""

    code = "not_a_mail_address"
    message = "This is no mail address. Write it like name@example.gov.cn."


class ReasonMissing(ArchiveError):
    """A change of who may see a case came without its reason."""

    code = "reason_missing"
    message = "Say why. The reason stands in the history beside your name."


class NotToBeChosen(ArchiveError):
    """A person or a unit that the form does not offer; why it does not is never told."""

    code = "not_to_be_chosen"
    message = "Choose one that the list offers."


class EndNeeded(ArchiveError):
    """An access was to be granted without a last day, or with one that has passed."""

    code = "end_needed"
    message = "Say until which day, today or later."


class FutureDay(ArchiveError):
    """The day of an event lies ahead."""

    code = "future_day"
    message = "What a letter tells of has happened: the day cannot lie ahead."


class NobodyLeft(ArchiveError):
    """A change would leave a restricted case with nobody who can see it."""

    code = "nobody_left"
    message = "Nobody could see this case then. First put somebody on the allow-list who can go on with it."


class ReviewedAlready(ArchiveError):
    """The same reviewer was to decide twice."""

    code = "reviewed_already"
    message = "You have said this already. A second access reviewer, another person, decides it."


class NoFont(ArchiveError):
    """A font that a sheet or a form is printed with is not installed."""

    code = "no_font"
    message = "The font {file} is not installed. On Debian: apt-get install {package}"


class SignatureRefused(ArchiveError):
    """What was handed in is no picture of a signature: no PNG or JPEG, damaged, too large, or with nothing on it."""

    code = "signature_refused"
    message = "This is no picture of a signature. Draw it, or choose a PNG or JPEG picture of at most {most} MB."


class SignatureUnreadable(ArchiveError):
    """The picture of a signature cannot be printed."""

    code = "signature_unreadable"
    message = "The signature of {name} is no PNG picture that can be printed. Let it be drawn or scanned again."
