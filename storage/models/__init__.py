"""The tables of the records, one module per noun."""

from storage.models.base import Base
from storage.models.case import Allowance, Case
from storage.models.code import CodeEntry
from storage.models.concern import Concern, ConcernReview
from storage.models.day_off import ImportedDay, ImportedYear
from storage.models.event import AuditEvent, AuditHead, WorkerBeat
from storage.models.extract import Extract
from storage.models.handling import Assignment, CaseClock, CasePrint, CaseStep
from storage.models.letter import (
    Intake,
    Letter,
    LetterSource,
    Page,
    PageScan,
    ReadingTurn,
    ReceiptEntry,
    Source,
    TextVersion,
)
from storage.models.mailbox import Mailbox, MailServer
from storage.models.notification import Notification
from storage.models.password import PasswordReset
from storage.models.pending import EventDateProposal, PendingChange
from storage.models.person import Account, AccountRole, ApiToken, Person, PersonName, Signature, SignIn
from storage.models.registration import KeyedRequest, RegisterYear, Registration, RegistrationVersion
from storage.models.suggestion import SuggestionModel, Training, TrainingExample
from storage.models.unit import Membership, Post, Unit, UnitName, UnitReach, UnitSuccession

__all__ = [
    "Account",
    "AccountRole",
    "Allowance",
    "ApiToken",
    "Assignment",
    "AuditEvent",
    "AuditHead",
    "Base",
    "Case",
    "CaseClock",
    "CasePrint",
    "CaseStep",
    "CodeEntry",
    "Concern",
    "ConcernReview",
    "EventDateProposal",
    "Extract",
    "ImportedDay",
    "ImportedYear",
    "Intake",
    "KeyedRequest",
    "Letter",
    "LetterSource",
    "MailServer",
    "Mailbox",
    "Membership",
    "Notification",
    "Page",
    "PageScan",
    "PasswordReset",
    "PendingChange",
    "Person",
    "PersonName",
    "Post",
    "ReadingTurn",
    "ReceiptEntry",
    "RegisterYear",
    "Registration",
    "RegistrationVersion",
    "SignIn",
    "Signature",
    "Source",
    "SuggestionModel",
    "TextVersion",
    "Training",
    "TrainingExample",
    "Unit",
    "UnitName",
    "UnitReach",
    "UnitSuccession",
    "WorkerBeat",
]
