"""What the races are run on: a letter that somebody reads, and the ways in which they can lose sight of it."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Select, Update, delete, select, update
from sqlalchemy.orm import Session

from archive_app.access.identity import SCOPES, Reader
from archive_app.access.system import SYSTEM
from archive_app.cases import clock_rows
from archive_app.domain.codes import OUT_OF_SCOPE
from archive_app.domain.registration_form import RegistrationForm
from archive_app.letters import correction
from archive_app.people import tokens
from archive_app.people.sign_in import add_account, local_reader
from archive_app.review import restrictions
from archive_app.runtime.archive import Archive
from archive_app.search.indexing import index_letter
from storage.models import (
    Account,
    Allowance,
    Case,
    CasePrint,
    Concern,
    Intake,
    Letter,
    Membership,
    Notification,
    Page,
    PageScan,
    Person,
    Registration,
    RegistrationVersion,
    Source,
    TextVersion,
    Unit,
    UnitReach,
    UnitSuccession,
)
from storage.session import reading, unit_of_work
from tests.office import read_letter

PASSWORD = "correct horse"
READER = "lin"
READERS_NAME = "林远山"
PEOPLE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    # Roles that open as many pages as can be: bringing in, looking through, reviewing, restricting.
    READER: (READERS_NAME, ("registrar", "office_head", "access_reviewer")),
    "he": ("何一平", ("director",)),
    "shen": ("沈从新", ("access_reviewer",)),
    "li": ("李登记", ("registrar",)),
    # Nobody's account; a name in the letters, so that there is something to review.
    "zhao": ("赵无关", ()),
}
WORD = "噪声扰民"
"""What stands in every letter of the races."""

RARE = "魑魅魍魉饕餮貔貅夔犼狻猊獬豸麒麟蟠螭"


@dataclass(frozen=True, slots=True)
class Raced:
    """A letter under race, and all by which it could be known."""

    letter: str
    case: str
    case_id: int
    register_no: str
    receipt: str
    number: str
    canary: str
    channel: str
    file_name: str
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Change:
    """A way to lose sight of a letter: how the case is before, what is done, and how it is taken back."""

    name: str
    prepare: Callable[[Office, Raced], None]
    make: Callable[[Office, Raced], None]
    undo: Callable[[Office, Session, Raced], None]


class Office:
    """An archive with its people, and two units: one that is accused, and the reader's own."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        for name, (shown, roles) in PEOPLE.items():
            add_account(archive, name, PASSWORD, display_name=shown, roles=roles)
        self.people: Mapping[str, Reader] = {name: local_reader(archive, name) for name in PEOPLE}
        self.reader = self.people[READER]
        self.token = tokens.make(self.reader, archive, name="races", scopes=SCOPES, days=1, password=None)
        with unit_of_work(archive.sessions, SYSTEM.key) as session:
            units = [Unit(name=name, matched=True) for name in ("执法三科", "综合科")]
            session.add_all(units)
            session.flush()
            session.add_all(UnitReach(unit_id=each.id, member_unit_id=each.id) for each in units)
            self.persons = {name: session.get_one(Person, who.person_id).public_id for name, who in self.people.items()}
            self.accused_unit, self.own_unit = (each.id for each in units)
            session.commit()

    def new_letter(self, number: int) -> Raced:
        """A letter that the reader brought in, with files of its own, read and looked through."""
        drawn = random.Random(f"letter {number}")
        canary, channel = "".join(drawn.choices(RARE, k=8)), f"race{number}"
        public_id = read_letter(
            self.archive, self.people[READER], f"{canary}，反映{WORD}，经办人{PEOPLE['zhao'][0]}", channel=channel
        )
        contents = {
            kind: f"{kind} {canary} ".encode() + drawn.randbytes(1_000 + 7 * number + at)
            for at, kind in enumerate(("original", "preview", "source_preview", "access_copy"))
        }
        kept = {kind: self.archive.files.put(io.BytesIO(content)).sha256 for kind, content in contents.items()}
        with unit_of_work(self.archive.sessions, SYSTEM.key) as session:
            letter = session.scalars(select(Letter).where(Letter.public_id == public_id)).one()
            letter.access_copy = kept["access_copy"]
            letter.letter_date = date(1990, 1, 1 + number % 28)
            source = session.scalars(select(Source).where(Source.intake_id == letter.intake_id)).one()
            source.name, source.sha256 = f"{canary[:3]}-{number}.jpg", kept["original"]
            pages = select(Page.id).where(Page.letter_id == letter.id)
            previews = {"preview": kept["preview"], "source_preview": kept["source_preview"]}
            session.execute(update(PageScan).where(PageScan.page_id.in_(pages)).values(**previews))
            index_letter(session, self.archive.index, letter)
            receipt = session.get_one(Intake, letter.intake_id).public_id
            case = session.get_one(Case, letter.case_id)
            register_no = self._register(session, case, canary, number, kept["original"])
            session.commit()
            return Raced(
                public_id,
                case.public_id,
                case.id,
                register_no,
                receipt,
                letter.number,
                canary,
                channel,
                source.name,
                contents,
            )

    def _register(self, session: Session, case: Case, canary: str, number: int, print_: str) -> str:
        """The case is in the register, with a form and a print of it, and its time runs."""
        now, account = datetime.now(UTC), self.reader.account_id
        words = dict.fromkeys(("petitioner", "address", "main_problem", "verbatim_statement"), canary)
        form = RegistrationForm(**words, content_class=OUT_OF_SCOPE)
        entry = Registration(
            case_id=case.id,
            register_no=f"XZ{now.year}-RACE{number:06d}",
            series="separate",
            year=now.year,
            received_at=now,
            registered_at=now,
            registered_by=account,
            **form.content,
        )
        case.state = "registered"
        session.add(entry)
        session.flush()
        kept = {"number": 1, "at": now, "account_id": account}
        session.add(RegistrationVersion(registration_id=entry.id, content=form.content, **kept))
        session.add(CasePrint(case_id=case.id, form="reception_form", sha256=print_, size=1, **kept))
        clock_rows.start_transfer(session, case, entry, now)
        session.add(Notification(account_id=account, case_id=case.id, kind="propose", at=now))
        return entry.register_no

    def put_away(self, raced: Raced) -> None:
        """Take a letter out of everybody's lists, and its receipt out of the reader's: its race is over."""
        with unit_of_work(self.archive.sessions, SYSTEM.key) as session:
            session.execute(delete(Concern).where(Concern.case_id == raced.case_id))
            session.execute(delete(Allowance).where(Allowance.case_id == raced.case_id))
            session.execute(delete(Membership).where(Membership.person_id == self.reader.person_id))
            session.execute(update(Case).where(Case.id == raced.case_id).values(restricted=True))
            somebody = self.people["li"].account_id
            session.execute(update(Intake).where(Intake.public_id == raced.receipt).values(account_id=somebody))
            session.commit()

    def take_back(self, change: Change, raced: Raced) -> None:
        """Undo a change, past the services: they let nobody do this alone."""
        with unit_of_work(self.archive.sessions, SYSTEM.key) as session:
            change.undo(self, session, raced)
            session.commit()


