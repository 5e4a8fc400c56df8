"""Limits on attempts to give a password."""

from __future__ import annotations

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from archive_app.views.account import account, passwords, tokens
from archive_app.views.account.sessions import sign_in
from archive_app.views.common import known_devices

LIMITS_BY_ADDRESS = "30 per minute; 200 per hour"
LIMITS_BY_NAME = "10 per minute; 60 per hour"
LIMITS_OF_STRANGERS = "200 per hour"
"""For one name, from all devices on which it has never signed in together: guessing from many addresses is slow too."""

ASKS_FOR_PASSWORD = {
    "account.change": account.change,
    "account.keep_signature": account.keep_signature,
    "account.remove_signature": account.remove_signature,
    "tokens.make": tokens.make,
}
"""Forms of a session that ask for its password again. Somebody else at an open session must not guess it."""


def setup_limits(app: Flask) -> None:
    """Limit failed sign-ins by address (an office shares one), and by name from each address.

    A device on which the account has signed in before has a count of its own: whoever types wrong passwords for
    somebody else's account keeps only themself out.
    """
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    by_address = limiter.limit(LIMITS_BY_ADDRESS, deduct_when=_failed, exempt_when=_is_known)
    by_name = limiter.limit(LIMITS_BY_NAME, key_func=_name_here, deduct_when=_failed)
    of_strangers = limiter.limit(
        LIMITS_OF_STRANGERS, key_func=lambda: f"strangers:{_name()}", deduct_when=_failed, exempt_when=_is_known
    )
    app.view_functions["sessions.sign_in"] = by_address(of_strangers(by_name(sign_in)))
    # 79 bits of each code: what is limited here is the work of checking them.
    app.view_functions["passwords.set_password"] = limiter.limit(LIMITS_BY_ADDRESS)(passwords.set_password)
    by_account = limiter.limit(LIMITS_BY_NAME, key_func=lambda: f"account:{g.reader.account_id if g.reader else ''}")
    for endpoint, view in ASKS_FOR_PASSWORD.items():
        app.view_functions[endpoint] = by_account(view)


def _name() -> str:
    return request.form.get("name", "").strip()[:100].casefold()


def _name_here() -> str:
    return f"device:{_name()}" if _is_known() else f"{get_remote_address()}:{_name()}"


def _is_known() -> bool:
    return known_devices.is_known(request.form.get("name", ""))


def _failed(response: Response) -> bool:
    return response.status_code == 403
