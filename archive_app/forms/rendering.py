"""Print a form: values into a template, the template into pages, the pages into a reproducible PDF/A-2u."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from PIL import ImageFile
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from archive_app.forms import chinese
from archive_app.forms.characters import ensure_fonts, printable
from archive_app.forms.finishing import finish
from archive_app.forms.parts import Form, Signature
from archive_app.forms.pictures import signature_picture

# Importing WeasyPrint makes Pillow accept truncated images in the whole process. Truncated scans must still be refused.
ImageFile.LOAD_TRUNCATED_IMAGES = False

_TEMPLATES = Path(__file__).parent / "templates"
_PICTURE = "print-picture:"
_OWN_PROFILE = "none of the engine's"


class OutsideRefused(FatalURLFetchingError):
    """The template, or text in it, refers to a resource that was not passed in; nothing is printed."""


def render(form: Form, *, made_at: datetime) -> bytes:
    """Print a form as PDF/A-2u, A4. The same values and moment give the same bytes (with the same fonts and libraries).

    Args:
        form: one of the forms in `values`.
        made_at: the moment of printing, with a time zone; for the metadata and, on forms, the footer of each page.

    Raises:
        NoFont: a font of the forms is not installed.
        SignatureUnreadable: the image of a signature is no usable PNG.
        ValueError: `made_at` or a moment on the form has no time zone.
    """
    if made_at.utcoffset() is None:
        raise ValueError("the moment of printing has no time zone")
    ensure_fonts()
    pictures = _Pictures(form)
    template = _environment().get_template(form.template)
    page = template.render(form=form, made_at=made_at, picture=pictures.address)
    document = HTML(string=page, url_fetcher=pictures)
    # The colour profile is added at the end: the engine would leave the file of its own profile open.
    drawn = document.write_pdf(pdf_variant="pdf/a-2u", output_intent=_OWN_PROFILE)
    return finish(drawn, title=printable(form.heading), made_at=made_at, language=form.language)


class _Pictures(URLFetcher):
    """Serves the images of a form under internal URLs, and nothing else: no file, no network, no data URL."""

    def __init__(self, form: Form) -> None:
        super().__init__(allowed_protocols=())  # type: ignore[no-untyped-call]
        signed = [signature for signature in _signatures(form) if signature.image is not None]
        self._addresses = {id(signature): f"{_PICTURE}{number}" for number, signature in zip(count(), signed)}
        self._files = {
            self._addresses[id(signature)]: signature_picture(signature.image or b"", signature.name)
            for signature in signed
        }

    def address(self, signature: Signature) -> str:
        """Return the URL of a signature's image; empty if it has none."""
        return self._addresses.get(id(signature), "")

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return an image of the form.

        Raises:
            OutsideRefused: the URL is any other.
        """
        if url not in self._files:
            raise OutsideRefused(url[:80])
        return URLFetcherResponse(url, self._files[url], {"Content-Type": "image/png"})


def _signatures(value: object) -> Iterator[Signature]:
    """Yield all signatures in a form, at any depth."""
    if isinstance(value, Signature):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _signatures(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _signatures(getattr(value, field.name))


def _text(value: Any) -> Any:
    """Convert each value that a template prints: None is empty, text is made printable; Jinja escapes it afterwards."""
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Markup):
        return printable(value)
    return value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_text,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(day=chinese.day, moment=chinese.moment, count_of=chinese.count)
    return environment