def _as_it_is(_office: Office, _raced: Raced) -> None:
    """An unrestricted case that was looked through."""


def _partly_read(office: Office, raced: Raced) -> None:
    """A case that is open to its bringer and to those who look letters through."""
    with unit_of_work(office.archive.sessions, SYSTEM.key) as session:
        session.execute(update(Case).where(Case.id == raced.case_id).values(screened=False))
        session.commit()


def _restricted(office: Office, raced: Raced) -> None:
    """A restricted case with the reader and the director on its list."""
    now = datetime.now(UTC)
    with unit_of_work(office.archive.sessions, SYSTEM.key) as session:
        session.execute(update(Case).where(Case.id == raced.case_id).values(restricted=True))
        for who in (office.reader, office.people["he"]):
            session.add(Allowance(case_id=raced.case_id, person_id=who.person_id, kind="listed", at=now))
        session.commit()


def _unit_accused(office: Office, raced: Raced) -> None:
    """The same, and it accuses a unit that is not the reader's (yet)."""
    _restricted(office, raced)
    with unit_of_work(office.archive.sessions, SYSTEM.key) as session:
        unit = office.accused_unit
        session.add(Concern(case_id=raced.case_id, kind="accused", unit_id=unit, at=datetime.now(UTC)))
        session.commit()


def _own_unit_beside_an_accused_one(office: Office, raced: Raced) -> None:
    """The same, and the reader has a unit."""
    _unit_accused(office, raced)
    _rows(office, Membership(person_id=office.reader.person_id, unit_id=office.own_unit))


