"""Every page refuses strangers, keeps nothing behind, and tells hidden from absent to nobody."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive_app.people.sign_in import add_account
from archive_app.runtime.archive import Archive, create
from archive_app.site import create_app
from archive_app.views.middleware.guard import PUBLIC_ENDPOINTS

PASSWORD = "correct horse"
READ = ("GET", "HEAD")


@pytest.fixture
def app(archive: Archive) -> Flask:
    return create_app(archive)


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def clerk(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        answer = sign_in(client, "wang", PASSWORD)
        assert answer.status_code == 303
        yield client


def token(client: FlaskClient, address: str = "/login") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).get_data(as_text=True))
    assert found is not None
    return found[1]


def sign_in(client: FlaskClient, name: str, password: str, **fields: str) -> TestResponse:
    form = {"csrf_token": token(client), "name": name, "password": password, **fields}
    return client.post("/login", data=form)


def addresses(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Every (endpoint, method, address) of the site, with something made up in its gaps."""
    adapter = app.url_map.bind("localhost")
    gaps = {"public_id": "none", "number": 1, "kind": "a4", "position": 1, "code": "en", "digest": "0", "name": "x.css"}
    gaps |= {"act": "none", "field": "channel", "form": "none", "year": 2026, "concern": "none", "account": "none"}
    gaps |= {"proposal": "none", "change": "none"}
    for rule in app.url_map.iter_rules():
        values = {name: gaps[name] for name in rule.arguments}
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield rule.endpoint, method, adapter.build(rule.endpoint, values, method=method)


def test_strangers_are_refused_everywhere_but_at_the_door(app: Flask, stranger: FlaskClient) -> None:
    for endpoint, method, address in addresses(app):
        if endpoint in PUBLIC_ENDPOINTS:
            continue
        answer = stranger.open(address, method=method)
        if endpoint.startswith("api."):
            assert answer.status_code == 401, address
        elif method in READ:
            assert answer.status_code == 303, address
            assert answer.location.startswith("/login?next="), address
        else:
            assert answer.status_code == 401, address
        assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_public_is_named_and_no_more(app: Flask) -> None:
    of_sessions = {"sessions.form", "sessions.sign_in", "sessions.speak"}
    of_passwords = {"passwords.form", "passwords.set_password"}
    assert of_sessions | of_passwords | {"assets.asset", "api.document"} == PUBLIC_ENDPOINTS
    assert set(app.view_functions) >= PUBLIC_ENDPOINTS


def test_a_stranger_cannot_tell_addresses_that_exist(stranger: FlaskClient) -> None:
    there, not_there = stranger.get("/search"), stranger.get("/no/such/page")
    assert (there.status_code, not_there.status_code) == (303, 303)


def test_every_answer_is_protected_and_kept_by_nobody(app: Flask, clerk: FlaskClient) -> None:
    for endpoint, method, address in addresses(app):
        answer = clerk.open(address, method=method)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy, address
        assert answer.headers["X-Content-Type-Options"] == "nosniff", address
        assert answer.headers["Referrer-Policy"] == "no-referrer", address
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", address
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", address
        assert "camera=(self)" in answer.headers["Permissions-Policy"], address
        assert {"ETag", "Last-Modified", "Accept-Ranges"}.isdisjoint(answer.headers.keys()), address
        assert answer.headers["Cache-Control"] == "no-store", (endpoint, address)


def test_no_form_is_taken_without_its_token(app: Flask, clerk: FlaskClient) -> None:
    for endpoint, method, address in addresses(app):
        if method == "POST" and not endpoint.startswith("api."):
            answer = clerk.post(address)
            assert answer.status_code == 400, (endpoint, address)


def test_hidden_absent_and_unknown_are_one_page(clerk: FlaskClient) -> None:
    bodies = {
        re.sub(r'value="[^"]+"', "", clerk.get(address).get_data(as_text=True))
        for address in (
            "/letters/none",
            "/letters/none/history",
            "/letters/none/pages/1/a4.jpg",
            "/letters/none/pages/1/elsewhere.jpg",
            "/intakes/none",
            "/no/such/page",
        )
    }
    assert len(bodies) == 1


def test_the_cookie_is_for_this_site_alone_and_says_nothing(stranger: FlaskClient) -> None:
    answer = sign_in(stranger, "wang", PASSWORD)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    with stranger.session_transaction() as session:
        assert set(session) <= {"token", "csrf_token"}
        assert "wang" not in str(dict(session))


