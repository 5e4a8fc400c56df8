"""Limits on sign-in attempts."""

from __future__ import annotations

from flask import Flask, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from archive_app.views.account import account, tokens
from archive_app.views.account.sessions import LIMITS_BY_ADDRESS, LIMITS_BY_NAME, sign_in


def setup_limits(app: Flask) -> None:
    """Limit sign-in attempts by address (an office shares one) and by name."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    by_address = limiter.limit(LIMITS_BY_ADDRESS)
    by_name = limiter.limit(LIMITS_BY_NAME, key_func=lambda: "name:" + request.form.get("name", "")[:100].casefold())
    app.view_functions["sessions.sign_in"] = by_address(by_name(sign_in))
    # Somebody else at an open session must not guess its password.
    by_account = limiter.limit(LIMITS_BY_NAME, key_func=lambda: f"account:{g.reader.account_id if g.reader else ''}")
    app.view_functions["account.change"] = by_account(account.change)
    app.view_functions["tokens.make"] = by_account(tokens.make)
