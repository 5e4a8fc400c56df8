# ruff: noqa: E501 - a leak is easier to read in one line than in five
"""Leaks where one person alone can lift a veto: what they do counts before a second one has confirmed it."""

from __future__ import annotations

from tests.worlds.leaks.leak import VETOES, Leak

SECOND_PERSON = "password reset, renamed or followed units, unwatching, ended membership, later event date"

LEAKS = (
    Leak(
        "a unit is not looked for as soon as an administrator says so",
        SECOND_PERSON,
        "archive_app/screening/searched_names.py",
        "select(Unit.id).where(Unit.watched)",
        "select(Unit.id).where(Unit.watched, Unit.unwatch_pending_id.is_(None))",
        ("unit_unwatched",),
    ),
    Leak(
        "a backdated end of a membership counts at once",
        SECOND_PERSON,
        VETOES,
        "and_(held.until < Case.event_date, held.end_pending_id.is_(None))",
        "held.until < Case.event_date",
        ("left_backdated",),
    ),
    Leak(
        "a later day of the event counts at once",
        SECOND_PERSON,
        "archive_app/review/event_dates.py",
        "        waits = day is not None and (case.event_date is None or day > case.event_date)",
        "        waits = False",
        ("event_dated_later",),
    ),
    Leak(
        "the unit that takes a unit's place is not looked for",
        SECOND_PERSON,
        "archive_app/people/units.py",
        "            if watched and (not new.watched or new.unwatch_pending_id is not None):",
        "            if False:",
        ("unit_followed",),
    ),
    Leak(
        "the code that the administrator is shown is enough for a new password",
        SECOND_PERSON,
        "archive_app/people/resets.py",
        "    right = hmac.compare_digest(row.first_hash, _stored(first)) & hmac.compare_digest(row.second_hash, _stored(second))",
        "    right = hmac.compare_digest(row.first_hash, _stored(first))",
        ("reset_for_another",),
    ),
    Leak(
        "a token outlives its owner's new password",
        SECOND_PERSON,
        "archive_app/people/accounts.py",
        "        end_sessions(session, row.id, but_for=token)\n        end_api_tokens(session, row.id)\n",
        "        end_sessions(session, row.id, but_for=token)\n",
        ("stolen_token",),
    ),
)
