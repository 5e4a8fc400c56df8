"""What can be wrong with a case's clocks and with a year's table of days off. `field` names the field of the form."""

from __future__ import annotations

from archive_app.errors import ArchiveError


class CaseError(ArchiveError):
    """Base of what can be wrong with what is done to a case."""

    code = "case_error"
    message = "This cannot be done with the case like this. Look at it again."


class DaysOutOfRange(CaseError):
    """More or fewer days were to be allowed than can be."""

    code = "days_out_of_range"
    message = "{days} days cannot be allowed: at least {least}, at most {most}."


class ExtensionTooLate(CaseError):
    """An extension was asked for when the time had run out (chapter 九)."""

    code = "extension_too_late"
    message = (
        "The time ran out with {due}. An extension is asked for before that; now report to the leader why it is late."
    )


class FieldMissing(CaseError):
    """A field that is needed is empty."""

    code = "field_missing"
    message = "This is needed. Fill it in."


class FieldTooLong(CaseError):
    """A field is longer than it can be kept."""

    code = "too_long"
    message = "This is too long: at most {most} characters."


class CodeMalformed(CaseError):
    """A code of a table is not written as such codes are."""

    code = "code_malformed"
    message = "A code is letters and figures, at most 20; of a locality it is six figures."


class CodeTaken(CaseError):
    """A table has such a code already."""

    code = "code_taken"
    message = "The table has the code {code} already. Leave the field empty, and one is made up."


class WordsTaken(CaseError):
    """An entry of the table has these words already."""

    code = "words_taken"
    message = "The table has an entry called {words} already: nobody could tell them apart."


class CodeNeeded(CaseError):
    """An entry that the rules hang on was to be retired."""

    code = "code_needed"
    message = "The rules need this entry: it can be renamed and moved, not retired."


class FieldUnknown(CaseError):
    """A field has a value that its table does not have."""

    code = "not_to_be_chosen"
    message = "Choose one that the list offers."


class ConductMissing(CaseError):
    """A visit's check list is not confirmed as a whole, and no reason is given (十一.2)."""

    code = "conduct_missing"
    message = "Confirm each point of the check list, or write down why one of them cannot be confirmed."


class HeadcountWrong(CaseError):
    """Fewer persons are counted than are named, or it is no number of persons."""

    code = "headcount_wrong"
    message = "How many persons is it? At least {named} are named here, and at most {most} can be counted."


class TooManyRepresentatives(CaseError):
    """More persons speak for a group than may."""

    code = "too_many_representatives"
    message = "At most {most} persons represent a group. Choose who they are."


class RegisteredAlready(CaseError):
    """The case has a number already: somebody else has registered it meanwhile."""

    code = "registered_already"
    message = (
        "This was registered meanwhile, as {number}. What you wrote stands below; take over what is missing there."
    )


class NotYetReady(CaseError):
    """A letter is to be registered of which not all pages were read, or that nobody has looked through yet."""

    code = "not_yet_ready"
    message = "This letter is still being read, or waits to be looked through. Register it afterwards."


class ReceivedLater(CaseError):
    """What is registered would have come in the future."""

    code = "received_later"
    message = "It cannot have come later than now."


class KeyUsed(CaseError):
    """A key that makes a request one is sent with another request."""

    code = "key_used"
    message = "This key came with another request before. Give each petition a key of its own."


class FormChanged(CaseError):
    """Somebody else has changed the form meanwhile; nobody's words are overwritten."""

    code = "form_changed"
    message = "{author} has changed this form meanwhile. Both are shown; nothing was overwritten."


class CaseMoved(CaseError):
    """Somebody else has done something with the case meanwhile."""

    code = "case_moved"
    message = "{author} was at work on this case meanwhile. Look how it stands now; what you wrote is kept below."


class NotOffered(CaseError):
    """This cannot be done with the case as it stands, or not by this person."""

    code = "not_offered"
    message = "This cannot be done with the case as it stands now."


class StillMissing(CaseError):
    """Something must be there before this can be done. `missing` is the code of a requirement of the table."""

    code = "still_missing"
    message = "This cannot be done yet: {missing}."


class NoSuchCase(CaseError):
    """No open case of this number can be seen."""

    code = "no_such_case"
    message = "There is no open case of the number {number} here. Look the number up in the register."


class YearTableError(CaseError):
    """Base of what can be wrong with a table of a year's days off and make-up working days."""

    code = "year_table_error"
    message = "This is no table of a year's days off. Look at it again."


class YearTableOfOtherYear(YearTableError):
    """It is the table of another year than the one that was to be imported."""

    code = "year_table_of_other_year"
    message = "This is the table of {found}, not of {year}. Choose the file of {year}, or say {found}."


class YearTableHeadingsMissing(YearTableError):
    """The first row does not name the columns that are needed."""

    code = "year_table_headings_missing"
    message = "The first row names the columns; {columns} are missing. Write there: {headings}."


class YearTableEmpty(YearTableError):
    """There is no row below the headings."""

    code = "year_table_empty"
    message = "{name} has no day in it. Write one row for each day off and each make-up working day of the year."


class ListedDayUnreadable(YearTableError):
    """The first cell of a row is no date."""

    code = "listed_day_unreadable"
    message = "Row {row}: “{text}” is no date. Write it like 2026-02-24."


class ListedKindUnreadable(YearTableError):
    """A row says neither that its day is worked nor that it is off."""

    code = "listed_kind_unreadable"
    message = "Row {row}: “{text}” is neither. Write {working} or {off}."


class ListedTwice(YearTableError):
    """Two rows are of one day."""

    code = "listed_twice"
    message = "Row {row}: {day} stands in row {first} already. Keep the one that is right."


class ListedOutsideYear(YearTableError):
    """A row is of another year than the table."""

    code = "listed_outside_year"
    message = (
        "Row {row}: {day} is not of {year}. A table has one year, with the last days of the December before it; "
        "put the date right, or import the other year with its own table."
    )


class YearTableIncomplete(YearTableError):
    """A holiday that is fixed by law would be a working day, so rows are missing."""

    code = "year_table_incomplete"
    message = "The table of {year} would make {days} working days, which are off by law. Import the year's whole table."
