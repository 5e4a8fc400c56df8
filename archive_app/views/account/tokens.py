"""The reader's own tokens, with which other systems act in the name of the account."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from archive_app.access.identity import SCOPES
from archive_app.people import tokens
from archive_app.views.api.document import SCOPE_WORDS
from archive_app.views.common.context import archive, go_to, reader
from archive_app.views.common.form_submission import Answer, submit_form, text

blueprint = Blueprint("tokens", __name__)

USUAL_DAYS = 90


@blueprint.get("/account/tokens")
def tokens_page() -> str:
    """The tokens of the account, and a form for a new one."""
    return _page()


@blueprint.post("/account/tokens")
def make() -> Answer:
    """Make a token, and show it only this once."""

    def work() -> Answer:
        made = tokens.make(
            reader(),
            archive(),
            name=text("name"),
            scopes=request.form.getlist("scopes"),
            days=request.form.get("days", 0, type=int),
            password=request.form.get("password", ""),
        )
        return _page(made=made)

    return submit_form(work, _page, "token")


@blueprint.post("/account/tokens/<public_id>/end")
def end(public_id: str) -> Answer:
    """End a token."""
    tokens.end(reader(), archive(), public_id)
    return go_to("tokens.tokens_page", done=1)


def _page(*, made: str = "", **values: object) -> str:
    return render_template(
        "account/tokens.html",
        tokens=tokens.tokens(reader(), archive()),
        made=made,
        scopes=[(scope, SCOPE_WORDS[scope]) for scope in SCOPES],
        usual_days=USUAL_DAYS,
        most_days=tokens.MOST_DAYS,
        done=request.args.get("done", ""),
        **values,
    )
