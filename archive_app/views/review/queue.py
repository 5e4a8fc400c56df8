"""The restricted access review 保密审查: names that were found in letters, and accounts that wait."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from archive_app.errors import ArchiveError, NotFound
from archive_app.language.sentences import say
from archive_app.people import accounts
from archive_app.people import queries as people_queries
from archive_app.review import decisions
from archive_app.review.results import MentionToReview
from archive_app.values import Notice
from archive_app.views.common.context import archive, go_back, go_to, reader
from archive_app.views.common.error_status import status_of

blueprint = Blueprint("reviews", __name__)


@blueprint.get("/review")
def review() -> str:
    """What waits for an access reviewer."""
    return _page()


@blueprint.post("/review/<concern>")
def decide(concern: str) -> Response | tuple[str, int]:
    """Decide that a name in a letter is somebody else's, or that it is true."""
    decision: decisions.Decision = "confirmed" if request.form.get("decision") == "confirmed" else "cleared"
    try:
        decisions.decide(reader(), archive(), concern, decision, reason=request.form.get("reason", ""))
    except NotFound:
        raise
    except ArchiveError as error:
        return _page(error=error), status_of(error)
    return go_back("reviews.review", done=decision)


@blueprint.post("/review/accounts/<account>")
def confirm(account: str) -> Response | tuple[str, int]:
    """Confirm an administrator's change of an account."""
    try:
        seen = datetime.fromisoformat(request.form.get("seen", ""))
    except ValueError:
        raise NotFound from None
    try:
        code = accounts.confirm(reader(), archive(), account, reason=request.form.get("reason", ""), seen=seen)
    except NotFound:
        raise
    except ArchiveError as error:
        return _page(error=error), status_of(error)
    # A code is shown on the answering page only, and never again.
    return (_page(code=code), 200) if code else go_to("reviews.review", done="account")


def _page(*, error: ArchiveError | None = None, code: str = "") -> str:
    return render_template(
        "review/review.html",
        letters=_by_letter(decisions.waiting(reader(), archive())),
        accounts=people_queries.waiting_accounts(reader(), archive()),
        error=None if error is None else say(Notice(error.code, error.values)),
        done=request.args.get("done", ""),
        code=code,
    )


def _by_letter(mentions: Iterable[MentionToReview]) -> list[tuple[MentionToReview, list[MentionToReview]]]:
    """The mentions grouped by letter, in the order of the letters."""
    groups: dict[str, list[MentionToReview]] = {}
    for mention in mentions:
        groups.setdefault(mention.letter_id, []).append(mention)
    return [(group[0], group) for group in groups.values()]
