"""The OpenAPI document (3.1), made from the operations: it contains exactly what is in their types."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, jsonify
from flask_babel import gettext
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from archive_app.access.identity import SCOPES
from archive_app.domain.registration_form import LENGTHS, MANDATORY
from archive_app.language.marking import N_
from archive_app.views.api import keys
from archive_app.views.api.operations import LARGEST, OPERATIONS, PDF, VERSION, Operation
from archive_app.views.api.values import ProblemResponse
from archive_app.views.common.bearer import API
from archive_app.views.common.problems import PROBLEM

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")

ANSWERS = {
    400: N_("The request is not as this document says"),
    401: N_("No token, or one that has ended"),
    403: N_("The token is not for this"),
    404: N_("There is nothing at this address for this account"),
    409: N_("Somebody was faster, or the case stands in another way"),
    413: N_("This is too much at once"),
    415: N_("The body is not JSON"),
    422: N_("The rules refuse it"),
    507: N_("There is no room left on the archive's disk"),
}

SCOPE_WORDS = {
    "states:read": N_("Read how cases stand, and nothing of what they are about"),
    "cases:read": N_("Read cases, the register and what waits"),
    "cases:register": N_("Register petitions and change their forms"),
    "cases:act": N_("Carry cases on and print their forms"),
    "letters:search": N_("Search letters"),
}


def mount(blueprint: Blueprint) -> None:
    """Register the document's address. It contains nothing of any case, and is open to all."""

    def view() -> Response:
        return jsonify(document())

    blueprint.add_url_rule("/openapi.json", "document", view, methods=["GET"], provide_automatic_options=False)


def document() -> dict[str, Any]:
    """The document, in the language of the request."""
    schemas = _schemas()
    paths: dict[str, dict[str, Any]] = {}
    for each in OPERATIONS.values():
        paths.setdefault(PARAMETER.sub(r"{\2}", each.path), {})[each.verb.lower()] = _described(each, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": gettext("Petition Archive"),
            "version": VERSION,
            "description": gettext(
                "The acts of the petition office for other systems, in the name of an account and through the same "
                "door. What an account may not know of is not there for its tokens."
            ),
        },
        "servers": [{"url": f"{API}/v{VERSION}"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "; ".join(f"{scope}: {gettext(SCOPE_WORDS[scope])}" for scope in SCOPES),
                }
            },
        },
    }


def _described(each: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": each.name,
        "summary": gettext(each.summary),
        "description": " ".join((each.run.__doc__ or "").split()),
        "security": [{"token": [each.scope] if each.scope else []}],
        "parameters": [*map(_path_parameter, PARAMETER.findall(each.path)), *_query(each, schemas), *_key(each)],
        "responses": {str(status): answer for status, answer in sorted(_answers(each).items())},
    }
    if each.body is not None:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(each.body)}}}
    return described


def _answers(each: Operation) -> dict[int, dict[str, Any]]:
    """The possible answers: success, refusals by the rules, and errors of any request."""
    content = {PDF: {}} if each.answer is None else {"application/json": {"schema": _ref(each.answer)}}
    wrong = {401, 404, *each.refused}
    wrong |= {403} if each.scope else set()
    wrong |= {400} if each.query is not None else set()
    wrong |= {400, 413, 415} if each.body is not None else set()
    wrong |= {507} if each.keeps else set()
    problems = {
        status: {"description": gettext(ANSWERS[status]), "content": {PROBLEM: {"schema": _ref(ProblemResponse)}}}
        for status in wrong
    }
    return {each.status: {"description": gettext("Done"), "content": content}, **problems}


def _path_parameter(found: tuple[str, str]) -> dict[str, Any]:
    kind, name = found
    number = {"type": "integer", "minimum": 0, "maximum": LARGEST}
    text = {"type": "string", "minLength": 1, "maxLength": 40, "pattern": "^[A-Za-z0-9_-]+$"}
    return {"name": name, "in": "path", "required": True, "schema": number if kind == "int" else text}


def _query(each: Operation, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    if each.query is None:
        return []
    properties = schemas[each.query.__name__]["properties"]
    return [{"name": name, "in": "query", "required": False, "schema": schema} for name, schema in properties.items()]


def _key(each: Operation) -> list[dict[str, Any]]:
    if not each.keyed:
        return []
    schema = {"type": "string", "minLength": 1, "maxLength": keys.MOST, "pattern": "^[!-~]+$"}
    return [{"name": keys.HEADER, "in": "header", "required": False, "schema": schema}]


def _schemas() -> dict[str, Any]:
    """The types of all operations as JSON schemas, by their names."""
    sent = {each.body for each in OPERATIONS.values()} | {each.query for each in OPERATIONS.values()}
    answers = {each.answer for each in OPERATIONS.values()} | {ProblemResponse}
    modes: list[tuple[type[BaseModel], Any]] = [(each, "validation") for each in sent if each is not None]
    modes += [(each, "serialization") for each in answers if each is not None]
    modes.sort(key=lambda each: each[0].__name__)
    _, found = models_json_schema(modes, ref_template="#/components/schemas/{model}")
    schemas: dict[str, Any] = found["$defs"]
    for name in schemas:
        if name.startswith("RegistrationForm"):
            _describe_form(schemas[name])
    return schemas


def _describe_form(schema: dict[str, Any]) -> None:
    """Describe the rules on a form, for readers of the document; the services check them (422)."""
    for name, most in LENGTHS.items():
        schema["properties"][name]["description"] = gettext("At most %(most)s characters", most=most)
    schema["description"] = gettext(
        "The registration form. Needed, though not of an anonymous petition: %(fields)s. Codes are those of /codes.",
        fields=", ".join(MANDATORY),
    )


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}
