"""The records, a file a noun."""

from storage.models.base import Base
from storage.models.case import Allowance, Case
from storage.models.concern import Concern, ConcernReview
from storage.models.event import AuditEvent, AuditHead, WorkerBeat
from storage.models.handling import Assignment, CaseClock, CasePrint, CaseStep
from storage.models.letter import Intake, Letter, LetterSource, Page, PageScan, Source, TextVersion
from storage.models.notification import Notification
from storage.models.person import Account, AccountRole, Person, PersonName, SignIn
from storage.models.registration import RegisterYear, Registration, RegistrationVersion
from storage.models.unit import Membership, Post, Unit, UnitName, UnitReach, UnitSuccession

__all__ = [
    "Account",
    "AccountRole",
    "Allowance",
    "Assignment",
    "AuditEvent",
    "AuditHead",
    "Base",
    "Case",
    "CaseClock",
    "CasePrint",
    "CaseStep",
    "Concern",
    "ConcernReview",
    "Intake",
    "Letter",
    "LetterSource",
    "Membership",
    "Notification",
    "Page",
    "PageScan",
    "Person",
    "PersonName",
    "Post",
    "RegisterYear",
    "Registration",
    "RegistrationVersion",
    "SignIn",
    "Source",
    "TextVersion",
    "Unit",
    "UnitName",
    "UnitReach",
    "UnitSuccession",
    "WorkerBeat",
]
