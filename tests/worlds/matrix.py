"""The route matrix: who gets an answer from each route, by role, if the letter does not concern them.

If it does (accused, of an accused unit, recused), nobody gets one from a route of a letter, and on the other routes
nothing of the letter is told. A new route needs a row here; the test says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from archive_app.access.identity import (
    ADMINISTERS,
    BRINGS_LETTERS_IN,
    KEEPS_CODES,
    KEEPS_DAYS_OFF,
    REGISTERS,
    RESTRICTS,
    REVIEWS,
    ROLES,
    TAKES_PART,
    WORKS_ON_CASES,
)
from tests.worlds.page_forms import API_SENT

SEES = (*WORKS_ON_CASES, *REVIEWS)
"""Who sees the matrix's letter: it is not restricted, was read, and has a mention that waits for the reviewers."""

NOBODY: tuple[str, ...] = ()
WITH_REASON = {"reason": "测试理由"}


@dataclass(frozen=True, slots=True)
class Row:
    """Who gets another answer than "nothing here". `of_letter`: shows or changes the letter; `form`: what is sent."""

    open_to: tuple[str, ...]
    of_letter: bool = False
    form: Mapping[str, str] | None = None
    file: str = ""


def letter(open_to: tuple[str, ...], file: str = "", **form: str) -> Row:
    """A route of a letter."""
    return Row(tuple(role for role in open_to if role in SEES), of_letter=True, form=form, file=file)


def sent(endpoint: str) -> str:
    """What a system sends to an operation of the API."""
    return json.dumps(API_SENT[endpoint], ensure_ascii=False)


