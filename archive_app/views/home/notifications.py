"""Notifications 通知 of the reader, and the bell on each page."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Flask, render_template, request
from werkzeug.wrappers import Response

from archive_app.cases import inbox
from archive_app.cases.notifications import note_all_opened
from archive_app.views.common.context import archive, go_to, reader

blueprint = Blueprint("notifications", __name__)


@blueprint.get("/notifications")
def listed() -> str:
    """The reader's notifications, newest first."""
    return render_template("home/notifications.html", told=inbox.notifications(reader(), archive()))


@blueprint.post("/notifications")
def mark() -> Response:
    """Mark everything on the page as seen."""
    note_all_opened(reader(), archive(), _moment(request.form.get("until", "")))
    return go_to("notifications.listed")


def setup(app: Flask) -> None:
    """Pass the count of the bell to the frame of all pages."""
    app.jinja_env.globals["new_notifications"] = _new


def _new() -> int:
    return inbox.new(reader(), archive())


def _moment(written: str) -> datetime:
    """The moment in the form of the page; the earliest one if it is missing."""
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)
