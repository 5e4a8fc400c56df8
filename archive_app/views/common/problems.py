"""Errors as problems (RFC 9457): a title, a sentence for a person, and a code for a program."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response
from werkzeug.exceptions import BadRequest, Forbidden, UnprocessableEntity

from archive_app.values import Notice

PROBLEM = "application/problem+json"


class NotAsDescribed(BadRequest):
    """A request does not conform to the document; `places` lists where and why."""

    def __init__(self, places: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.places = places


class Refused(UnprocessableEntity):
    """A service's refusal without an exception: a notice, and its field."""

    def __init__(self, notice: Notice, field: str) -> None:
        super().__init__()
        self.notice, self.field = notice, field


class ScopeMissing(Forbidden):
    """The token lacks the required scope."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    code: str = "",
    field: str = "",
    places: Sequence[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer that describes an error.

    Args:
        status: the HTTP status.
        title: what kind of problem it is.
        detail: a sentence for a person, in the language that the request asks for.
        code: the same for a program ("" when the status says all).
        field: the invalid field of the form, if there is one.
        places: the parts of the request that do not conform to the document, and why.
        headers: more headers of the answer.
    """
    body: dict[str, Any] = {"title": title, "status": status, "detail": detail, "code": code, "field": field}
    body["places"] = [{"at": at, "problem": wrong} for at, wrong in places]
    answer = Response(json.dumps(body, ensure_ascii=False), status, mimetype=PROBLEM)
    answer.headers.update(headers or {})
    return answer
