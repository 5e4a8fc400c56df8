"""Ways out of the application that the two worlds do not look at yet: none may appear unnoticed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
WAYS_OUT = (
    "smtplib",
    "email",
    "imaplib",
    "ftplib",
    "urllib.request",
    "requests",
    "httpx",
    "aiohttp",
    "socketserver",
    "xmlrpc",
    "webbrowser",
)
"""Modules by which something leaves: mail, uploads, calls of other services."""

LOOKED_AT = {
    "archive_app/mailing/digest.py": {"email", "smtplib"},
    "archive_app/people/mailbox.py": {"email"},
    "archive_app/mailing/smtp.py": {"email", "smtplib"},
}
"""What sends, and is looked at: `World.mails` has every mail, and both worlds' are compared (`play.Player`)."""

READING = frozenset({"search", "status"})
WORKING = frozenset(
    {
        *("scan", "init", "serve", "worker", "intake", "watch", "reindex", "train-classes", "backup"),
        *("account", "access", "audit", "people", "token", "days-off"),
    }
)
"""The commands: those that read content in somebody's name, and those that do not (or ask for a reviewer)."""


def leaving(source: str) -> set[str]:
    """The modules of `WAYS_OUT` that a source imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        found |= {way for way in WAYS_OUT for name in names if name == way or name.startswith(f"{way}.")}
    return found


@pytest.mark.parametrize("package", ["archive_app", "index", "storage", "scanning"])
def test_nothing_leaves_by_a_way_that_the_two_worlds_do_not_look_at(package: str) -> None:
    for path in (HOUSE / package).rglob("*.py"):
        ways = leaving(path.read_text("utf-8")) - LOOKED_AT.get(path.relative_to(HOUSE).as_posix(), set())
        assert not ways, (
            f"{path.relative_to(HOUSE)} sends by {ways}: let tests/worlds look at what is sent, in both worlds"
        )


def test_the_rule_sees_what_it_is_to_see() -> None:
    assert leaving("import smtplib\nfrom email.message import EmailMessage") == {"smtplib", "email"}
    assert leaving("import emails") == set()


def test_a_new_command_is_looked_at() -> None:
    from archive_app.commands.cli import main

    unknown = set(main.commands) - READING - WORKING
    assert not unknown, f"say in {Path(__file__).name} whether {unknown} read content in somebody's name"
