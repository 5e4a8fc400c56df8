"""The reader's own account: roles, password, mail address, and the picture of the signature."""

from __future__ import annotations

from flask import Blueprint, render_template, request, session
from werkzeug.wrappers import Response

from archive_app.people import accounts, mailbox, resets, signatures
from archive_app.people.errors import PasswordsDiffer
from archive_app.views.common.context import TOKEN, archive, go_to, reader
from archive_app.views.common.downloads import send
from archive_app.views.common.form_submission import Answer, submit_form

blueprint = Blueprint("account", __name__)


@blueprint.get("/account")
def account() -> str:
    """The account of the reader."""
    return _page()


@blueprint.post("/account")
def change() -> Answer:
    """Change the reader's own password; all other sessions end."""

    def work() -> Answer:
        old, new, again = (request.form.get(name, "") for name in ("old", "new", "again"))
        if new != again:
            raise PasswordsDiffer(field="again")
        accounts.change_password(reader(), archive(), old=old, new=new, token=session[TOKEN])
        return go_to("account.account", done="password")

    return submit_form(work, _page, "password")


@blueprint.post("/account/passwords/<public_id>")
def answer_reset(public_id: str) -> Response:
    """Acknowledge that a new password was set for the account, or refuse one that was asked for."""
    resets.answer(reader(), archive(), public_id)
    return go_to("account.account", done="kept")


@blueprint.post("/account/mail")
def mail() -> Answer:
    """Set the address of the reader's digest."""

    def work() -> Answer:
        wanted = bool(request.form.get("wanted"))
        mailbox.set_mailbox(reader(), archive(), request.form.get("address", ""), wanted=wanted)
        return go_to("account.account", done="mail")

    return submit_form(work, _page, "mail")


@blueprint.get("/account/signature.png")
def signature() -> Response:
    """The picture of the reader's own signature."""
    return send(signatures.own(reader(), archive()), download=False)


@blueprint.post("/account/signature")
def keep_signature() -> Answer:
    """Keep the drawn or uploaded picture as the reader's signature."""

    def work() -> Answer:
        sent = request.files.get("picture")
        picture = b"" if sent is None else sent.stream.read(signatures.MAX_BYTES + 1)
        signatures.keep(reader(), archive(), picture, password=request.form.get("signature-password", ""))
        return go_to("account.account", done="signature")

    return submit_form(work, _page, "signature")


@blueprint.post("/account/signature/removed")
def remove_signature() -> Answer:
    """Sign without a picture from now on."""

    def work() -> Answer:
        signatures.remove(reader(), archive(), password=request.form.get("remove-password", ""))
        return go_to("account.account", done="no-signature")

    return submit_form(work, _page, "remove")


def _page(**values: object) -> str:
    return render_template(
        "account/account.html",
        done=request.args.get("done", ""),
        resets=resets.notices(reader(), archive()),
        mailbox=mailbox.mailbox(reader(), archive()),
        has_signature=signatures.is_there(reader(), archive()),
        **values,
    )
