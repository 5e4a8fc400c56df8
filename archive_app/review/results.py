"""Results of the services on review for the pages: frozen values without rows or session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from archive_app.values import Choice


@dataclass(frozen=True, slots=True)
class ReviewSaid:
    """One access reviewer's decision on a concern in the open round."""

    by: str
    decision: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConcernView:
    """A concern in force: whom it keeps out of the case, since when, and why.

    `whom` is empty while an accused party is `words` only. `contexts` are the passages where the words were found,
    each as (text, is the hit) pieces; `locations` say where they stand (`archive_app.language.text_locations`).
    `by` is None for the system. `said` is the first reviewer's decision; `said_by_me` when that was the reader.
    """

    public_id: str
    kind: Literal["accused", "recused", "mentioned"]
    whom: str
    is_unit: bool
    words: str
    contexts: tuple[tuple[tuple[str, bool], ...], ...]
    locations: tuple[str, ...]
    at: datetime
    by: str | None
    reason: str
    confirmed_at: datetime | None
    said: ReviewSaid | None
    said_by_me: bool


@dataclass(frozen=True, slots=True)
class AllowanceView:
    """An entry of the allow-list: who, of which kind, until when, and who added it.

    `without_effect`: the case concerns them, which beats every entry.
    """

    person: str
    whom: str
    kind: Literal["listed", "granted", "overseer"]
    until: datetime | None
    at: datetime
    by: str | None
    reason: str
    without_effect: bool


@dataclass(frozen=True, slots=True)
class EventDateWaiting:
    """A later day of the events that waits for a second person. `own`: the reader has proposed it."""

    public_id: str
    day: date
    by: str
    at: datetime
    reason: str
    own: bool


@dataclass(frozen=True, slots=True)
class RestrictionsView:
    """Who is kept out of a case and who may see it, what the reader may change, and the choices of the forms.

    `too_few_reviewers`: mentions wait, and fewer than two access reviewers can see the case.
    """

    public_id: str
    number: str
    heading: str
    restricted: bool
    event_date: date | None
    event_date_waiting: EventDateWaiting | None
    accused: tuple[ConcernView, ...]
    recused: tuple[ConcernView, ...]
    mentioned: tuple[ConcernView, ...]
    allowances: tuple[AllowanceView, ...]
    too_few_reviewers: bool
    may_loosen: bool
    may_grant: bool
    may_review: bool
    persons: tuple[Choice, ...]
    units: tuple[Choice, ...]
    to_list: tuple[Choice, ...]
    to_grant: tuple[Choice, ...]
    to_oversee: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class MentionToReview:
    """A mention that waits for the reviewers, with its letter."""

    concern: ConcernView
    letter_id: str
    number: str
    heading: str
    received_at: datetime
    restricted: bool


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A letter that somebody has to look through: unreadable, or closed to the person who brought it in.

    `why`: unread (nothing could be read), partly (pages are missing), concerned (the case concerns who brought it in).
    """

    public_id: str
    number: str
    heading: str
    received_at: datetime
    received_by: str
    channel: str
    why: Literal["unread", "partly", "concerned"]
