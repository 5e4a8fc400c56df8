"""The home page and the help page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template

from archive_app.access.identity import may
from archive_app.errors import NotFound
from archive_app.letters import receipts
from archive_app.people import resets
from archive_app.review import queries as review_queries
from archive_app.review.results import HandedOver
from archive_app.views.common.context import archive, reader

RECENT = 20
SIGN_OF_LIFE = timedelta(minutes=1)
"""A worker that reported this recently is running."""

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def home() -> str:
    """What this reader can do here, recent letters, and what needs attention."""
    recent = receipts.recent(reader(), archive(), limit=RECENT)
    needs_look = receipts.need_a_look(reader(), archive())
    status = receipts.status(reader(), archive())
    running = status.worker_seen_at is not None and datetime.now(UTC) - status.worker_seen_at < SIGN_OF_LIFE
    return render_template(
        "home/home.html",
        recent=recent,
        needs_look=needs_look,
        status=status,
        running=running,
        handed_over=_handed_over(),
        resets=resets.notices(reader(), archive()),
    )


def _handed_over() -> tuple[HandedOver, ...]:
    try:
        return review_queries.handed_over(reader(), archive()) if may(reader(), "look_through") else ()
    except NotFound:
        # The account waits for its confirmation: the page says so.
        return ()


@blueprint.get("/help")
def help_page() -> str:
    """The keyboard shortcuts, and the language of the search box."""
    return render_template("home/help.html")
