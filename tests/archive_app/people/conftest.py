"""Two system administrators, two access reviewers, and some staff."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from archive_app.access.identity import Reader
from archive_app.people.sign_in import add_account, local_reader
from archive_app.runtime.archive import Archive
from tests.databases import DATABASES, archive_on

PASSWORD = "correct horse"
STAFF = {
    "admin": ("管一平", "system_administrator"),
    "second": ("管二安", "system_administrator"),
    "shen": ("沈从新", "access_reviewer"),
    "mei": ("梅映雪", "access_reviewer"),
    "wang": ("王登记", "registrar"),
}


def staffed(archive: Archive) -> Mapping[str, Reader]:
    """The staff, as the machine's own operator makes them."""
    for name, (display_name, role) in STAFF.items():
        add_account(archive, name, PASSWORD, display_name=display_name, roles=(role,))
    return {name: local_reader(archive, name) for name in STAFF}


@pytest.fixture(scope="module", params=DATABASES)
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """One archive a module, on both databases: each test brings in people and units of its own."""
    with archive_on(request.param, tmp_path_factory.mktemp("people") / "archive") as made:
        staffed(made)
        yield made


@pytest.fixture
def who(office: Archive) -> Mapping[str, Reader]:
    return {name: local_reader(office, name) for name in STAFF}


@pytest.fixture
def admin(who: Mapping[str, Reader]) -> Reader:
    return who["admin"]
