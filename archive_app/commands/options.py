"""Options and questions that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def reader_option(command: F) -> F:
    """The account in whose name a command reads or brings in."""
    return click.option(
        "--as", "account", required=True, envvar="ARCHIVE_AS", show_envvar=True, help="The account to act as."
    )(command)


def add_account(archive: Any, name: str, password: str, display_name: str, roles: tuple[str, ...]) -> None:
    """Add an account to an archive."""
    from archive_app.people import sign_in

    sign_in.add_account(archive, name, password, display_name=display_name, roles=roles)


def password_from(file: Any) -> str:
    """The password in the first line of a file; without a file, it is asked for."""
    if file is not None:
        return str(file.readline()).rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
