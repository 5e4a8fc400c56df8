"""Every route, every role, and everybody's standing to the letter: plain, accused, of an accused unit, recused."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from archive_app.access.identity import ROLES
from archive_app.access.system import SYSTEM
from archive_app.domain.registration_form import RegistrationForm
from storage.models import (
    Account,
    AccountRole,
    Case,
    CasePrint,
    Concern,
    Letter,
    Membership,
    Person,
    Registration,
    Unit,
    UnitReach,
)
from storage.session import unit_of_work
from tests.worlds.cast import PASSWORD, api_token
from tests.worlds.chance import in_hand
from tests.worlds.matrix import MATRIX, Row
from tests.worlds.page_forms import OWN_FILE
from tests.worlds.parts import paper
from tests.worlds.steps import Bring, Sweep, csrf_of, sign_in
from tests.worlds.wording import CANARY
from tests.worlds.world import Answer, Browser, Question, World, two_worlds

STANDINGS = ("plain", "accused", "member", "recused")


@dataclass
class Office:
    """A world with a letter, and somebody of every role and standing signed in."""

    world: World
    saved: Path
    browsers: dict[tuple[str, str], tuple[Browser, str]]
    values: dict[str, str]

    def ask(self, who: tuple[str, str], question: Question) -> Answer:
        """Ask, and put everything back that the answer changed."""
        cookies, token = self.browsers[who]
        fields = question.body if question.of_api else (("csrf_token", token), *question.body)
        asked = Question(question.method, question.path, question.query, fields, question.files)
        answer = self.world.ask(Browser(dict(cookies.cookies), cookies.token), asked)
        if question.method in ("POST", "PUT") and not answer.status.startswith("404"):
            self.world.let_go()
            for name in ("records.db", "queue.db"):
                for left in ("-wal", "-shm"):
                    (self.world.folder / (name + left)).unlink(missing_ok=True)
                shutil.copyfile(self.saved / name, self.world.folder / name)
        return answer


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with in_hand() as (chance, _clock), two_worlds(chance) as worlds:
        world = worlds.a
        worlds.coupling.world = world
        for step in (Bring("stranger_bringer", (paper("C", f"{CANARY}被人变卖"),), "one"), Sweep("")):
            world.begin(repr(step))
            if isinstance(step, Bring):
                _hire(world)
            step.play(world)
        values = _concern(world)
        browsers = {}
        for role in ROLES:
            for standing in STANDINGS:
                browser = Browser()
                world.begin(f"{role} {standing}")
                sign_in(world, browser, f"{role}-{standing}")
                home = world.ask(browser, Question("GET", "/"))
                browsers[role, standing] = (browser, csrf_of(home.body))
                # Signing in is slow on purpose for who does it often.
                for limiter in world.app.extensions["limiter"]:
                    limiter.reset()
        world.let_go()
        saved = tmp_path_factory.mktemp("office")
        for name in ("records.db", "queue.db"):
            shutil.copyfile(world.folder / name, saved / name)
        yield Office(world, saved, browsers, values)


def _hire(world: World) -> None:
    """One account for every role and standing, and one that brings the letter in."""
    before = datetime.now(UTC) - timedelta(days=1)
    with unit_of_work(world.archive.sessions, SYSTEM.key) as session:
        unit = Unit(public_id="unit-matrix", name="矩阵科", matched=True)
        session.add(unit)
        session.flush()
        session.add(UnitReach(unit_id=unit.id, member_unit_id=unit.id))
        accounts = []
        names = [(f"{role}-{standing}", role) for role in ROLES for standing in STANDINGS]
        for name, role in [*names, ("stranger_bringer", "registrar")]:
            person = Person(public_id=f"person-{name}", name=name, matched=True)
            roles = [AccountRole(role=role, since=before)]
            account = Account(
                person=person,
                name=name,
                password_hash=f"plain:{PASSWORD}",
                roles=roles,
                created_at=before,
                confirmed_at=before,
            )
            session.add(account)
            accounts.append(account)
            if name.endswith("-member"):
                session.add(Membership(person=person, unit=unit))
        session.flush()
        session.add_all(map(api_token, accounts))
        session.commit()


def _concern(world: World) -> dict[str, str]:
    """Whom the letter concerns: the accused, the unit, the recused; and a mention waits for the reviewers."""
    with unit_of_work(world.archive.sessions, SYSTEM.key) as session:
        letter = session.scalars(select(Letter)).one()
        case = session.get_one(Case, letter.case_id)
        persons = {person.name: person.id for person in session.scalars(select(Person))}
        unit = session.scalars(select(Unit.id).where(Unit.public_id == "unit-matrix")).one()
        now = datetime.now(UTC)
        rows = [("accused", persons[name], None) for name in persons if name.endswith("-accused")]
        rows += [("recused", persons[name], None) for name in persons if name.endswith("-recused")]
        rows += [("accused", None, unit), ("mentioned", persons["费长房"], None)]
        concerns = [
            Concern(case_id=case.id, kind=kind, person_id=person, unit_id=of, at=now, contexts=[])
            for kind, person, of in rows
        ]
        session.add_all(concerns)
        case.state = "registered"
        form = RegistrationForm(petitioner="陈淑珍", address="河东路12号", main_problem=f"{CANARY}被人变卖")
        kept = world.archive.files.put(io.BytesIO(CANARY.encode()), limit=100)
        session.add(
            CasePrint(
                case_id=case.id,
                number=1,
                form="reception_form",
                at=now,
                account_id=case.brought_by,
                sha256=kept.sha256,
                size=kept.size,
            )
        )
        session.add(
            Registration(
                case_id=case.id,
                register_no="XZ2026-MATRIX00",
                series="separate",
                year=2026,
                received_at=now,
                registered_at=now,
                registered_by=case.brought_by,
                **form.content,
            )
        )
        session.flush()
        values = {
            "public_id": letter.public_id,
            "case": case.public_id,
            "intake": letter.intake.public_id,
            "concern": concerns[-1].public_id,
            "account": "account-registrar1",
            "person": "person-registrar1",
            "unit": "unit-letters",
            "token": "token-registrar1",
        }
        session.commit()
    values |= {"act": "propose", "form": "reception_form", "year": "2026"}
    # No later day of an event waits, and no change of staff.
    values |= {"proposal": "none", "change": "none"}
    values |= {"number": "1", "position": "1", "kind": "a4", "code": "zh", "name": "css/base.css"}
    return values | {"digest": str(world.app.extensions["asset_digest"])}


def _rules(world: World) -> list[tuple[str, str, str]]:
    """Every route: its name in the matrix, its verb, and its address for the letter."""
    return [
        (f"{verb} {rule.endpoint}", verb, rule.rule)
        for rule in world.app.url_map.iter_rules()
        for verb in sorted(rule.methods or ())
        if verb not in ("HEAD", "OPTIONS")
    ]


def _address(rule: str, name: str, values: dict[str, str]) -> str:
    """The address of a route, for the letter, or for a person or a unit."""
    nouns = {"intakes": "intake", "people": "person", "units": "unit", "tokens": "token"}
    of = nouns.get(name.split()[1].split(".")[0])
    of = "case" if "/cases/" in rule else of
    values = values | ({"kind": "pdf"} if rule.startswith("/register/") else {})
    values = values | ({"field": "channel", "code": "fax"} if rule.startswith("/codes/") else {})
    for part in ("int:", "path:", "string:"):
        rule = rule.replace(f"<{part}", "<")
    for parameter, value in (values | ({"public_id": values[of]} if of else {})).items():
        rule = rule.replace(f"<{parameter}>", value)
    return rule


def _question(row: Row, verb: str, path: str) -> Question:
    fields = tuple((row.form or {}).items())
    if path == "/login":
        fields = (("name", "nobody"), ("password", "wrong password"))
    return Question(verb, path, "", fields, ((row.file, "a.pdf", OWN_FILE),) if row.file else ())


def test_every_route_has_its_row(office: Office) -> None:
    routes = {name for name, _, _ in _rules(office.world)}
    for name in sorted(routes - set(MATRIX)):
        pytest.fail(f"{name} has no row in tests/worlds/matrix.py: say there which roles it is open to")
    assert sorted(set(MATRIX) - routes) == [], "these rows are of routes that are no more"


@pytest.mark.parametrize("name", MATRIX)
def test_a_route_answers_whom_the_matrix_says(office: Office, name: str) -> None:
    """Who may not, gets "nothing here"; and whom the letter concerns is told nothing of it by any route."""
    row = MATRIX[name]
    (found,) = [(verb, rule) for each, verb, rule in _rules(office.world) if each == name]
    path = _address(found[1], name, office.values)
    assert "<" not in path, f"{path}: the test has no value for one of the parameters"
    for role in ROLES:
        for standing in STANDINGS:
            answer = office.ask((role, standing), _question(row, found[0], path))
            is_open = role in row.open_to and (standing == "plain" or not row.of_letter)
            assert answer.status.startswith("404") != is_open, f"{role}, {standing}: {answer.status}"
            assert not answer.status.startswith("500"), f"{role}, {standing}"
            if standing != "plain" or not is_open:
                assert CANARY.encode() not in answer.body, f"{role}, {standing}"
