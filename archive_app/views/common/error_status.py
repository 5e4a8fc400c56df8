"""The status of an application error."""

from __future__ import annotations

from flask_babel import gettext

from archive_app import errors
from archive_app.domain import errors as case_errors
from archive_app.domain.errors import CaseError
from archive_app.people.errors import PeopleError
from archive_app.tabular.errors import TableError
from archive_app.views.common import bearer

STATUS: dict[type[errors.ArchiveError], int] = {
    errors.NotFound: 404,
    errors.SignInFailed: 403,
    errors.NothingReceived: 400,
    errors.TooManyFiles: 413,
    errors.FileTooLarge: 413,
    errors.NoRoom: 507,
    errors.EditConflict: 409,
    errors.InvalidField: 400,
    errors.NotAMailAddress: 400,
    errors.ReasonMissing: 400,
    errors.NotToBeChosen: 400,
    errors.EndNeeded: 400,
    errors.FutureDay: 400,
    errors.NobodyLeft: 409,
    errors.ReviewedAlready: 409,
    errors.ExtractTooEarly: 409,
    errors.LetterChanged: 409,
    errors.NothingCovered: 400,
    errors.NothingLeftOver: 400,
    errors.NamesStillReadable: 409,
    errors.ExtractFailed: 500,
    errors.SignatureRefused: 400,
    PeopleError: 400,
    TableError: 400,
    CaseError: 400,
    case_errors.FormChanged: 409,
    case_errors.CaseMoved: 409,
    case_errors.RegisteredAlready: 409,
    case_errors.KeyUsed: 409,
    case_errors.NotYetReady: 409,
    case_errors.NotOffered: 409,
    case_errors.StillMissing: 409,
}


def status_of(error: errors.ArchiveError) -> int:
    """The HTTP status of an application error. The API has a status of its own for forms that the rules refuse."""
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
    return 422 if status == 400 and bearer.is_asked() else status


def too_often() -> str:
    """The message for too many sign-in attempts."""
    return gettext("Too many tries to sign in. Wait a minute, then try again.")
