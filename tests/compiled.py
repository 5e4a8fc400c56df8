"""What is compiled once in a process, and not anew for each test: page templates, addresses and SQL statements.

In use there is one site and one database in a process; a test has its own, and what the first of them has compiled
serves the next as well. What is kept is known by the text of the template, by the rule of the address, and by the
structure of the statement.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

MOST = 2_000
"""Statements that are kept of all there are: a test that makes up statements must not fill the memory."""


class Templates(BytecodeCache):
    """Compiled templates in memory."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The name alone: planted leaks have the same templates in a folder of their own."""
        return name

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept, if it is there."""
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        assert bucket.code is not None
        self._code[bucket.key, bucket.checksum] = bucket.code


class Statements:
    """Compiled statements, of all engines to databases of one kind: SQLAlchemy's own cache tells each engine apart."""

    def __init__(self) -> None:
        self._kept: LRUCache[Any, Any] = LRUCache(MOST)

    def get(self, key: tuple[Any, ...]) -> Any:
        """The compiled statement, or None."""
        return self._kept.get((key[0].name, *key[1:]))

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        self._kept[key[0].name, *key[1:]] = compiled


_statements = Statements()


def keep_templates() -> None:
    """Let all sites that are made from now on share their compiled templates."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Templates()}


def keep_addresses() -> None:
    """Let all sites that are made from now on share what writes the addresses of their rules."""
    compile_builder = Rule._compile_builder
    kept: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}

    def builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        key = rule.rule, tuple(rule._trace), append_unknown
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    Rule._compile_builder = builder  # type: ignore[method-assign]


def share_statements(engine: Engine) -> None:
    """Let an engine use what others have compiled, and keep what it compiles for others."""
    engine.update_execution_options(compiled_cache=_statements)