MATRIX: Mapping[str, Row] = {
    # The letter
    "GET letters.letter": letter(SEES),
    "GET letters.scan": letter(SEES),
    "GET letters.history": letter(SEES),
    "GET letters.versions": letter(SEES),
    "GET files.image": letter(SEES),
    "GET files.original": letter(SEES),
    "GET files.access_copy": letter(SEES),
    "GET correction.form": letter(SEES),
    "POST correction.save": letter(BRINGS_LETTERS_IN),
    "POST letters.describe": letter(BRINGS_LETTERS_IN),
    "POST letters.turn": letter(BRINGS_LETTERS_IN, turn="90"),
    "POST letters.replace": letter(BRINGS_LETTERS_IN, file="file"),
    "POST letters.retry": letter(BRINGS_LETTERS_IN),
    "GET extracts.form": letter(REGISTERS),
    "POST extracts.make": letter(REGISTERS),
    # Its case, which is registered
    "GET registration.form": letter(REGISTERS),
    "POST registration.save": letter(REGISTERS),
    "GET registration.change": letter(REGISTERS),
    "POST registration.save_change": letter(REGISTERS),
    "GET registration.versions": letter(SEES),
    "GET cases.case": letter(SEES),
    "POST cases.do": letter(SEES),
    "POST cases.make_print": letter(SEES),
    "GET cases.printed": letter(SEES),
    "GET cases.register_on_paper": Row(WORKS_ON_CASES),
    "GET handling_days.page": Row(WORKS_ON_CASES),
    "GET handling_days.sheet": Row(WORKS_ON_CASES),
    "GET registration.spoken": Row(REGISTERS),
    "POST registration.save_spoken": Row(REGISTERS),
    "GET registration.repeats": Row(REGISTERS),
    "POST registration.likely": Row(REGISTERS),
    "GET cases.register_page": Row(WORKS_ON_CASES),
    "GET cases.work": Row(ROLES),
    "GET codes.page": Row(KEEPS_CODES),
    "POST codes.add": Row(KEEPS_CODES),
    "POST codes.change": Row(KEEPS_CODES),
    "GET deadlines.page": Row(TAKES_PART),
    "GET deadlines.sheet": Row(TAKES_PART),
    "GET notifications.listed": Row(ROLES),
    "POST notifications.mark": Row(ROLES, form={"until": "2026-12-31T00:00:00+00:00"}),
    # The same by a token of each account
    "GET api.case_state": letter(SEES),
    "GET api.case": letter(SEES),
    "GET api.form_versions": letter(SEES),
    "GET api.printed": letter(SEES),
    "POST api.register_letter": letter(REGISTERS, json=sent("api.register_letter")),
    "PUT api.change_form": letter(REGISTERS, json=sent("api.change_form")),
    "POST api.act": letter(SEES, json=sent("api.act")),
    "POST api.make_print": letter(SEES, json=sent("api.make_print")),
    "POST api.register_petition": Row(REGISTERS, form={"json": sent("api.register_petition")}),
    "GET api.register_page": Row(WORKS_ON_CASES),
    "GET api.work": Row(ROLES),
    "GET api.search": Row(ROLES),
    "GET api.account": Row(ROLES),
    "GET api.codes": Row(ROLES),
    "GET api.document": Row(ROLES),
    # Days off: time limits of cases that the reader sees are told of
    "GET days_off.form": Row(KEEPS_DAYS_OFF),
    "POST days_off.preview": Row(KEEPS_DAYS_OFF),
    "POST days_off.apply": Row(KEEPS_DAYS_OFF),
    # Who may see it
    "GET restrictions.access": letter(RESTRICTS),
    "POST restrictions.accuse": letter(RESTRICTS),
    "POST restrictions.resolve": letter(RESTRICTS),
    "POST restrictions.recuse": letter(RESTRICTS),
    "POST restrictions.allow": letter(RESTRICTS),
    "POST restrictions.end_allowance": letter(RESTRICTS),
    "POST restrictions.restrict": letter(RESTRICTS),
    "POST restrictions.set_event_date": letter(RESTRICTS),
    # No later day waits.
    "POST restrictions.confirm_event_date": letter(NOBODY, **WITH_REASON),
    # It was read, so there is nothing to look through.
    "POST restrictions.look_through": letter(NOBODY, **WITH_REASON),
    "GET reviews.review": Row(REVIEWS),
    "POST reviews.decide": letter(REVIEWS, **WITH_REASON, decision="cleared"),
    "POST reviews.confirm": Row(NOBODY, form=WITH_REASON),
    "GET changes.page": Row(REVIEWS),
    "POST changes.confirm": Row(NOBODY, form=WITH_REASON),
    # A receipt is its bringer's, who is none of these.
    "GET intakes.receipt": Row(NOBODY, of_letter=True),
    "GET intakes.progress": Row(NOBODY, of_letter=True),
    # Persons, units, accounts: no letter is shown by them
    "GET account.account": Row(ROLES),
    "POST account.change": Row(ROLES),
    # No new password was asked for.
    "POST account.answer_reset": Row(NOBODY),
    "GET passwords.form": Row(ROLES),
    "POST passwords.set_password": Row(ROLES),
    "GET tokens.tokens_page": Row(ROLES),
    "POST tokens.make": Row(ROLES),
    # A token is its own account's, which is none of these.
    "POST tokens.end": Row(NOBODY),
    "POST account.mail": Row(ROLES, form={"address": "somebody@office.test", "wanted": "1"}),
    "GET account.signature": Row(NOBODY),
    "POST account.keep_signature": Row(ROLES),
    "POST account.remove_signature": Row(ROLES),
    "GET people.people": Row(ADMINISTERS),
    "POST people.add": Row(ADMINISTERS),
    "GET people.person": Row(ADMINISTERS),
    "POST people.add_account": Row(ADMINISTERS),
    "POST people.set_active": Row(ADMINISTERS),
    "POST people.ask_reset": Row(ADMINISTERS),
    "POST people.give_role": Row(ADMINISTERS, form={"role": "registrar"}),
    "POST people.end_role": Row(ADMINISTERS, form={"role": "registrar"}),
    "POST people.rename": Row(ADMINISTERS),
    "POST people.add_name": Row(ADMINISTERS),
    "POST people.place": Row(ADMINISTERS),
    "POST people.end_place": Row(ADMINISTERS, form={"kind": "member", "unit": "unit-letters"}),
    "POST people.number": Row(ADMINISTERS),
    "GET people.new": Row(ADMINISTERS),
    "GET staff.form": Row(ADMINISTERS),
    "POST staff.preview": Row(ADMINISTERS),
    "POST staff.apply": Row(ADMINISTERS),
    "GET staff.template": Row(ADMINISTERS),
    "GET units.units": Row(ADMINISTERS),
    "POST units.add": Row(ADMINISTERS),
    "GET units.unit": Row(ADMINISTERS),
    "POST units.became": Row(ADMINISTERS),
    "POST units.end": Row(ADMINISTERS),
    "POST units.take_over": Row(ADMINISTERS),
    "POST units.rename": Row(ADMINISTERS),
    "POST units.move": Row(ADMINISTERS),
    "POST units.add_short_name": Row(ADMINISTERS),
    "POST units.watch": Row(ADMINISTERS),
    # Everybody's
    "GET home.home": Row(ROLES),
    "GET home.help_page": Row(ROLES),
    "GET search.search": Row(ROLES),
    "GET scan.form": Row(ROLES),
    "POST scan.receive": Row(BRINGS_LETTERS_IN, file="files", form={"grouping": "one", "channel": "letter"}),
    "GET scan.separators": Row(ROLES),
    "GET sessions.form": Row(ROLES),
    "POST sessions.sign_in": Row(ROLES),
    "POST sessions.sign_out": Row(ROLES),
    "POST sessions.speak": Row(ROLES),
    "GET assets.asset": Row(ROLES),
}
