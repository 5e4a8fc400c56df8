"""The registration form 接待登记表 as a value: the fields of clause 一.2, with their checks and normalization.

The verbatim statement keeps the petitioner's words (一.3): only its line ends are normalized.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from archive_app.domain import codes
from archive_app.domain.code_tables import UNCHANGED, CodeTables
from archive_app.domain.errors import (
    ConductMissing,
    FieldMissing,
    FieldTooLong,
    FieldUnknown,
    HeadcountWrong,
    TooManyRepresentatives,
)

MOST_HEADCOUNT = 100_000
MOST_SIGNATORIES = 500
LONG = 20_000

LENGTHS: Mapping[str, int] = {
    "petitioner": 100,
    "address": 300,
    "telephone": 60,
    "street": 100,
    "main_problem": 200,
    **dict.fromkeys(("claims", "suggestions", "matter", "reasons", "verbatim_statement", "registrar_note"), LONG),
    "conduct_note": 500,
}
"""The maximum length of each free-text field, in characters."""

CODED = ("channel", "purpose", "locality", "content_class", "sector", "cause", "feedback_by")
"""The fields that take a code; all but the last from a table that the office maintains."""

MANDATORY = (
    *("channel", "petitioner", "address", "headcount", "main_problem", "purpose", "locality", "content_class"),
    *("sector", "cause", "claims"),
)
"""The fields that must be filled in before a case gets a number; an anonymous letter needs no name or address."""

IDENTITY = ("petitioner", "address", "telephone")
"""The fields that an anonymous letter does not have."""

SPOKEN = ("visit", "telephone")
"""Channels without paper: the verbatim statement is the only record of what was said."""


@dataclass(frozen=True, slots=True)
class Signatory:
    """A further signatory of a joint letter. `represents`: a representative of the group."""

    name: str
    address: str = ""
    telephone: str = ""
    represents: bool = False


@dataclass(frozen=True, slots=True)
class RegistrationForm:
    """The registration of a petition. Codes are those of `archive_app.domain.codes`; an empty field is unknown.

    `headcount` counts the persons including the petitioner. `feedback_by` is how they want to be answered. `conduct`
    are the confirmed points of the check list (十一.2), `conduct_note` the reason why a point was not confirmed.
    """

    channel: str = "letter"
    anonymous: bool = False
    petitioner: str = ""
    address: str = ""
    telephone: str = ""
    headcount: int = 1
    signatories: tuple[Signatory, ...] = ()
    purpose: str = ""
    locality: str = ""
    street: str = ""
    content_class: str = ""
    sector: str = ""
    cause: str = ""
    main_problem: str = ""
    claims: str = ""
    suggestions: str = ""
    matter: str = ""
    reasons: str = ""
    verbatim_statement: str = ""
    registrar_note: str = ""
    feedback_by: str = "none"
    conduct: tuple[str, ...] = ()
    conduct_note: str = ""

    @property
    def is_joint(self) -> bool:
        """Whether it is a joint letter or a group visit."""
        return self.headcount >= codes.GROUP_FROM

    @property
    def text(self) -> str:
        """All texts of the form, one field per line: screened for names, and searchable."""
        signed = (f"{one.name} {one.address} {one.telephone}".strip() for one in self.signatories)
        free = (getattr(self, name) for name in LENGTHS)
        return "\n".join(part for part in (*free, *signed) if part)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> RegistrationForm:
        """Build the form from plain values (`content`), or from a row that has them."""
        known = {field.name: values[field.name] for field in fields(cls) if field.name in values}
        known["signatories"] = tuple(Signatory(**one) for one in known.get("signatories", ()))
        known["conduct"] = tuple(known.get("conduct", ()))
        return cls(**known)

    @property
    def content(self) -> dict[str, Any]:
        """The form as plain values, in the order of its fields."""
        lists = {"signatories": [asdict(one) for one in self.signatories], "conduct": list(self.conduct)}
        return asdict(self) | lists


def cleaned(form: RegistrationForm) -> RegistrationForm:
    """Normalize a form for storage: single spaces in short fields, uniform line ends in long ones.

    An anonymous form loses the fields that would identify its writer, as nobody may try to (regulation.md, accusation
    branch). A form that is no reception has no check list.
    """
    changed: dict[str, Any] = {}
    for name, most in LENGTHS.items():
        value = str(getattr(form, name)).replace("\0", "\N{REPLACEMENT CHARACTER}")
        changed[name] = _long(value) if most == LONG else " ".join(value.split())
    if form.anonymous:
        changed |= dict.fromkeys(IDENTITY, "") | {"feedback_by": "none"}
    confirmed = tuple(dict.fromkeys(form.conduct))
    if form.channel not in SPOKEN:
        confirmed, changed["conduct_note"] = (), ""
    signed = tuple(
        replace(one, name=_short(one.name), address=_short(one.address), telephone=_short(one.telephone))
        for one in form.signatories
    )
    return replace(form, **changed, conduct=confirmed, signatories=tuple(one for one in signed if one.name))


def is_confirmed(channel: str, conduct: Collection[str], note: str) -> bool:
    """Whether the check list is complete: for a visit each point is confirmed, or a reason is given (十一.2).

    A telephone call also has the list, but nobody is received, so it may stay empty.
    """
    return channel != "visit" or bool(note) or set(codes.CONDUCT) <= set(conduct)


def check(form: RegistrationForm, tables: CodeTables = UNCHANGED, before: RegistrationForm | None = None) -> None:
    """Refuse a cleaned form that cannot be registered; the error names the field.

    Args:
        form: the form.
        tables: the current code tables.
        before: the form that it replaces; codes from it may stay although they are retired.

    Raises:
        FieldMissing: a mandatory field is empty (一.2).
        FieldTooLong: a text exceeds the maximum length of its field.
        FieldUnknown: the table does not offer the code.
        ConductMissing: the check list of a visit is not complete (十一.2).
        HeadcountWrong: fewer persons than are named, or more than `MOST_HEADCOUNT`.
        TooManyRepresentatives: more than five representatives.
    """
    for name in _mandatory(form):
        if not getattr(form, name):
            raise FieldMissing(field=name)
    for name, most in LENGTHS.items():
        if len(getattr(form, name)) > most:
            raise FieldTooLong(field=name, most=most)
    for name in CODED:
        value = getattr(form, name)
        offered = codes.FEEDBACK if name == "feedback_by" else tables.offered(name)
        kept = "" if before is None else getattr(before, name)
        if value and value not in (*offered, kept):
            raise FieldUnknown(field=name)
    if any(len(one.name) > 100 or len(one.address) > 300 or len(one.telephone) > 60 for one in form.signatories):
        raise FieldTooLong(field="signatories", most=300)
    if not set(form.conduct) <= set(codes.CONDUCT):
        raise FieldUnknown(field="conduct")
    if not is_confirmed(form.channel, form.conduct, form.conduct_note):
        raise ConductMissing(field="conduct")
    named = len(form.signatories) + (0 if form.anonymous else 1)
    if not max(1, named) <= form.headcount <= MOST_HEADCOUNT or len(form.signatories) > MOST_SIGNATORIES:
        raise HeadcountWrong(field="headcount", named=named, most=MOST_HEADCOUNT)
    if sum(one.represents for one in form.signatories) > codes.MOST_REPRESENTATIVES:
        raise TooManyRepresentatives(field="signatories", most=codes.MOST_REPRESENTATIVES)


def _mandatory(form: RegistrationForm) -> tuple[str, ...]:
    spoken = ("verbatim_statement",) if form.channel in SPOKEN else ()
    needed = (*MANDATORY, *spoken)
    return tuple(name for name in needed if name not in IDENTITY) if form.anonymous else needed


def _short(value: str) -> str:
    return " ".join(value.replace("\0", "").split())


def _long(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
