"""On a real server: strangers cannot fill the disk, nobody can fill it up, slow senders keep nobody out."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest
from flask import Flask, request, request_started
from waitress import wasyncore

from archive_app.commands import serve
from archive_app.commands.http_server import STRANGERS_BYTES, listen
from archive_app.people import tokens
from archive_app.people.sign_in import local_reader
from archive_app.runtime.archive import Archive, create
from archive_app.site import create_app
from archive_app.views.common import bearer
from archive_app.views.middleware.guard import has_signed_in
from tests.archive_app.views.test_site import sign_in

Address = tuple[str, int]


@contextmanager
def serving(app: Flask, archive: Archive, *, reserve: int = 0) -> Iterator[Address]:
    is_known_session = partial(has_signed_in, app)
    server = listen(
        app,
        host="127.0.0.1",
        port=0,
        largest=2**30,
        spool=archive.settings.work,
        reserve=reserve,
        is_known_session=is_known_session,
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server.socket.getsockname()[:2]
    finally:
        server.close()
        server.task_dispatcher.shutdown()
        thread.join(10)
        assert not thread.is_alive(), "the server does not stop"


@pytest.fixture
def app(archive: Archive) -> Flask:
    return create_app(archive)


@pytest.fixture
def cookie(app: Flask) -> str:
    client = app.test_client()
    assert sign_in(client, "wang", "correct horse").status_code == 303
    kept = client.get_cookie("archive")
    assert kept is not None
    return f"archive={kept.value}"


def post(server: Address, *headers: str, body: bytes = b"", seconds: float = 120, path: str = "/scan") -> str:
    """The status line of the answer to a POST, or "" if there is none after so many seconds.

    Of another address than that of the scan, all the headers.
    """
    with socket.create_connection(server, timeout=seconds) as wire:
        lines = [f"POST {path} HTTP/1.1", "Host: here", *headers, "", ""]
        wire.sendall("\r\n".join(lines).encode() + body)
        try:
            return wire.recv(4096).split(b"\r\n" if path == "/scan" else b"\r\n\r\n", 1)[0].decode()
        except TimeoutError:
            return ""


def test_a_stranger_cannot_send_a_large_body(app: Flask, archive: Archive, cookie: str) -> None:
    large = f"Content-Length: {STRANGERS_BYTES + 1}"
    stranger = app.test_client()
    stranger.get("/login")
    kept = stranger.get_cookie("archive")
    assert kept is not None
    with serving(app, archive) as server:
        refused = "HTTP/1.1 413 Request Entity Too Large"
        assert post(server, large) == refused
        assert post(server, large, "Cookie: archive=made-up") == refused
        assert post(server, large, f"Cookie: archive={kept.value}") == refused  # signed by us, but for nobody
        chunk = b"%x\r\n" % STRANGERS_BYTES + bytes(STRANGERS_BYTES) + b"\r\n"
        assert post(server, "Transfer-Encoding: chunked", body=chunk * 2) == refused
        assert post(server, "Content-Length: 3", body=b"a=b") == "HTTP/1.1 401 UNAUTHORIZED"
        # Somebody who has signed in is heard out: no answer before the body is there.
        assert post(server, large, f"Cookie: {cookie}", seconds=0.5) == ""


def test_a_large_body_for_the_api_is_answered_as_every_error_of_it(app: Flask, archive: Archive) -> None:
    """As a problem document by the application, whoever asks; what a token may send is read."""
    archive_token = tokens.make(
        local_reader(archive, "wang"), archive, name="portal", scopes=["cases:register"], days=1, password=None
    )
    known = f"Authorization: Bearer {archive_token}"
    with serving(app, archive) as server:
        stranger = post(server, f"Content-Length: {STRANGERS_BYTES + 1}", path="/api/v2/cases")
        assert stranger.startswith("HTTP/1.1 401 ")
        assert "application/problem+json" in stranger
        for size in (bearer.MOST_BYTES + 1, 2**30):
            large = post(server, f"Content-Length: {size}", known, path="/api/v2/cases")
            assert large.startswith("HTTP/1.1 413 ")
            assert "application/problem+json" in large
        body = b'{"form": "%s"}' % (b"x" * STRANGERS_BYTES)
        kind = "Content-Type: application/json"
        read = post(server, f"Content-Length: {len(body)}", known, kind, body=body, path="/api/v2/cases")
        assert read.startswith("HTTP/1.1 400 ")


def test_a_body_that_the_disk_cannot_take_is_refused_at_once(app: Flask, archive: Archive, cookie: str) -> None:
    with serving(app, archive, reserve=archive.files.free_bytes() - 2**20) as server:
        answer = post(server, f"Content-Length: {2**29}", f"Cookie: {cookie}")
    assert answer == "HTTP/1.1 507 Insufficient Storage"


def test_slow_senders_keep_nobody_out(app: Flask, archive: Archive) -> None:
    with serving(app, archive) as server, ExitStack() as stack:
        for _ in range(150):
            slow = stack.enter_context(socket.create_connection(server, timeout=120))
            slow.sendall(b"POST /login HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\na")
        assert post(server, "Content-Length: 3", body=b"a=b") == "HTTP/1.1 401 UNAUTHORIZED"


def test_a_server_that_is_to_stop_stops_in_the_middle_of_a_request_too(archive: Archive, app: Flask) -> None:
    def is_told_to_stop(_cookies: str) -> bool:
        return bool(serve._stop(signal.SIGTERM, None))

    server = listen(
        app,
        host="127.0.0.1",
        port=0,
        largest=100,
        spool=archive.settings.work,
        reserve=0,
        is_known_session=is_told_to_stop,
    )
    running = threading.Thread(target=server.run)
    running.start()
    # The answer never comes; how long it is waited for decides nothing.
    assert post(server.socket.getsockname()[:2], "Content-Length: 3", seconds=0.5) == ""
    running.join(120)
    stopped = not running.is_alive()
    # What the server still has open, which in life the end of its process closes.
    wasyncore.close_all(server._map)
    assert stopped


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "192.0.2.7")])
def test_an_address_behind_our_own_proxy_is_counted_as_itself(tmp_path: Path, proxies: int, seen: str) -> None:
    behind = create(tmp_path / "behind", reserve_bytes=0, trusted_proxies=proxies)
    app = create_app(behind)
    addresses: list[str | None] = []

    def note(_app: Flask, **_: object) -> None:
        addresses.append(request.remote_addr)

    with request_started.connected_to(note, app), serving(app, behind) as server:
        post(server, "Content-Length: 3", "X-Forwarded-For: 192.0.2.7", body=b"a=b")
    assert addresses == [seen]
    behind.close()
