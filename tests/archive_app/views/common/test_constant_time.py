"""Answers that say nothing, and searches, leave at the next full step whatever their work took; others at once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client

from archive_app.access.identity import Reader
from archive_app.runtime.archive import Archive
from archive_app.site import create_app
from archive_app.views.common.constant_time import (
    FOUND_STEP,
    SEARCH_STEP,
    SEARCHED,
    STEP,
    ConstantTimeResponses,
    StartResponse,
    time_left,
)
from tests.archive_app.search.test_search import add_letters
from tests.archive_app.views.test_site import sign_in
from tests.databases import PASSWORD


class Clock:
    """A clock that goes on by what is slept, and by what a site's work takes."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def answered_after(status: str, work: float, searched: float | None = None) -> float:
    """Seconds from the beginning of a request until its answer leaves."""
    clock = Clock()

    def site(environ: dict[str, Any], start: StartResponse) -> list[bytes]:
        clock.now += work
        if searched:
            environ[SEARCHED] = searched
        start(status, [("Content-Type", "text/html")])
        return [b"page"]

    answer = Client(ConstantTimeResponses(site, clock, clock.sleep)).get("/")
    assert (answer.status, answer.get_data()) == (status, b"page")
    return clock.now - 100.0


@pytest.mark.parametrize("work", [0.0, 0.001, 0.0173, 0.0991])
def test_nothing_leaves_after_one_step_whatever_the_work_took(work: float) -> None:
    assert answered_after("404 NOT FOUND", work) == pytest.approx(STEP)
    assert answered_after("200 OK", work, SEARCH_STEP) == pytest.approx(SEARCH_STEP)
    assert answered_after("200 OK", work, FOUND_STEP) == pytest.approx(FOUND_STEP)
    assert answered_after("200 OK", work) == pytest.approx(work)


def test_what_took_longer_leaves_after_the_next_step() -> None:
    assert answered_after("404 NOT FOUND", 2.3 * STEP) == pytest.approx(3 * STEP)
    assert answered_after("200 OK", 2.3 * SEARCH_STEP, SEARCH_STEP) == pytest.approx(3 * SEARCH_STEP)
    assert 0 < time_left(STEP, STEP) <= STEP


def test_the_site_says_when_it_has_nothing(archive: Archive, reader: Reader) -> None:
    add_letters(archive, reader, ["夜间噪声扰民"])
    clock = Clock()
    app: Flask = create_app(archive)
    with app.test_client() as browser:
        assert sign_in(browser, "wang", PASSWORD).status_code == 303
        cookie = browser.get_cookie("archive")
    assert cookie is not None
    even = ConstantTimeResponses(app, clock, clock.sleep)

    def waits(path: str) -> bool:
        before = len(clock.slept)
        client = Client(even)
        client.set_cookie("archive", cookie.value)
        client.get(path).close()
        return len(clock.slept) > before

    not_there = ("/letters/none", "/letters/none/a4.pdf", "/letters/none/originals/1", "/nowhere")
    searches = ("/search?q=没有", "/search?q=噪声", "/search", "/search?q=噪声+NOT+没有", "/search?q=date:x")
    for path in (*not_there, *searches):
        assert waits(path), path
    for path in ("/", "/help"):
        assert not waits(path), path
