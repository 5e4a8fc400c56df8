"""An office that is asked by other systems: an account of every role, each with a token, and cases with ids to try."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from archive_app.access.identity import SCOPES, Reader
from archive_app.people import tokens
from archive_app.runtime.archive import Archive
from archive_app.site import create_app
from tests.case_office import Office, assemble
from tests.office import open_office

FORM: dict[str, Any] = {
    "channel": "online",
    "petitioner": "陈淑珍",
    "address": "滨海新区某街12号",
    "main_problem": "夜间施工噪声扰民",
    "purpose": "request",
    "locality": "120116",
    "content_class": "TJ3",
    "sector": "statistics",
    "cause": "policy",
    "claims": "请求查处并答复",
    "feedback_by": "online",
}


@dataclass
class System:
    """Another system with a token."""

    app: Flask
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, verb: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """A request to the API."""
        shown = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.app.test_client().open(
            f"/api/v2{path}", method=verb, json=body, headers={**shown, **self.headers, **headers}
        )

    def petition(self, **changed: Any) -> dict[str, Any]:
        """An online petition as it is sent."""
        return {"form": FORM | changed, "received_at": "2026-04-01T09:00:00+08:00"}


def token_of(archive: Archive, reader: Reader, *scopes: str) -> str:
    """A token for these scopes, or for all."""
    return tokens.make(reader, archive, name="门户网站", scopes=scopes or SCOPES, days=30, password=None)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office("sqlite", tmp_path / "archive") as archive:
        yield assemble(archive)


@pytest.fixture
def app(office: Office) -> Flask:
    return create_app(office.archive)


@pytest.fixture
def portal(office: Office, app: Flask) -> System:
    """The portal for online petitions, in the registrar's name."""
    return System(app, token_of(office.archive, office.staff["wang"]))


def in_future() -> str:
    """A moment that has not come."""
    return datetime.now(UTC).replace(year=datetime.now(UTC).year + 1).isoformat()
