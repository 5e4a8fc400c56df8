"""The context of a request: its reader, its archive, and redirects."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, g, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from archive_app.access.identity import Reader
from archive_app.runtime.archive import Archive
from archive_app.runtime.config import Settings

TOKEN = "token"  # noqa: S105 - the name of a field of the session


def reader() -> Reader:
    """The signed-in reader of this request; the guard guarantees that there is one."""
    found: Reader = g.reader
    return found


def archive() -> Archive:
    """The archive that this application serves."""
    found: Archive = current_app.extensions["archive"]
    return found


def site_name() -> str:
    """The office's name for its archive (setting `name`); by default a name in the reader's language."""
    unnamed = Settings.model_fields["name"].default
    name = archive().settings.name
    return gettext("Petition Archive") if name == unnamed else name


def local_address(address: str, otherwise: str) -> str:
    """The address when it is a path of this site, else the other one: a form must not redirect to other sites."""
    parts = urlsplit(address)
    is_path = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_path and not parts.scheme and not parts.netloc else otherwise


def go_to(endpoint: str, **values: object) -> Response:
    """Redirect to a page of this site, with GET."""
    return redirect(url_for(endpoint, **values), code=303)  # type: ignore[arg-type]


def go_back(endpoint: str, **values: object) -> Response:
    """Redirect to the page of the form (its field `next`), or to the given page."""
    target = local_address(request.form.get("next", ""), "")
    return redirect(target, code=303) if target else go_to(endpoint, **values)
