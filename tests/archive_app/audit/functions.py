"""Every public function of `archive_app` that acts for a reader on an archive, and what those do that read no case."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping

import archive_app
from archive_app.access.identity import Reader
from archive_app.runtime.archive import Archive

KEEPS_PEOPLE = "tests/archive_app/people/test_persons_and_units.py"
ACCOUNTS = "tests/archive_app/people/test_accounts.py"
CODES = "tests/archive_app/codes/test_service.py"
RESTRICTIONS = "tests/archive_app/review/test_restrictions.py"
RESCAN = "tests/archive_app/letters/test_rescan.py"
REGISTRATION = "tests/archive_app/cases/test_registration.py"

CHANGES: Mapping[str, str] = {
    "cases.actions.perform": "tests/archive_app/cases/test_workflow_properties.py",
    "cases.holidays.apply": "tests/archive_app/cases/test_holidays.py",
    "cases.notifications.note_all_opened": "tests/archive_app/cases/test_notifications.py",
    "cases.notifications.note_opened": "tests/archive_app/cases/test_notifications.py",
    "cases.registration.change_form": REGISTRATION,
    "cases.registration.register": "tests/archive_app/printing/test_service.py",
    "cases.registration.register_spoken": REGISTRATION,
    "codes.service.add": CODES,
    "codes.service.move": CODES,
    "codes.service.offer": CODES,
    "codes.service.rename": CODES,
    "commands.people.run": "tests/archive_app/people/test_importing.py",
    "commands.watch.put_away_acknowledged": "tests/archive_app/commands/test_watch.py",
    "commands.watch.run": "tests/archive_app/commands/test_watch.py",
    "commands.watch.take_in_quiet": "tests/archive_app/commands/test_watch.py",
    "letters.correction.correct": "tests/archive_app/letters/test_processing.py",
    "letters.correction.describe": "tests/archive_app/letters/test_processing.py",
    "letters.extracts.making.make": "tests/archive_app/letters/test_extracts.py",
    "letters.intake.receive": "tests/archive_app/letters/test_intake.py",
    "letters.intake.replace_page": RESCAN,
    "letters.intake.retry": "tests/worlds/steps.py",
    "letters.intake.turn_page": RESCAN,
    "people.accounts.add_account": ACCOUNTS,
    "people.accounts.ask_reset": ACCOUNTS,
    "people.accounts.change_password": ACCOUNTS,
    "people.accounts.confirm": ACCOUNTS,
    "people.accounts.end_role": ACCOUNTS,
    "people.accounts.give_role": ACCOUNTS,
    "people.accounts.set_active": ACCOUNTS,
    "people.importing.apply": "tests/archive_app/people/test_importing.py",
    "people.mailbox.set_mailbox": "tests/archive_app/mailing/test_digest.py",
    "people.memberships.appoint": KEEPS_PEOPLE,
    "people.memberships.dismiss": KEEPS_PEOPLE,
    "people.memberships.join": KEEPS_PEOPLE,
    "people.memberships.leave": KEEPS_PEOPLE,
    "people.memberships.take_over": KEEPS_PEOPLE,
    "people.pending.confirm": "tests/archive_app/people/test_pending.py",
    "people.persons.add_name": KEEPS_PEOPLE,
    "people.persons.add_person": KEEPS_PEOPLE,
    "people.persons.rename_person": KEEPS_PEOPLE,
    "people.persons.set_staff_number": KEEPS_PEOPLE,
    "people.signatures.keep": "tests/archive_app/printing/test_signatures.py",
    "people.signatures.remove": "tests/archive_app/printing/test_signatures.py",
    "people.tokens.end": "tests/archive_app/views/api/test_api.py",
    "people.tokens.make": "tests/archive_app/views/api/conftest.py",
    "people.units.add_short_name": KEEPS_PEOPLE,
    "people.units.add_unit": KEEPS_PEOPLE,
    "people.units.end_unit": KEEPS_PEOPLE,
    "people.units.move_unit": KEEPS_PEOPLE,
    "people.units.rename_unit": KEEPS_PEOPLE,
    "people.units.succeed": KEEPS_PEOPLE,
    "people.units.watch_unit": KEEPS_PEOPLE,
    "people.resets.answer": "tests/archive_app/people/test_resets.py",
    "review.allow_list.allow": RESTRICTIONS,
    "review.allow_list.end_allowance": RESTRICTIONS,
    "review.decisions.decide": "tests/archive_app/review/test_decisions.py",
    "review.restrictions.accuse": RESTRICTIONS,
    "review.restrictions.look_through": RESTRICTIONS,
    "review.restrictions.recuse": RESTRICTIONS,
    "review.restrictions.resolve": RESTRICTIONS,
    "review.restrictions.restrict": RESTRICTIONS,
    "review.event_dates.confirm_event_date": "tests/archive_app/review/test_event_dates.py",
    "review.event_dates.set_event_date": "tests/archive_app/review/test_event_dates.py",
}
"""What changes something, and where it is tested: what it records there, and for whom it does nothing."""

OPENS_A_SESSION = {"people.rules.administering", "review.guards.editable_case"}
"""What gives a session to the functions of its own room; those are classified themselves."""

TELLS_OF_NO_CASE = {
    "cases.holidays.known_years",
    "codes.service.table",
    "mailing.digest.compose",
    "people.importing.preview",
    "people.pending.waiting",
    "people.resets.notices",
    "people.mailbox.mailbox",
    "people.queries.ensure_administers",
    "people.queries.named",
    "people.queries.people",
    "people.queries.person",
    "people.queries.unit",
    "people.queries.units",
    "people.queries.waiting_accounts",
    "people.sign_in.is_own_password",
    "people.signatures.is_there",
    "people.signatures.own",
    "people.tokens.tokens",
}
"""What reads persons, units, accounts, codes, days off and tokens only."""


def service_functions() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each public function and class that takes a reader and an archive, by its place, with the kinds of what it takes.

    Views take neither: they ask Flask for both.
    """
    for module in pkgutil.walk_packages(archive_app.__path__, "archive_app."):
        if module.name == "archive_app.__main__":
            continue
        loaded = importlib.import_module(module.name)
        for name, member in vars(loaded).items():
            if name.startswith("_") or getattr(member, "__module__", "") != loaded.__name__ or not callable(member):
                continue
            kinds = _kinds(member)
            if {"Reader", "Archive"} <= set(kinds):
                yield f"{module.name.removeprefix('archive_app.')}.{name}", kinds


def _kinds(member: object) -> tuple[str, ...]:
    """The kinds of the parameters; the test is of annotations, which are strings everywhere."""
    try:
        parameters = inspect.signature(member).parameters.values()  # type: ignore[arg-type]
    except ValueError:
        return ()
    found = []
    for parameter in parameters:
        kind = parameter.annotation
        written = kind if isinstance(kind, str) else getattr(kind, "__name__", str(kind))
        options = {each.strip() for each in written.split("|")}
        found.append(next((known for known in (Reader.__name__, Archive.__name__) if known in options), written))
    return tuple(found)
