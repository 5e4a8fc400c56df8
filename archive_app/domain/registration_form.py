"""The registration form 接待登记表 as a value: what clause 一.2 asks for, checked and cleaned.

The statement is what the petitioner said, word for word (一.3): only its line ends are made alike.
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
"""The most characters of each field that is free text."""

CODED = ("channel", "purpose", "locality", "content_class", "sector", "cause", "feedback_by")
"""The fields that take a code; all but the last from a table that the office keeps."""

MANDATORY = (
    *("channel", "petitioner", "address", "headcount", "main_problem", "purpose", "locality", "content_class"),
    *("sector", "cause", "claims"),
)
"""What must be there before a case has a number; an anonymous letter needs no name and no address."""

IDENTITY = ("petitioner", "address", "telephone")
"""What an anonymous letter does not have."""

SPOKEN = ("visit", "telephone")
"""Channels without paper: what was said is nowhere but in the statement."""


@dataclass(frozen=True, slots=True)
class Signatory:
    """One of the other writers of a joint letter. `represents`: they speak for the others."""

    name: str
    address: str = ""
    telephone: str = ""
    represents: bool = False


@dataclass(frozen=True, slots=True)
class RegistrationForm:
    """What is written down of a petition. Codes are those of `archive_app.domain.codes`; empty is not said.

    `headcount` counts persons, the petitioner among them. `feedback_by` is how they want to be answered. `conduct` are
    the points of the check list (十一.2) that were confirmed, `conduct_note` why one of them was not.
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
        """All words of it, one field a line: what is looked through for names, and what can be searched for."""
        signed = (f"{one.name} {one.address} {one.telephone}".strip() for one in self.signatories)
        free = (getattr(self, name) for name in LENGTHS)
        return "\n".join(part for part in (*free, *signed) if part)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> RegistrationForm:
        """The form out of plain values (`content`), or out of a row that has them."""
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
    """The form as it is kept: no stray spaces in short fields, alike line ends in long ones.

    An anonymous one loses what would identify its writer: nobody tries to (regulation.md, accusation branch). What was
    no reception has no check list.
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
    """Whether the check list is in order: of a visit each point is confirmed, or it is said why not (十一.2).

    A call has the list too, but nobody is received: there it need not be filled in.
    """
    return channel != "visit" or bool(note) or set(codes.CONDUCT) <= set(conduct)


def check(form: RegistrationForm, tables: CodeTables = UNCHANGED, before: RegistrationForm | None = None) -> None:
    """Refuse a cleaned form that cannot be registered; the error names the field.

    Args:
        form: the form.
        tables: the code tables as they stand.
        before: the form that it takes the place of, whose codes it may keep although they are offered no more.

    Raises:
        FieldMissing: a mandatory field is empty (一.2).
        FieldTooLong: a text is longer than its field.
        FieldUnknown: a code that its table does not have.
        ConductMissing: a visit whose check list is not in order (十一.2).
        HeadcountWrong: fewer persons than are named, or a number that is none.
        TooManyRepresentatives: more than five speak for the others.
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
