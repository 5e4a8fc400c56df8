"""The terminal of a world: what a command prints there."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

from click.testing import CliRunner

from archive_app.commands.cli import main
from tests.worlds.world import World


def commands(word: str, number: str, *, reasons: bool) -> Iterator[tuple[str, ...]]:
    """The commands that read, with a word of a letter and its number; `reasons`: also that which explains access."""
    yield from (("search", word), ("search", "*", "--all", "--json"), ("search", word[:2], "--similar"))
    yield ("status",)
    if reasons:
        yield ("access", "explain", "--reader", "registrar2", "--case", number)


def printed_by(world: World, words: tuple[str, ...]) -> tuple[int, str]:
    """The exit status of a command in this world, and what it prints."""
    with mock.patch("archive_app.runtime.archive.open_archive", return_value=world.archive):
        ended = CliRunner().invoke(main, [*words])
    return ended.exit_code, ended.output
