"""Errors of changes of persons, units and accounts. `field` names the field of the form."""

from __future__ import annotations

from archive_app.errors import ArchiveError


class PeopleError(ArchiveError):
    """Base of errors of changes of persons, units and accounts."""

    code = "people_error"


class OwnPerson(PeopleError):
    """A change of one's own person, account or units."""

    code = "own_person"


class FieldMissing(PeopleError):
    """A required field is empty."""

    code = "field_missing"


class TooLong(PeopleError):
    """A field exceeds its maximum length."""

    code = "too_long"
    parameters = ("most",)


class BadCharacters(PeopleError):
    """A name begins with a formula character of spreadsheets, or contains unprintable characters."""

    code = "bad_characters"


class NamesakeExists(PeopleError):
    """A person of this name exists; only the administrator knows whether it is the same one."""

    code = "namesake_exists"
    parameters = ("name",)


class StaffNumberTaken(PeopleError):
    """Another person has this staff number."""

    code = "staff_number_taken"
    parameters = ("number", "name")


class UnitExists(PeopleError):
    """A unit of this name exists below the same parent."""

    code = "unit_exists"
    parameters = ("name",)


class UnitCycle(PeopleError):
    """A unit would be below itself, or its own successor."""

    code = "unit_cycle"


class UnitsMissing(PeopleError):
    """A succession without predecessors or successors."""

    code = "units_missing"


class UnitHasEnded(PeopleError):
    """The unit has ended."""

    code = "unit_has_ended"
    parameters = ("name",)


class UnwatchedOwn(PeopleError):
    """An administrator may not stop the search for the name of a unit that reaches their own."""

    code = "unwatched_own"


class EndBeforeBegin(PeopleError):
    """The end is before the beginning."""

    code = "end_before_begin"


class AccountNameTaken(PeopleError):
    """An account of this name exists."""

    code = "account_name_taken"
    parameters = ("name",)


class PasswordTooShort(PeopleError):
    """A password has too few characters."""

    code = "password_too_short"
    parameters = ("least",)


class TokenNameMissing(PeopleError):
    """A token without a name to tell it from others."""

    code = "token_name_missing"


class TokenWithoutScope(PeopleError):
    """A token without a scope, or with an unknown one."""

    code = "token_without_scope"


class TokenWithoutEnd(PeopleError):
    """A token without an end, or with one too far ahead."""

    code = "token_without_end"
    parameters = ("most",)


class TooManyTokens(PeopleError):
    """The account has the maximum number of tokens."""

    code = "too_many_tokens"
    parameters = ("most",)


class CodesWrong(PeopleError):
    """No such pair of codes is open for an account of this name."""

    code = "codes_wrong"


class PasswordWrong(PeopleError):
    """The old password is wrong."""

    code = "password_wrong"


class PasswordSame(PeopleError):
    """The new password is the old one."""

    code = "password_same"


class PasswordsDiffer(PeopleError):
    """The two entries of the new password differ."""

    code = "passwords_differ"


class RoleHeld(PeopleError):
    """The account has the role already, now or from a later day on."""

    code = "role_held"


class LastAdministrator(PeopleError):
    """Nobody else could administer the archive."""

    code = "last_administrator"


class ChangedMeanwhile(PeopleError):
    """The account has changed since it was shown for confirmation."""

    code = "changed_meanwhile"


class OwnChange(PeopleError):
    """A confirmation of one's own change, or of one's own account."""

    code = "own_change"


class GainsByChange(PeopleError):
    """A confirmation of a change by which one might see more oneself."""

    code = "gains_by_change"


class ImportHasProblems(PeopleError):
    """Some rows cannot be imported as they are."""

    code = "import_has_problems"


class SeveralUnits(PeopleError):
    """Several units have this name."""

    code = "several_units"
    parameters = ("name",)


class ConflictingParents(PeopleError):
    """A table gives two parents for one unit."""

    code = "conflicting_parents"
    parameters = ("name",)


class TwoNames(PeopleError):
    """A table gives one staff number to two names."""

    code = "two_names"
    parameters = ("number", "name")


class NumberNeeded(PeopleError):
    """Two persons of one name cannot be told apart without a staff number."""

    code = "number_needed"
    parameters = ("name",)


class NumberUnknown(PeopleError):
    """A person of this name has no staff number yet: is it the same person?"""

    code = "number_unknown"
    parameters = ("name",)


class RelationUnknown(PeopleError):
    """The relation of a post is unknown."""

    code = "relation_unknown"


class RoleUnknown(PeopleError):
    """A role is unknown."""

    code = "role_unknown"
    parameters = ("name",)


class AccountOfAnother(PeopleError):
    """The account is another person's."""

    code = "account_of_another"
    parameters = ("name", "person")
