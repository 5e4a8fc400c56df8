"""The people of the tests: everybody a complaint can concern, in every role, in units that were merged and renamed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from archive_app.access.identity import SCOPES
from archive_app.access.system import SYSTEM
from archive_app.people.sign_in import digest
from archive_app.runtime.archive import Archive
from archive_app.screening.matching import catch_up
from storage.models import (
    Account,
    AccountRole,
    ApiToken,
    Mailbox,
    Membership,
    Person,
    PersonName,
    Post,
    Unit,
    UnitName,
    UnitReach,
    UnitSuccession,
)
from storage.session import unit_of_work
from tests.worlds import oracle

PASSWORD = "correct horse"


@dataclass(frozen=True, slots=True)
class Role:
    """One of the cast: `name` is the person's, `key` the account's; `units` with the day they left it (None: still)."""

    key: str
    name: str
    roles: tuple[str, ...]
    units: tuple[tuple[str, date | None], ...] = ()
    leads: str = ""
    title: str = ""
    oversees: str = ""
    other_names: tuple[str, ...] = ()


UNITS = {
    # key: name, the unit above, watched, short names
    "bureau": ("市自然资源和规划局", None, False, ()),
    "letters": ("办信科", "bureau", True, ()),
    "enforcement": ("执法监督处", "bureau", True, ("执监处",)),
    "patrol": ("执法巡查科", "enforcement", True, ()),
    "building": ("建设管理处", "bureau", True, ("建管处",)),
    "records": ("档案管理科", "bureau", True, ()),
    "computing": ("信息技术科", "bureau", True, ()),
    "survey": ("土地稽查大队", "bureau", True, ("稽查队",)),
    "old_survey": ("国土监察队", "bureau", True, ()),
}
SUCCESSIONS = (("old_survey", "survey", "renamed"), ("survey", "enforcement", "merged"))

LEFT = date(2025, 6, 30)

CAST = (
    Role("registrar1", "何雅琴", ("registrar",), (("letters", None),)),
    Role("registrar2", "孟繁星", ("registrar",), (("building", None),), other_names=("孟老九",)),
    Role("office_head", "陶玉林", ("office_head",), (("letters", None),), leads="letters", title="科长"),
    Role("deputy", "石怀远", ("deputy_director",), (("bureau", None),), oversees="enforcement", title="分管副局长"),
    Role("director", "钟伯岩", ("director",), (("bureau", None),)),
    Role("leader", "卢静姝", ("leader", "records_manager"), (("bureau", None),), oversees="building"),
    Role(
        "unit_head", "贺铁军", ("unit_head", "registrar"), (("enforcement", None),), leads="enforcement", title="处长"
    ),
    Role("handler", "宋晓岚", ("handler", "registrar"), (("patrol", None), ("building", LEFT))),
    Role("informer", "周立群", ("information_officer", "director"), (("building", None),)),
    Role("keeper", "周立群", ("records_manager",), (("records", None), ("survey", LEFT))),
    Role("reviewer1", "梁思源", ("access_reviewer",), (("records", None),)),
    Role("reviewer2", "苏鸿飞", ("access_reviewer",), (("computing", None), ("old_survey", LEFT))),
    Role("reviewer3", "冯秋实", ("access_reviewer", "office_head"), (("patrol", None),)),
    Role("admin1", "段成蹊", ("system_administrator",), (("computing", None),)),
    Role("admin2", "邱明德", ("system_administrator", "registrar", "access_reviewer"), (("enforcement", None),)),
    Role("stranger", "费长房", (), (("survey", None),)),
)
BY_KEY = {role.key: role for role in CAST}
REVIEWERS = tuple(role.key for role in CAST if "access_reviewer" in role.roles)
BRINGERS = tuple(role.key for role in CAST if {"registrar", "office_head"} & set(role.roles))
ADMINISTRATORS = tuple(role.key for role in CAST if "system_administrator" in role.roles)


def assemble(archive: Archive) -> None:
    """Write the cast into an empty archive, confirmed and matched."""
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        units: dict[str, Unit] = {}
        for key, (name, above, watched, short) in UNITS.items():
            units[key] = Unit(
                public_id=f"unit-{key}",
                name=name,
                parent_id=units[above].id if above else None,
                watched=watched,
                names=[UnitName(name=each) for each in short],
            )
            session.add(units[key])
            session.flush()
        for old, new, kind in SUCCESSIONS:
            session.add(
                UnitSuccession(predecessor_id=units[old].id, successor_id=units[new].id, kind=kind, at=date(2025, 1, 1))
            )
        session.flush()
        reaches = oracle.reach(
            [(unit.id, unit.parent_id) for unit in units.values()],
            [(units[old].id, units[new].id) for old, new, _ in SUCCESSIONS],
        )
        for unit, members in reaches.items():
            session.add_all(UnitReach(unit_id=unit, member_unit_id=member) for member in sorted(members))
        for role in CAST:
            account = _account(role)
            session.add_all([account, *_places(role, account.person, units)])
            session.flush()
            session.add(api_token(account))
            session.add(Mailbox(account_id=account.id, address=f"{role.key}@office.test", wanted=True))
        session.commit()
    catch_up(archive)


def api_token(account: Account) -> ApiToken:
    """What a system shows that may do all that this account may; `token_of` is it."""
    return ApiToken(
        public_id=f"token-{account.name}",
        account_id=account.id,
        name="测试系统",
        token_hash=digest(token_of(account.name)),
        scopes=list(SCOPES),
        created_at=account.created_at,
        expires_at=account.created_at + timedelta(days=3650),
    )


def token_of(key: str) -> str:
    """The token of an account's system."""
    return f"pa_{key}"


def _account(role: Role) -> Account:
    before = datetime.now(UTC) - timedelta(days=30)
    person = Person(
        public_id=f"person-{role.key}",
        name=role.name,
        staff_no=f"N-{role.key}",
        names=[PersonName(name=each) for each in role.other_names],
    )
    return Account(
        public_id=f"account-{role.key}",
        person=person,
        name=role.key,
        password_hash=f"plain:{PASSWORD}",
        roles=[AccountRole(role=each, since=before) for each in role.roles],
        created_at=before,
        confirmed_at=before,
    )


def _places(role: Role, person: Person, units: dict[str, Unit]) -> list[Membership | Post]:
    places: list[Membership | Post] = [
        Membership(person=person, unit=units[key], until=until) for key, until in role.units
    ]
    if role.leads:
        places.append(Post(person=person, unit=units[role.leads], kind="leads", title=role.title))
    if role.oversees:
        places.append(Post(person=person, unit=units[role.oversees], kind="oversees", title=role.title))
    return places
