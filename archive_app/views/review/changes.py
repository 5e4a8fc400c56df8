"""Changes of staff and units that wait for an access reviewer."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from archive_app.people import pending
from archive_app.views.common.context import archive, go_to, reader
from archive_app.views.common.form_submission import Answer, submit_form

blueprint = Blueprint("changes", __name__)


@blueprint.get("/review/changes")
def page() -> str:
    """The changes that wait."""
    return _page()


@blueprint.post("/review/changes/<change>")
def confirm(change: str) -> Answer:
    """Confirm a change; where every reviewer gains by it, as one of two."""

    def work() -> Answer:
        effective = pending.confirm(reader(), archive(), change, reason=request.form.get("reason", ""))
        return go_to("changes.page", done="confirmed" if effective else "first")

    return submit_form(work, _page, change)


def _page(**values: object) -> str:
    done = request.args.get("done", "")
    return render_template("review/changes.html", changes=pending.waiting(reader(), archive()), done=done, **values)
