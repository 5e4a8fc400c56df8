"""Headers of every response: nothing from other sites, nothing inline, no caching on the way."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.wrappers import Response

from archive_app.views.common.context import archive

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}

ONLY_HTTPS = "max-age=31536000"

ASSETS_FOREVER = "public, max-age=31536000, immutable"


def setup(app: Flask) -> None:
    """Set the headers of every response, errors included."""
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    policy = response.headers.get("Content-Security-Policy")
    response.headers.update(HEADERS)
    if policy is not None:
        # A download has a stricter one.
        response.headers["Content-Security-Policy"] = policy
    if archive().settings.https:
        response.headers["Strict-Transport-Security"] = ONLY_HTTPS
    if request.endpoint == "assets.asset" and response.status_code == 200:
        response.headers["Cache-Control"] = ASSETS_FOREVER
        # A publicly cached response would cache the cookies with it.
        response.headers.pop("Set-Cookie", None)
        response.headers.pop("Vary", None)
    else:
        response.headers["Cache-Control"] = "no-store"
        for validator in ("ETag", "Last-Modified", "Accept-Ranges", "Expires"):
            response.headers.pop(validator, None)
    return response
