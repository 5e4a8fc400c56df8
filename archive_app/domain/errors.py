"""What can be wrong with a case's clocks and with a year's table of days off. `field` names the field of the form."""

from __future__ import annotations

from archive_app.errors import ArchiveError


class CaseError(ArchiveError):
    """Base of what can be wrong with what is done to a case."""

    code = "case_error"


class DaysOutOfRange(CaseError):
    """More or fewer days were to be allowed than can be."""

    code = "days_out_of_range"
    parameters = ("days", "least", "most")


class ExtensionTooLate(CaseError):
    """An extension was asked for when the time had run out (chapter 九)."""

    code = "extension_too_late"
    parameters = ("due",)


class FieldMissing(CaseError):
    """A field that is needed is empty."""

    code = "field_missing"


class FieldTooLong(CaseError):
    """A field is longer than it can be kept."""

    code = "too_long"
    parameters = ("most",)


class CodeMalformed(CaseError):
    """A code of a table is not written as such codes are."""

    code = "code_malformed"


class CodeTaken(CaseError):
    """A table has such a code already."""

    code = "code_taken"
    parameters = ("code",)


class WordsTaken(CaseError):
    """An entry of the table has these words already."""

    code = "words_taken"
    parameters = ("words",)


class CodeNeeded(CaseError):
    """An entry that the rules hang on was to be retired."""

    code = "code_needed"


class FieldUnknown(CaseError):
    """A field has a value that its table does not have."""

    code = "not_to_be_chosen"


class ConductMissing(CaseError):
    """A visit's check list is not confirmed as a whole, and no reason is given (十一.2)."""

    code = "conduct_missing"


class HeadcountWrong(CaseError):
    """Fewer persons are counted than are named, or it is no number of persons."""

    code = "headcount_wrong"
    parameters = ("named", "most")


class TooManyRepresentatives(CaseError):
    """More persons speak for a group than may."""

    code = "too_many_representatives"
    parameters = ("most",)


class RegisteredAlready(CaseError):
    """The case has a number already: somebody else has registered it meanwhile."""

    code = "registered_already"
    parameters = ("number",)


class NotYetReady(CaseError):
    """A letter is to be registered of which not all pages were read, or that nobody has looked through yet."""

    code = "not_yet_ready"


class ReceivedLater(CaseError):
    """What is registered would have come in the future."""

    code = "received_later"


class KeyUsed(CaseError):
    """A key that makes a request one is sent with another request."""

    code = "key_used"


class FormChanged(CaseError):
    """Somebody else has changed the form meanwhile; nobody's words are overwritten."""

    code = "form_changed"
    parameters = ("author",)


class CaseMoved(CaseError):
    """Somebody else has done something with the case meanwhile."""

    code = "case_moved"
    parameters = ("author",)


class NotOffered(CaseError):
    """This cannot be done with the case as it stands, or not by this person."""

    code = "not_offered"


class StillMissing(CaseError):
    """Something must be there before this can be done. `missing` is the code of a requirement of the table."""

    code = "still_missing"
    parameters = ("missing",)


class NoSuchCase(CaseError):
    """No open case of this number can be seen."""

    code = "no_such_case"
    parameters = ("number",)


class YearTableError(CaseError):
    """Base of what can be wrong with a table of a year's days off and make-up working days."""

    code = "year_table_error"


class YearTableOfOtherYear(YearTableError):
    """It is the table of another year than the one that was to be imported."""

    code = "year_table_of_other_year"
    parameters = ("found", "year")


class YearTableHeadingsMissing(YearTableError):
    """The first row does not name the columns that are needed."""

    code = "year_table_headings_missing"
    parameters = ("columns", "headings")


class YearTableEmpty(YearTableError):
    """There is no row below the headings."""

    code = "year_table_empty"
    parameters = ("name",)


class ListedDayUnreadable(YearTableError):
    """The first cell of a row is no date."""

    code = "listed_day_unreadable"
    parameters = ("row", "text")


class ListedKindUnreadable(YearTableError):
    """A row says neither that its day is worked nor that it is off."""

    code = "listed_kind_unreadable"
    parameters = ("row", "text", "working", "off")


class ListedTwice(YearTableError):
    """Two rows are of one day."""

    code = "listed_twice"
    parameters = ("row", "day", "first")


class ListedOutsideYear(YearTableError):
    """A row is of another year than the table."""

    code = "listed_outside_year"
    parameters = ("row", "day", "year")


class YearTableIncomplete(YearTableError):
    """A holiday that is fixed by law would be a working day, so rows are missing."""

    code = "year_table_incomplete"
    parameters = ("year", "days")
