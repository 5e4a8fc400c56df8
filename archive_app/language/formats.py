"""Dates, sizes and numbers as people write them, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import format_date, format_datetime, format_decimal, get_locale, gettext

from archive_app.language.catalogues import LANGUAGES


def day(moment: date | datetime | None) -> str:
    """A date: 2026年2月24日, 24 February 2026; nothing for None. A moment is told in the office's time zone."""
    if moment is None:
        return ""
    return str(format_date(moment, "long" if _chinese() else "d MMMM y"))


def month(day: date) -> str:
    """The month of a day: 2026年2月, February 2026."""
    return str(format_date(day, "y年M月" if _chinese() else "MMMM y"))


def weekday(day: date) -> str:
    """The day of the week, in short: 周二, Tue."""
    return str(format_date(day, "EEE"))


def time_of(moment: datetime | None, *, seconds: bool = False) -> str:
    """A date and the time of day, in the office's time zone."""
    if moment is None:
        return ""
    clock = "HH:mm:ss" if seconds else "HH:mm"
    return str(format_datetime(moment, f"y年M月d日 {clock}" if _chinese() else f"d MMMM y, {clock}"))


def size(count: int) -> str:
    """Bytes as the office's machines show them, a KB being 1,024: 0.9 MB, 340 KB."""
    if count < 2**10:
        return gettext("%(count)s bytes", count=number(count))
    if count < 1000 * 2**10:
        return f"{number(round(count / 2**10))} KB"
    if count < 1000 * 2**20:
        return f"{number(round(count / 2**20, 1))} MB"
    return f"{number(round(count / 2**30, 1))} GB"


def number(value: float) -> str:
    """A number with its thousands apart: 13,053."""
    return str(format_decimal(value))


def html_language() -> str:
    """The language of the page, as its `lang` attribute says it."""
    return LANGUAGES["zh" if _chinese() else "en"]


def _chinese() -> bool:
    return str(get_locale()).startswith("zh")
