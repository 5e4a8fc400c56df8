"""Registration of the API in the site: all operations and the document, below `/api`."""

from __future__ import annotations

from flask import Blueprint

from archive_app.views.api import cases, document, lists
from archive_app.views.api.operations import OPERATIONS, mount
from archive_app.views.common.bearer import API

NOUNS = (cases, lists)
"""The modules that define the operations."""

blueprint = Blueprint("api", __name__, url_prefix=API)

for _each in OPERATIONS.values():
    mount(blueprint, _each)
document.mount(blueprint)
