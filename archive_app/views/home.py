"""Where people begin, and where they look up how something is done."""

from __future__ import annotations

from flask import Blueprint, render_template

from archive_app.reading import intakes
from archive_app.views.context import archive, reader

RECENT = 20

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def home() -> str:
    """What this reader can do here, what came in lately, and what needs a look."""
    recent = intakes.recent(reader(), archive(), limit=RECENT)
    needs_look = [letter for intake in recent for letter in intake.letters if letter.state == "attention"]
    status = intakes.status(reader(), archive())
    return render_template("home.html", recent=recent, needs_look=needs_look, status=status)


@blueprint.get("/help")
def help_page() -> str:
    """The keys, and the language of the search box."""
    return render_template("help.html")
