"""The rights that menus and links go by: one table, of which no line is unused and no page asks for another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archive_app.access.identity import RIGHTS, ROLES, Reader, may

ROOT = Path(__file__).parents[3] / "archive_app"
ASKED = {".py": re.compile(r'\bmay\(reader(?:\(\))?, "(\w+)"\)'), ".html": re.compile(r"\bmay\(g\.reader, '(\w+)'\)")}


def reader_with(*roles: str) -> Reader:
    return Reader(account_id=1, person_id=1, name="li", display_name="李经手", roles=frozenset(roles))


@pytest.mark.parametrize("right", RIGHTS)
def test_each_right_belongs_to_roles_that_exist_and_to_no_others(right: str) -> None:
    assert RIGHTS[right]
    assert set(RIGHTS[right]) <= set(ROLES)
    assert {role for role in ROLES if may(reader_with(role), right)} == set(RIGHTS[right])
    assert not may(reader_with(), right)


def test_several_roles_add_up() -> None:
    both = reader_with("handler", "system_administrator")
    assert may(both, "work")
    assert may(both, "administer")
    assert not may(both, "scan")


def test_an_unknown_right_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        may(reader_with("registrar"), "scann")


def test_the_pages_and_services_ask_for_all_rights_of_the_table_and_for_no_others() -> None:
    asked = set()
    for path in ROOT.rglob("*"):
        if path.suffix in ASKED:
            text = path.read_text(encoding="utf-8")
            rights = ASKED[path.suffix].findall(text)
            assert len(rights) == len(re.findall(r"(?<!def )\bmay\(", text)), f"{path} asks in another way"
            asked.update(rights)
    assert asked == set(RIGHTS)
