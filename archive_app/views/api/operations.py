"""An operation of the API: a function whose types describe request and answer, and its address."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, get_type_hints

from flask import Blueprint, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Response

from archive_app.errors import NotFound
from archive_app.views.common.context import reader
from archive_app.views.common.problems import NotAsDescribed, ScopeMissing

F = TypeVar("F", bound=Callable[..., Any])

PDF = "application/pdf"

VERSION = "2"
"""Version 2 names action codes, `verbatim_statement` and `registrar_note` by the vocabulary."""
LARGEST = 2**31 - 1
"""The largest number in an address; no number of the archive comes near it."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Verb and path, requirements, and the answers besides those of every operation.

    `path` is in the framework's syntax, below `/api/v2`. `scope` is the required scope of the token ("": any token).
    `body` and `query` are the types of the request, `answer` that of the answer; without it, the answer is a PDF.
    `status` is that of success; `refused` are the statuses of refusals by the rules. `keyed`: it can be repeated;
    `keeps`: it stores a file, for which there may be no space.
    """

    verb: str
    path: str
    name: str
    run: Callable[..., Any]
    summary: str
    scope: str
    status: int
    refused: tuple[int, ...]
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answer: type[BaseModel] | None
    keyed: bool
    keeps: bool


OPERATIONS: dict[str, Operation] = {}
"""All operations by their names."""


def operation(
    verb: str,
    path: str,
    summary: str,
    *,
    scope: str = "",
    status: int = 200,
    refused: tuple[int, ...] = (),
    keyed: bool = False,
    keeps: bool = False,
) -> Callable[[F], F]:
    """Make a function an operation of the API; its parameters `body` and `query` and its return type give the types."""

    def made(function: F) -> F:
        types = get_type_hints(function)
        answer = types.get("return")
        name = function.__name__
        OPERATIONS[name] = Operation(
            verb=verb,
            path=path,
            name=name,
            run=function,
            summary=summary,
            scope=scope,
            status=status,
            refused=refused,
            body=types.get("body"),
            query=types.get("query"),
            answer=answer if isinstance(answer, type) and issubclass(answer, BaseModel) else None,
            keyed=keyed,
            keeps=keeps,
        )
        return function

    return made


def mount(blueprint: Blueprint, each: Operation) -> None:
    """Register the address of an operation."""

    @wraps(each.run)
    def view(**where: Any) -> Response:
        if each.scope and each.scope not in reader().scopes:
            raise ScopeMissing(each.scope)
        if any(isinstance(value, int) and value > LARGEST for value in where.values()):
            raise NotFound
        if each.query is not None:
            where["query"] = _checked(each.query.model_validate, request.args.to_dict())
        if each.body is not None:
            where["body"] = _checked(each.body.model_validate_json, _sent())
        answer = each.run(**where)
        if isinstance(answer, Response):
            return answer
        return Response(answer.model_dump_json(), each.status, mimetype="application/json")

    blueprint.add_url_rule(
        f"/v{VERSION}{each.path}", each.name, view, methods=[each.verb], provide_automatic_options=False
    )


def _sent() -> str:
    """The body of the request. JSON allows 3.0 as an integer, which the strict types do not."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        return json.dumps(json.loads(request.get_data(), parse_float=_number))
    except (ValueError, RecursionError):
        raise NotAsDescribed([("", "this is no JSON")]) from None


def _number(text: str) -> int | float:
    number = float(text)
    return int(number) if number.is_integer() else number


def _checked(check: Callable[[Any], BaseModel], sent: Any) -> BaseModel:
    """The input, if it conforms to the document. An error never repeats the input's words."""
    try:
        return check(sent)
    except ValidationError as error:
        raise NotAsDescribed([("/".join(map(str, one["loc"])), one["msg"]) for one in error.errors()]) from None