def test_over_https_cookies_never_travel_in_clear(tmp_path: Path) -> None:
    made = create(tmp_path / "https", reserve_bytes=0, https=True)
    add_account(made, "wang", PASSWORD)
    client = create_app(made).test_client()
    answer = client.get("/login", base_url="https://localhost")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"]
    made.close()


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(app: Flask, clerk: FlaskClient) -> None:
    with clerk.session_transaction() as session:
        kept = dict(session)
    form = {"csrf_token": token(clerk, "/")}
    assert clerk.post("/logout", data=form).status_code == 303
    thief = app.test_client()
    with thief.session_transaction() as session:
        session.update(kept)
    assert thief.get("/").status_code == 303


@pytest.mark.parametrize(("name", "password"), [("wang", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_read_the_same(stranger: FlaskClient, name: str, password: str) -> None:
    answer = sign_in(stranger, name, password)
    assert answer.status_code == 403
    assert "账号或密码不正确" in answer.get_data(as_text=True)


def test_guessing_passwords_is_slow(stranger: FlaskClient) -> None:
    statuses = [sign_in(stranger, "wang", "wrong").status_code for _ in range(11)]
    assert statuses == [403] * 10 + [429]
    assert "次数过多" in sign_in(stranger, "WANG", PASSWORD).get_data(as_text=True)
    # Another name, from the same office, is not held up by it.
    assert sign_in(stranger, "li", "wrong").status_code == 403


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/search?q=%E5%99%AA", "/search?q=%E5%99%AA"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\n/elsewhere.example", "/"),
    ],
)
def test_signing_in_leads_nowhere_else(stranger: FlaskClient, asked: str, given: str) -> None:
    assert sign_in(stranger, "wang", PASSWORD, next=asked).location == given


def test_assets_are_named_by_their_content_and_kept(stranger: FlaskClient) -> None:
    page = stranger.get("/login").get_data(as_text=True)
    found = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)
    assert len(found) >= 3
    for address in found:
        with stranger.get(address) as answer:
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]
            assert "Set-Cookie" not in answer.headers
    other = re.sub(r"/assets/\w+/", "/assets/0000/", found[0])
    assert stranger.get(other).status_code == 404
    assert stranger.get("/assets/../wording.py").status_code in (303, 404)


def test_no_page_carries_script_or_style_of_its_own(clerk: FlaskClient) -> None:
    for address in ("/", "/scan", "/scan/separators", "/search", "/help", "/letters/none"):
        page = clerk.get(address).get_data(as_text=True)
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page), address


def test_too_much_at_once_is_refused_with_what_helps(archive: Archive) -> None:
    app = create_app(archive)
    app.config["MAX_CONTENT_LENGTH"] = 1_000
    client = app.test_client()
    sign_in(client, "wang", PASSWORD)
    form = {"csrf_token": token(client, "/"), "files": (io.BytesIO(b"x" * 5_000), "big.pdf")}
    answer = client.post("/scan", data=form)
    assert answer.status_code == 413
    assert "512 MB" in answer.get_data(as_text=True)


def test_an_empty_form_says_what_is_missing(clerk: FlaskClient) -> None:
    answer = clerk.post("/scan", data={"csrf_token": token(clerk, "/"), "grouping": "one", "channel": "letter"})
    assert answer.status_code == 400
    assert "还没有选择文件" in answer.get_data(as_text=True)


def test_uploads_wait_in_the_archives_own_folder(app: Flask, archive: Archive) -> None:
    with app.test_request_context("/scan", method="POST", data={"files": (io.BytesIO(b"page"), "a.jpg")}):
        from flask import request

        stream = request.files["files"].stream
        assert stream.read() == b"page"
        assert archive.settings.work.stat().st_mode & 0o077 == 0


def test_our_own_mistake_says_nothing_of_the_letter(
    app: Flask, clerk: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise ValueError("张三举报李四")

    app.view_functions["home.help_page"] = broken
    answer = clerk.get("/help")
    assert answer.status_code == 500
    assert "张三" not in answer.get_data(as_text=True) + caplog.text
    assert "ValueError" in caplog.text


def test_menus_show_what_a_role_uses_and_nothing_else(app: Flask, archive: Archive) -> None:
    add_account(archive, "admin", PASSWORD, roles=("system_administrator",))
    client = app.test_client()
    sign_in(client, "admin", PASSWORD)
    page = client.get("/").get_data(as_text=True)
    assert 'href="/scan"' not in page
    assert 'href="/search"' not in page


def test_the_language_is_chosen_by_a_form_and_remembered(stranger: FlaskClient) -> None:
    form = {"csrf_token": token(stranger), "next": "/login"}
    assert stranger.post("/language/en", data=form).location == "/login"
    assert '<html lang="en">' in stranger.get("/login").get_data(as_text=True)
    assert stranger.post("/language/fr", data=form).status_code == 404