def _rows(office: Office, *rows: object) -> None:
    with unit_of_work(office.archive.sessions, SYSTEM.key) as session:
        session.add_all(rows)
        session.commit()


def _accuse(office: Office, raced: Raced) -> None:
    who = office.persons[READER]
    restrictions.accuse(office.people["he"], office.archive, raced.letter, person=who, reason="race")


def _recuse(office: Office, raced: Raced) -> None:
    who = office.persons[READER]
    restrictions.recuse(office.people["he"], office.archive, raced.letter, person=who, reason="race")


def _mention(office: Office, raced: Raced) -> None:
    with reading(office.archive.sessions, SYSTEM.key) as session:
        text = session.scalars(_texts(raced)).one().text
    correction.correct(
        office.people["li"], office.archive, raced.letter, 1, base_version=1, lines=[f"{text}，还有{READERS_NAME}"]
    )


def _join(office: Office, _raced: Raced) -> None:
    _rows(office, Membership(person_id=office.reader.person_id, unit_id=office.accused_unit))


def _merge(office: Office, _raced: Raced) -> None:
    one, other = office.own_unit, office.accused_unit
    _rows(
        office,
        UnitSuccession(predecessor_id=one, successor_id=other, kind="merged", at=datetime.now(UTC).date()),
        UnitReach(unit_id=one, member_unit_id=other),
        UnitReach(unit_id=other, member_unit_id=one),
    )


def _strike_off(office: Office, raced: Raced) -> None:
    who = office.persons[READER]
    restrictions.end_allowance(
        office.people["he"], office.archive, raced.letter, person=who, kind="listed", reason="race"
    )


def _unconfirm(office: Office, _raced: Raced) -> None:
    with unit_of_work(office.archive.sessions, SYSTEM.key) as session:
        session.execute(_account(office).values(confirmed_at=None))
        session.commit()


def _end_concern(office: Office, session: Session, raced: Raced) -> None:
    session.execute(
        delete(Concern).where(Concern.case_id == raced.case_id, Concern.person_id == office.reader.person_id)
    )


def _unmention(office: Office, session: Session, raced: Raced) -> None:
    _end_concern(office, session, raced)
    new = session.scalars(_texts(raced).where(TextVersion.number > 1)).one()
    session.delete(new)
    index_letter(session, office.archive.index, _letter(session, raced))


def _leave(office: Office, session: Session, _raced: Raced) -> None:
    session.execute(delete(Membership).where(Membership.unit_id == office.accused_unit))


def _part(office: Office, session: Session, _raced: Raced) -> None:
    session.execute(delete(UnitSuccession))
    session.execute(delete(UnitReach).where(UnitReach.unit_id != UnitReach.member_unit_id))


def _list_again(office: Office, session: Session, raced: Raced) -> None:
    own = Allowance.case_id == raced.case_id, Allowance.person_id == office.reader.person_id
    session.execute(update(Allowance).where(*own).values(ended_at=None, ended_by=None))


def _confirm(office: Office, session: Session, _raced: Raced) -> None:
    session.execute(_account(office).values(confirmed_at=datetime.now(UTC)))


def _account(office: Office) -> Update:
    return update(Account).where(Account.id == office.reader.account_id)


def _letter(session: Session, raced: Raced) -> Letter:
    return session.scalars(select(Letter).where(Letter.public_id == raced.letter)).one()


def _texts(raced: Raced) -> Select[TextVersion]:
    of_letter = select(Page.id).join(Letter, Letter.id == Page.letter_id).where(Letter.public_id == raced.letter)
    return select(TextVersion).where(TextVersion.page_id.in_(of_letter))


CHANGES = (
    Change("add the accused", _restricted, _accuse, _end_concern),
    Change("recuse", _as_it_is, _recuse, _end_concern),
    Change("recuse, of a letter partly read", _partly_read, _recuse, _end_concern),
    Change("add a mention by correction", _as_it_is, _mention, _unmention),
    Change("move the person into the accused unit", _unit_accused, _join, _leave),
    Change("merge the unit", _own_unit_beside_an_accused_one, _merge, _part),
    Change("end the allowance", _restricted, _strike_off, _list_again),
    Change("take the confirmation away", _as_it_is, _unconfirm, _confirm),
)
"""All ways to lose sight of a letter that take effect at a commit."""
