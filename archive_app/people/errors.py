"""What can be wrong with a change of persons, units and accounts. `field` names the field of the form."""

from __future__ import annotations

from archive_app.errors import ArchiveError


class PeopleError(ArchiveError):
    """Base of what can be wrong with a change of persons, units and accounts."""

    code = "people_error"
    message = "This cannot be done like this. Look at it again."


class OwnPerson(PeopleError):
    """Somebody was to change their own person, account or units."""

    code = "own_person"
    message = "Nobody changes their own name, units, posts or account. Another administrator must do it."


class FieldMissing(PeopleError):
    """A field that is needed is empty."""

    code = "field_missing"
    message = "This is needed. Fill it in."


class TooLong(PeopleError):
    """A field is longer than it can be kept."""

    code = "too_long"
    message = "This is too long: at most {most} characters."


class BadCharacters(PeopleError):
    """A name begins with a sign that spreadsheets take for a formula, or has characters that cannot be written."""

    code = "bad_characters"
    message = "Begin with a letter, a character or a figure, and write it in one line."


class NamesakeExists(PeopleError):
    """There is a person of this name already; whether it is the same one, only the administrator knows."""

    code = "namesake_exists"
    message = "There is a person called {name} already. Say whether this is the same person or another one."


class StaffNumberTaken(PeopleError):
    """Another person has this staff number."""

    code = "staff_number_taken"
    message = "The staff number {number} is {name}'s. A number belongs to one person."


class UnitExists(PeopleError):
    """There is a unit of this name in the same place."""

    code = "unit_exists"
    message = "There is a unit called {name} here already."


class UnitCycle(PeopleError):
    """A unit was to be below, or to come out of, itself."""

    code = "unit_cycle"
    message = "A unit cannot be below itself, or become what it came from. Choose another one."


class UnitsMissing(PeopleError):
    """It is not said of which units, or into which units."""

    code = "units_missing"
    message = "Say which units, and what they become."


class UnitHasEnded(PeopleError):
    """The unit has ended."""

    code = "unit_has_ended"
    message = "{name} has ended. Choose a unit that exists."


class UnwatchedOwn(PeopleError):
    """An administrator was to stop the search for the name of a unit that reaches their own."""

    code = "unwatched_own"
    message = "Your own unit is this unit or belongs to it. Another administrator must do it."


class EndBeforeBegin(PeopleError):
    """Something was to end before it began."""

    code = "end_before_begin"
    message = "It cannot end before it begins."


class AccountNameTaken(PeopleError):
    """There is an account of this name."""

    code = "account_name_taken"
    message = "There is an account called {name} already. Choose another name."


class PasswordTooShort(PeopleError):
    """A password has too few characters."""

    code = "password_too_short"
    message = "At least {least} characters are needed."


class TokenNameMissing(PeopleError):
    """A token is to be made that nobody could tell from others."""

    code = "token_name_missing"
    message = "Name the system that is to use it. The name stands in the history beside your account."


class TokenWithoutScope(PeopleError):
    """A token is to be made that is for nothing, or for something that there is not."""

    code = "token_without_scope"
    message = "Choose what the token is for, at least one thing."


class TokenWithoutEnd(PeopleError):
    """A token is to be made that ends never, or too late."""

    code = "token_without_end"
    message = "Say after how many days it ends: 1 to {most}."


class TooManyTokens(PeopleError):
    """An account has as many tokens as it can have."""

    code = "too_many_tokens"
    message = "An account has at most {most} tokens. End one that is no longer used."


class PasswordWrong(PeopleError):
    """The old password is not right."""

    code = "password_wrong"
    message = "This is not your present password."


class PasswordSame(PeopleError):
    """The new password is the old one."""

    code = "password_same"
    message = "Choose a password other than the present one."


class PasswordsDiffer(PeopleError):
    """The new password was typed in two ways."""

    code = "passwords_differ"
    message = "This is not the same as the new password above. Type it once more."


class RoleHeld(PeopleError):
    """The account has the role already, now or from a later day on."""

    code = "role_held"
    message = "The account has this role already. End it first, then give it anew."


class LastAdministrator(PeopleError):
    """Nobody could administer the archive any more."""

    code = "last_administrator"
    message = "Nobody could administer the archive then. First give somebody else this role, without a last day."


class ChangedMeanwhile(PeopleError):
    """What was to be confirmed is no longer what was shown."""

    code = "changed_meanwhile"
    message = "It was changed while you were looking. Look at it again."


class OwnChange(PeopleError):
    """Somebody was to confirm their own change, or their own account."""

    code = "own_change"
    message = "You have changed this account yourself, or it is your own. Another access reviewer must confirm it."


class ImportHasProblems(PeopleError):
    """There are rows that cannot be imported as they are."""

    code = "import_has_problems"
    message = "Nothing was imported. Put the rows right that are named here, then choose the file again."


class SeveralUnits(PeopleError):
    """A name is that of several units."""

    code = "several_units"
    message = "Several units are called {name}. Give one of them another name first, or name the unit above."


class ConflictingParents(PeopleError):
    """A table says of one unit that it is below two."""

    code = "conflicting_parents"
    message = "Another row puts {name} below another unit. One unit has one above it."


class TwoNames(PeopleError):
    """A table gives one staff number to two names."""

    code = "two_names"
    message = "Another row gives the staff number {number} to {name}. A number belongs to one person."


class NumberNeeded(PeopleError):
    """It cannot be told whether two of one name are one person."""

    code = "number_needed"
    message = "Is this {name} one person or several? Write the staff number in each row, or use the person's page."


class NumberUnknown(PeopleError):
    """Somebody of this name has no staff number yet: is it the same person?"""

    code = "number_unknown"
    message = "There is a {name} without a staff number. Write their number on their page first, then import again."


class RelationUnknown(PeopleError):
    """The relation of a post is none that there is."""

    code = "relation_unknown"
    message = "Write leads or oversees, or leave it empty for a member."


class RoleUnknown(PeopleError):
    """A role is none that there is."""

    code = "role_unknown"
    message = "{name} is no role. The roles stand in the template."


class AccountOfAnother(PeopleError):
    """An account is another person's."""

    code = "account_of_another"
    message = "The account {name} is {person}'s. Choose another name."
