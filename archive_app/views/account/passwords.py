"""A new password, set by the holder of an account with two codes; open to all, since they cannot sign in yet."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from archive_app.people import resets
from archive_app.people.errors import PasswordsDiffer
from archive_app.views.common.context import archive, go_to
from archive_app.views.common.form_submission import Answer, submit_form, text

blueprint = Blueprint("passwords", __name__)


@blueprint.get("/password")
def form() -> str:
    """The form for the account, the two codes and the new password."""
    return _page()


@blueprint.post("/password")
def set_password() -> Answer:
    """Set the password."""

    def work() -> Answer:
        new = request.form.get("new", "")
        if new != request.form.get("again", ""):
            raise PasswordsDiffer(field="again")
        resets.set_with_codes(archive(), text("name"), text("first"), text("second"), new)
        return go_to("sessions.form", done="password")

    return submit_form(work, _page, "codes")


def _page(**values: object) -> str:
    return render_template("account/password.html", days=resets.DAYS, **values)
