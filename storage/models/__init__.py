"""The records, a file a noun."""

from storage.models.base import Base
from storage.models.case import Allowance, Case, Recusal
from storage.models.event import AuditEvent, WorkerBeat
from storage.models.letter import Intake, Letter, LetterSource, Page, PageScan, Source, TextVersion
from storage.models.person import Account, AccountRole, Person, SignIn

__all__ = [
    "Account",
    "AccountRole",
    "Allowance",
    "AuditEvent",
    "Base",
    "Case",
    "Intake",
    "Letter",
    "LetterSource",
    "Page",
    "PageScan",
    "Person",
    "Recusal",
    "SignIn",
    "Source",
    "TextVersion",
    "WorkerBeat",
]
