"""The errors of cases, code tables and tables of days off. `field` names the field of the form."""

from __future__ import annotations

from archive_app.errors import ArchiveError


class CaseError(ArchiveError):
    """Base of the errors of actions on a case."""

    code = "case_error"


class DaysOutOfRange(CaseError):
    """The number of days is outside the allowed range."""

    code = "days_out_of_range"
    parameters = ("days", "least", "most")


class ExtensionTooLate(CaseError):
    """The extension was requested after the time had run out (chapter 九)."""

    code = "extension_too_late"
    parameters = ("due",)


class FieldMissing(CaseError):
    """A mandatory field is empty."""

    code = "field_missing"


class FieldTooLong(CaseError):
    """A field exceeds its maximum length."""

    code = "too_long"
    parameters = ("most",)


class CodeMalformed(CaseError):
    """A code does not match its table's pattern."""

    code = "code_malformed"


class CodeTaken(CaseError):
    """The table already has this code."""

    code = "code_taken"
    parameters = ("code",)


class WordsTaken(CaseError):
    """Another entry of the table already has this label."""

    code = "words_taken"
    parameters = ("words",)


class CodeNeeded(CaseError):
    """An entry that rules depend on cannot be retired."""

    code = "code_needed"


class FieldUnknown(CaseError):
    """The table does not offer the field's value."""

    code = "not_to_be_chosen"


class ConductMissing(CaseError):
    """The check list of a visit is not fully confirmed, and no reason is given (十一.2)."""

    code = "conduct_missing"


class HeadcountWrong(CaseError):
    """The headcount is lower than the number of named persons, or out of range."""

    code = "headcount_wrong"
    parameters = ("named", "most")


class TooManyRepresentatives(CaseError):
    """A group has too many representatives."""

    code = "too_many_representatives"
    parameters = ("most",)


class RegisteredAlready(CaseError):
    """The case already has a number: somebody else has registered it in the meantime."""

    code = "registered_already"
    parameters = ("number",)


class NotYetReady(CaseError):
    """A letter cannot be registered before all its pages are read and screened."""

    code = "not_yet_ready"


class ReceivedLater(CaseError):
    """The time of receipt is in the future."""

    code = "received_later"


class KeyUsed(CaseError):
    """An idempotency key was sent before with another request."""

    code = "key_used"


class FormChanged(CaseError):
    """Somebody else has changed the form in the meantime; nothing is overwritten."""

    code = "form_changed"
    parameters = ("author",)


class CaseMoved(CaseError):
    """Somebody else has acted on the case in the meantime."""

    code = "case_moved"
    parameters = ("author",)


class NotOffered(CaseError):
    """The action is not available in the case's state, or not to this person."""

    code = "not_offered"


class StillMissing(CaseError):
    """A requirement of the action does not hold; `missing` is its code."""

    code = "still_missing"
    parameters = ("missing",)


class NoSuchCase(CaseError):
    """The reader sees no open case with this number."""

    code = "no_such_case"
    parameters = ("number",)


class YearTableError(CaseError):
    """Base of the errors of a year's table of days off and make-up working days."""

    code = "year_table_error"


class YearTableOfOtherYear(YearTableError):
    """The table is of another year than expected."""

    code = "year_table_of_other_year"
    parameters = ("found", "year")


class YearTableHeadingsMissing(YearTableError):
    """The first row lacks mandatory column headings."""

    code = "year_table_headings_missing"
    parameters = ("columns", "headings")


class YearTableEmpty(YearTableError):
    """The table has no row below the headings."""

    code = "year_table_empty"
    parameters = ("name",)


class ListedDayUnreadable(YearTableError):
    """The first cell of a row is not a date."""

    code = "listed_day_unreadable"
    parameters = ("row", "text")


class ListedKindUnreadable(YearTableError):
    """A row marks its day neither as a working day nor as a day off."""

    code = "listed_kind_unreadable"
    parameters = ("row", "text", "working", "off")


class ListedTwice(YearTableError):
    """Two rows have the same day."""

    code = "listed_twice"
    parameters = ("row", "day", "first")


class ListedOutsideYear(YearTableError):
    """The day of a row is outside the table's year."""

    code = "listed_outside_year"
    parameters = ("row", "day", "year")


class YearTableIncomplete(YearTableError):
    """The table would make a statutory holiday a working day, so rows are missing."""

    code = "year_table_incomplete"
    parameters = ("year", "days")
