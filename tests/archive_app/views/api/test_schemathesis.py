"""Schemathesis asks every operation, as every role, with all that the document allows and much that it does not.

Nothing may be our mistake (5xx), nothing may come back that the document does not say, and nothing of the case that
accuses the role's own unit may come back at all. `ARCHIVE_EXAMPLES=100` asks that much more of each operation.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from archive_app.access.identity import ROLES
from archive_app.cases.results import CaseView
from archive_app.review import restrictions
from archive_app.site import create_app
from archive_app.views.api.site import OPERATIONS
from tests.archive_app.views.api.conftest import token_of
from tests.case_office import FORM, Office, assemble
from tests.office import employ, open_office, unit

EXAMPLES = int(os.environ.get("ARCHIVE_EXAMPLES", "5"))
CANARY = "椋鸟图册"
"""Words that only the hidden case has."""

CONFIG = {
    "checks": {
        # What is as described and still refused by the rules is told from what is not: 422, 409.
        "positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "409", "422"]},
        "negative_data_rejection": {"expected-statuses": ["400", "401", "403", "404", "405", "415", "422"]},
    }
}


@dataclass
class Asked:
    """The site, a token of an account of each role whose unit is accused, and ids to ask with."""

    app: Flask
    tokens: dict[str, str]
    ids: list[str]
    secrets: list[str]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with ExitStack() as stack:
        archive = stack.enter_context(open_office("sqlite", tmp_path_factory.mktemp("api") / "archive"))
        office = assemble(archive)
        accused = {role: employ(archive, f"{role}-1", f"涉事{number}", role) for number, role in enumerate(ROLES)}
        own = unit(archive, "图册管理处", *accused.values())
        plain, letter, hidden = office.registered(), office.letter(), _hidden(office, own)
        yield Asked(
            create_app(archive),
            {role: token_of(archive, reader) for role, reader in accused.items()},
            [hidden.public_id, plain, letter, hidden.letters[0].public_id, "none-of-these"],
            [CANARY, hidden.register_no, hidden.letters[0].number],
        )


def _hidden(office: Office, own: str) -> CaseView:
    """A case that accuses a unit, as it was seen before it did."""
    form = replace(FORM, main_problem=f"反映{CANARY}被人变卖", verbatim_statement=f"{CANARY}不见了")
    seen = office.look("wang", office.registered(form))
    letter = seen.letters[0].public_id
    restrictions.accuse(office.staff["wang"], office.archive, letter, unit=own, reason="来信反映该处")
    return seen


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("role", ROLES)
def test_no_role_gets_a_mistake_a_leak_or_what_is_not_documented(asked: Asked, role: str, name: str) -> None:
    document = asked.app.test_client().get("/api/openapi.json").json
    for operations in document["paths"].values():
        for described in operations.values():
            # The token is shown each time, so that no request is wrong by lacking it.
            del described["security"]
    schema = schemathesis.openapi.from_dict(document, config=schemathesis.Config.from_dict(CONFIG))
    schema.app = asked.app
    operation = schema.find_operation_by_id(name)
    headers = {"Authorization": f"Bearer {asked.tokens[role]}"}
    wanted = OPERATIONS[name]

    def ask(case: schemathesis.Case, public_id: str) -> None:
        if "public_id" in case.path_parameters and case.meta.generation.mode is GenerationMode.POSITIVE:
            case.path_parameters["public_id"] = public_id
        response = case.call_and_validate(headers=headers)
        known = response.request.url + repr(case.body)
        for secret in (*asked.secrets, asked.ids[0]):
            assert secret in known or secret not in response.text, f"{role} is told {secret}"

    modes = [GenerationMode.POSITIVE]
    if wanted.body is not None or wanted.query is not None or "<" in wanted.path:
        modes.append(GenerationMode.NEGATIVE)
    for mode in modes:
        strategy = operation.as_strategy(generation_mode=mode)
        run = given(case=strategy, public_id=st.sampled_from(asked.ids))(ask)
        settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))(run)()
