"""The web site of the Petition Archive.

`create_app` builds the site. It imports its parts only when called: the command line, the worker and the scanning
processes do not need them.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from archive_app.runtime.archive import Archive

FORM_FIELDS_BESIDE_FILES = 50
TEXT_OF_A_FORM = 2 * 2**20
"""Bytes a form may have besides its files: a page of corrected text, with a margin."""


def create_app(archive: Archive) -> Flask:
    """Build the site of an archive.

    Raises:
        CatalogueMissing: a translation is not compiled and cannot be.
    """
    from flask import Flask

    app = Flask("archive_app", static_folder=None)
    app.extensions["archive"] = archive
    _setup_proxies(app, archive)
    _setup_limits(app, archive)
    _setup_session(app, archive)
    _setup_language(app)
    _setup_guard(app)
    _setup_forms(app)
    _setup_headers(app)
    _setup_pages(app)
    _setup_sign_in_limits(app)
    _setup_errors(app)
    return app


def _setup_proxies(app: Flask, archive: Archive) -> None:
    """Trust the client address only from our own reverse proxies; from anybody else it is a mere claim."""
    from werkzeug.middleware.proxy_fix import ProxyFix

    if count := archive.settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]


def _setup_limits(app: Flask, archive: Archive) -> None:
    """Limit the cost of one request. Uploads wait in the archive's own folder: private, with free space checked."""
    from tempfile import TemporaryFile

    from flask import Request

    class ArchiveRequest(Request):
        def _get_file_stream(
            self,
            total_content_length: int | None,
            content_type: str | None,
            filename: str | None = None,
            content_length: int | None = None,
        ) -> IO[bytes]:
            return TemporaryFile("rb+", dir=archive.settings.work)

    app.request_class = ArchiveRequest
    app.config["MAX_CONTENT_LENGTH"] = archive.settings.max_upload_bytes + TEXT_OF_A_FORM
    app.config["MAX_FORM_MEMORY_SIZE"] = TEXT_OF_A_FORM
    app.config["MAX_FORM_PARTS"] = max(archive.settings.max_files, 1_000) + FORM_FIELDS_BESIDE_FILES


def _setup_session(app: Flask, archive: Archive) -> None:
    """Configure the session cookie: an opaque, signed token, for this site's own requests only."""
    app.secret_key = archive.settings.secret_key
    app.config.update(
        SESSION_COOKIE_NAME="archive",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=archive.settings.https,
    )


def _setup_language(app: Flask) -> None:
    """Chinese by default, English one click away, and office time."""
    from flask_babel import Babel

    from archive_app.codes.service import tables_of
    from archive_app.language import case_words, sentences
    from archive_app.language.catalogues import FOLDER, compile_missing
    from archive_app.office_time import ZONE_NAME
    from archive_app.views.account import sessions

    compile_missing()
    Babel(
        app,
        default_translation_directories=str(FOLDER),
        default_timezone=ZONE_NAME,
        locale_selector=sessions.language_of_request,
    )
    sentences.setup(app)
    app.extensions["code_tables"] = lambda: tables_of(app.extensions["archive"])
    case_words.setup(app)


def _setup_guard(app: Flask) -> None:
    """Refuse every request that no rule allows."""
    from archive_app.views.middleware import guard

    guard.setup(app)


def _setup_forms(app: Flask) -> None:
    """Require a CSRF token of every form. The API uses no session, so it needs none."""
    from flask_wtf import CSRFProtect

    from archive_app.views.api import site

    # A page may stay open all day; the token expires with the session.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    # Our pages send no Referer, so the stricter check for https has nothing to compare.
    app.config["WTF_CSRF_SSL_STRICT"] = False
    CSRFProtect(app).exempt(site.blueprint)


def _setup_headers(app: Flask) -> None:
    """Set the security headers: nothing from other sites, nothing inline, nothing cached."""
    from archive_app.views.middleware import headers

    headers.setup(app)


def _setup_pages(app: Flask) -> None:
    """Register the pages and the assets that they use."""
    from archive_app.access.identity import may
    from archive_app.views.account import account, passwords, sessions, tokens
    from archive_app.views.api import site
    from archive_app.views.cases import cases, deadlines, handling_days, holidays, registration
    from archive_app.views.codes import codes
    from archive_app.views.common import context, downloads
    from archive_app.views.home import home, notifications
    from archive_app.views.letters import correction, extracts, letters, receipts, scan
    from archive_app.views.middleware import assets
    from archive_app.views.people import people, staff, units
    from archive_app.views.review import changes, queue, restrictions
    from archive_app.views.search import search

    assets.setup(app)
    notifications.setup(app)
    app.jinja_env.globals["site_name"] = context.site_name
    app.jinja_env.globals["may"] = may
    app.register_blueprint(site.blueprint)
    on_letters = (home, scan, receipts, letters, correction, extracts, downloads, search, restrictions, queue, changes)
    on_cases = (registration, cases, deadlines, handling_days, holidays, codes, notifications)
    for noun in (sessions, account, passwords, tokens, *on_letters, *on_cases, people, staff, units):
        app.register_blueprint(noun.blueprint)


def _setup_sign_in_limits(app: Flask) -> None:
    """Limit sign-in attempts, so that guessing passwords is slow."""
    from archive_app.views.middleware import sign_in_limits

    sign_in_limits.setup_limits(app)


def _setup_errors(app: Flask) -> None:
    """Show errors as pages."""
    from archive_app.views.middleware import errors

    errors.setup(app)
