"""Filters for the templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context


def add_filters(app: Flask, **filters: Callable[..., str]) -> None:
    """Give the templates filters that say something in the reader's language.

    Of a constant, a template would keep what a filter said first, in whatever language that was; so each is told of the
    context, and asked anew.
    """
    for name, said in filters.items():
        app.jinja_env.filters[name] = _asked_anew(said)


def _asked_anew(said: Callable[..., str]) -> Callable[..., str]:
    @pass_context
    def filtered(_context: Context, *arguments: Any, **named: Any) -> str:
        return said(*arguments, **named)

    return filtered
