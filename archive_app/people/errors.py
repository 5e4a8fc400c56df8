"""What can be wrong with a change of persons, units and accounts. `field` names the field of the form."""

from __future__ import annotations

from archive_app.errors import ArchiveError


class PeopleError(ArchiveError):
    """Base of what can be wrong with a change of persons, units and accounts."""

    code = "people_error"


class OwnPerson(PeopleError):
    """Somebody was to change their own person, account or units."""

    code = "own_person"


class FieldMissing(PeopleError):
    """A field that is needed is empty."""

    code = "field_missing"


class TooLong(PeopleError):
    """A field is longer than it can be kept."""

    code = "too_long"
    parameters = ("most",)


class BadCharacters(PeopleError):
    """A name begins with a sign that spreadsheets take for a formula, or has characters that cannot be written."""

    code = "bad_characters"


class NamesakeExists(PeopleError):
    """There is a person of this name already; whether it is the same one, only the administrator knows."""

    code = "namesake_exists"
    parameters = ("name",)


class StaffNumberTaken(PeopleError):
    """Another person has this staff number."""

    code = "staff_number_taken"
    parameters = ("number", "name")


class UnitExists(PeopleError):
    """There is a unit of this name in the same place."""

    code = "unit_exists"
    parameters = ("name",)


class UnitCycle(PeopleError):
    """A unit was to be below, or to come out of, itself."""

    code = "unit_cycle"


class UnitsMissing(PeopleError):
    """It is not said of which units, or into which units."""

    code = "units_missing"


class UnitHasEnded(PeopleError):
    """The unit has ended."""

    code = "unit_has_ended"
    parameters = ("name",)


class UnwatchedOwn(PeopleError):
    """An administrator was to stop the search for the name of a unit that reaches their own."""

    code = "unwatched_own"


class EndBeforeBegin(PeopleError):
    """Something was to end before it began."""

    code = "end_before_begin"


class AccountNameTaken(PeopleError):
    """There is an account of this name."""

    code = "account_name_taken"
    parameters = ("name",)


class PasswordTooShort(PeopleError):
    """A password has too few characters."""

    code = "password_too_short"
    parameters = ("least",)


class TokenNameMissing(PeopleError):
    """A token is to be made that nobody could tell from others."""

    code = "token_name_missing"


class TokenWithoutScope(PeopleError):
    """A token is to be made that is for nothing, or for something that there is not."""

    code = "token_without_scope"


class TokenWithoutEnd(PeopleError):
    """A token is to be made that ends never, or too late."""

    code = "token_without_end"
    parameters = ("most",)


class TooManyTokens(PeopleError):
    """An account has as many tokens as it can have."""

    code = "too_many_tokens"
    parameters = ("most",)


class PasswordWrong(PeopleError):
    """The old password is not right."""

    code = "password_wrong"


class PasswordSame(PeopleError):
    """The new password is the old one."""

    code = "password_same"


class PasswordsDiffer(PeopleError):
    """The new password was typed in two ways."""

    code = "passwords_differ"


class RoleHeld(PeopleError):
    """The account has the role already, now or from a later day on."""

    code = "role_held"


class LastAdministrator(PeopleError):
    """Nobody could administer the archive any more."""

    code = "last_administrator"


class ChangedMeanwhile(PeopleError):
    """What was to be confirmed is no longer what was shown."""

    code = "changed_meanwhile"


class OwnChange(PeopleError):
    """Somebody was to confirm their own change, or their own account."""

    code = "own_change"


class ImportHasProblems(PeopleError):
    """There are rows that cannot be imported as they are."""

    code = "import_has_problems"


class SeveralUnits(PeopleError):
    """A name is that of several units."""

    code = "several_units"
    parameters = ("name",)


class ConflictingParents(PeopleError):
    """A table says of one unit that it is below two."""

    code = "conflicting_parents"
    parameters = ("name",)


class TwoNames(PeopleError):
    """A table gives one staff number to two names."""

    code = "two_names"
    parameters = ("number", "name")


class NumberNeeded(PeopleError):
    """It cannot be told whether two of one name are one person."""

    code = "number_needed"
    parameters = ("name",)


class NumberUnknown(PeopleError):
    """Somebody of this name has no staff number yet: is it the same person?"""

    code = "number_unknown"
    parameters = ("name",)


class RelationUnknown(PeopleError):
    """The relation of a post is none that there is."""

    code = "relation_unknown"


class RoleUnknown(PeopleError):
    """A role is none that there is."""

    code = "role_unknown"
    parameters = ("name",)


class AccountOfAnother(PeopleError):
    """An account is another person's."""

    code = "account_of_another"
    parameters = ("name", "person")
