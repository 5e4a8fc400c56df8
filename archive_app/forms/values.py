"""The content of each official form: plain values, in the order of printing.

An empty string, None or an empty tuple prints as an empty box. Text may have line breaks and any length. Moments have a
time zone and are printed in office time; days are the office's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from archive_app.forms.parts import NOBODY, UNWRITTEN, Form, Opinion, Paper, Petitioner, Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseForm(Form):
    """Base of the forms of one case, which are told apart by its register number."""

    register_no: str = ""

    @property
    def number(self) -> str:
        """The register number."""
        return self.register_no


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeForm(CaseForm):
    """Base of the forms on how a case came in: who petitions, and where they can be reached."""

    channel: str = ""
    petitioner: Petitioner = NOBODY
    telephone: str = ""
    address: str = ""
    content_class: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingForm(CaseForm):
    """Base of the forms on the handling of a case by the unit that it was given to."""

    handling_unit: str = ""
    handler: str = ""
    petitioner: Petitioner = NOBODY
    instructed_on: date | None = None
    due_on: date | None = None
    matter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter(Form):
    """Base of the letters that leave the office, which are told apart by their document number.

    The heading is 关于…的函 or 关于…的答复 (GB/T 9704-2012, 7.3.1: cause and kind): `subject`, such as
    王某反映某单位拖欠工资事项, stands between `before_subject` and `after_subject`.
    """

    before_subject: ClassVar[str] = "关于"
    after_subject: ClassVar[str] = ""

    document_no: str = ""
    subject: str = ""
    petitioner: Petitioner = NOBODY
    received_on: date | None = None
    channel: str = "来信"
    summary: str = ""
    attachments: tuple[str, ...] = ()
    contact: str = ""
    telephone: str = ""
    issued_on: date | None = None

    @property
    def heading(self) -> str:
        """What the letter is about, and of which kind it is."""
        return f"{self.before_subject}{self.subject or '信访事项'}{self.after_subject}"

    @property
    def number(self) -> str:
        """The document number."""
        return self.document_no


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceptionForm(IntakeForm):
    """接待登记表, with the fifteen elements of clause 一.2, and the statement separate from the note (一.3).

    `statement_version` counts from 1; an uncorrected statement is version 1. `conduct` is the check list of a reception
    (clause 十一.2): each point, and whether it was confirmed; empty if nobody was received.
    """

    title: ClassVar[str] = "信访接待登记表"
    template: ClassVar[str] = "reception_form.html"

    received_at: datetime | None = None
    registered_at: datetime | None = None
    headcount: int | None = None
    purpose: str = ""
    locality: str = ""
    sector: str = ""
    cause: str = ""
    main_problem: str = ""
    claims: str = ""
    suggestions: str = ""
    matter: str = ""
    reasons: str = ""
    result: str = ""
    verbatim_statement: str = ""
    statement_version: int = 1
    registrar_note: str = ""
    conduct: tuple[tuple[str, bool], ...] = ()
    conduct_note: str = ""
    registrar: Signature | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """An entry of the register. Numbers are never reused: a `voided` one stays, with its reason (clause 一.4)."""

    register_no: str
    received_on: date | None = None
    petitioner: Petitioner = NOBODY
    address: str = ""
    summary: str = ""
    content_class: str = ""
    handling_unit: str = ""
    result: str = ""
    registrar: str = ""
    note: str = ""
    voided: bool = False
    void_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialRegister(Form):
    """来信登记册 of one year, in the order of its numbers (clause 一.4). Landscape."""

    title: ClassVar[str] = "来信登记册"
    template: ClassVar[str] = "special_register.html"

    year: int
    rows: tuple[RegisterRow, ...] = ()

    @property
    def heading(self) -> str:
        """The title with the year."""
        return f"{self.year}年来信登记册"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingSlip(IntakeForm):
    """批办单: proposed action, instruction and acknowledgement, each with its signature (clauses 三.1 and 三.2).

    There may be several instructions, for example when the director instructs after a deputy director.
    """

    title: ClassVar[str] = "信访件批办单"
    template: ClassVar[str] = "routing_slip.html"

    received_on: date | None = None
    urgent: bool = False
    page_count: int | None = None
    due_on: date | None = None
    summary: str = ""
    proposed_action: Opinion = UNWRITTEN
    instructions: tuple[Opinion, ...] = ()
    handling_unit: str = ""
    receipt: Opinion = UNWRITTEN
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverList(CaseForm):
    """移交清单: time, main facts, opinions, papers, and the signatures of both sides (clause 一.4)."""

    title: ClassVar[str] = "信访事项内部移交清单"
    template: ClassVar[str] = "handover_list.html"

    handover_no: str = ""
    handed_over_at: datetime | None = None
    from_unit: str = ""
    to_unit: str = ""
    main_facts: str = ""
    opinions: str = ""
    papers: tuple[Paper, ...] = ()
    deliverer: Signature | None = None
    receiver: Signature | None = None

    @property
    def number(self) -> str:
        """The number of the handover."""
        return self.handover_no

    @property
    def total_pages(self) -> int:
        """The total pages of all papers with a page count."""
        return sum(paper.page_count or 0 for paper in self.papers)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferLetter(Letter):
    """转办函 to the competent authority (clause 四.3), with a receipt to be returned.

    `requests` are paragraphs.
    """

    title: ClassVar[str] = "转办函"
    template: ClassVar[str] = "transfer_letter.html"
    before_subject: ClassVar[str] = "关于转送"
    after_subject: ClassVar[str] = "的函"

    recipient: str = ""
    register_no: str = ""
    reason: str = ""
    requests: tuple[str, ...] = ()
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidanceNotice(Form):
    """告知单: the route and the authority for a matter that is not the office's (clause 二.1)."""

    title: ClassVar[str] = "信访事项告知单"
    template: ClassVar[str] = "guidance_notice.html"

    notice_no: str = ""
    petitioner: Petitioner = NOBODY
    raised_on: date | None = None
    matter: str = ""
    route: str = ""
    legal_basis: str = ""
    authority: str = ""
    authority_address: str = ""
    authority_telephone: str = ""
    explanation: str = ""
    registrar: Signature | None = None
    petitioner_signature: Signature | None = None
    issued_on: date | None = None

    @property
    def number(self) -> str:
        """The number of the notice."""
        return self.notice_no


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionNotice(HandlingForm):
    """督办单 to a unit that is late or in difficulty (chapter 九)."""

    title: ClassVar[str] = "信访事项督办单"
    template: ClassVar[str] = "supervision_notice.html"

    notice_no: str = ""
    urgent: bool = False
    overdue_days: int | None = None
    reason: str = ""
    requests: str = ""
    report_by: date | None = None
    issuer: Signature | None = None
    receipt: Opinion = UNWRITTEN
    progress: Opinion = UNWRITTEN
    issued_on: date | None = None

    @property
    def number(self) -> str:
        """The number of the notice."""
        return self.notice_no


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRequest(HandlingForm):
    """延期申请, submitted before the due date; it shows the first due date beside the new one (chapter 九)."""

    title: ClassVar[str] = "信访事项延期办理申请表"
    template: ClassVar[str] = "extension_request.html"

    first_due_on: date | None = None
    requested_due_on: date | None = None
    reason: str = ""
    progress: str = ""
    applicant: Signature | None = None
    unit_opinion: Opinion = UNWRITTEN
    decision: Opinion = UNWRITTEN
    requested_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultReport(HandlingForm):
    """办理结果报告: findings and evidence (clause 四.1), the result, the responsible leader's signature (四.2)."""

    title: ClassVar[str] = "信访事项办理结果报告"
    template: ClassVar[str] = "result_report.html"

    urgent: bool = False
    finished_on: date | None = None
    findings: str = ""
    evidence: tuple[Paper, ...] = ()
    result: str = ""
    feedback: str = ""
    reporter: Signature | None = None
    leader: Opinion = UNWRITTEN


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyLetter(Letter):
    """答复函 to the petitioner (clause 四.2), only after sign-off (二.2).

    `review_authority` is where a review can be requested within 30 days (信访工作条例, article 35); empty if there is
    none.
    """

    title: ClassVar[str] = "答复函"
    template: ClassVar[str] = "reply_letter.html"
    after_subject: ClassVar[str] = "的答复"

    findings: str = ""
    result: str = ""
    review_authority: str = ""
