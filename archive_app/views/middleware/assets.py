"""Styles, scripts and the seal: public, with a digest in their addresses, so that they can be cached for good."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Flask, abort, current_app, send_from_directory, url_for
from werkzeug.wrappers import Response

FOLDER = Path(__file__).parents[2] / "static"
KEY = "asset_digest"

blueprint = Blueprint("assets", __name__)


def setup(app: Flask) -> None:
    """Compute the digest of all assets, and give the templates `asset(name)`.

    One digest for all of them: a script then finds its neighbours by their relative addresses, and a change of one of
    them changes the address of each.
    """
    digest = hashlib.sha256()
    for file in sorted(FOLDER.rglob("*")):
        if file.is_file():
            digest.update(file.relative_to(FOLDER).as_posix().encode() + b"\0" + file.read_bytes())
    app.extensions[KEY] = digest.hexdigest()[:16]
    app.jinja_env.globals["asset"] = asset_address
    app.register_blueprint(blueprint)


def asset_address(name: str) -> str:
    """The address of an asset, which changes with its content."""
    return url_for("assets.asset", digest=current_app.extensions[KEY], name=name)


@blueprint.get("/assets/<digest>/<path:name>")
def asset(digest: str, name: str) -> Response:
    """An asset; another version's address is not found."""
    if digest != current_app.extensions[KEY]:
        abort(404)
    return send_from_directory(FOLDER, name, etag=False, conditional=False)
