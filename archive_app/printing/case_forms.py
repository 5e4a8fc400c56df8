"""The office's forms of a case: which can be printed now, and the content of each. Pure values.

The forms are Chinese in every language of the reader; `word` gives a code's Chinese words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from archive_app.cases.results import CaseView, RegisterRow, StepView
from archive_app.domain.code_tables import Word
from archive_app.domain.codes import CONDUCT
from archive_app.domain.registration_form import SPOKEN
from archive_app.forms import values
from archive_app.forms.parts import UNWRITTEN, Form, Opinion, Paper, Petitioner, Signature
from archive_app.office_time import office_day

OFFICE = "办公室"


@dataclass(frozen=True, slots=True)
class Source:
    """The data of a form: the case, the office's name, the words, and the pictures of signatures by their SHA-256."""

    case: CaseView
    organisation: str
    word: Word
    picture: Callable[[str], bytes]

    def last(self, act: str) -> StepView | None:
        """The last step of a kind."""
        return next((step for step in reversed(self.case.steps) if step.act == act), None)

    def words(self, act: str) -> str:
        """The text of the last step of a kind."""
        step = self.last(act)
        return "" if step is None else step.words

    def opinion(self, act: str) -> Opinion:
        """The text of the last step of a kind, with its signer."""
        step = self.last(act)
        return UNWRITTEN if step is None else self.written(step)

    def written(self, step: StepView) -> Opinion:
        """The text of a step, with its signer."""
        return Opinion(text=step.words, signature=self.signed(step))

    def signed(self, step: StepView | None) -> Signature | None:
        """The signer of a step: the name, the moment, the account, and the picture of the signature at that time."""
        if step is None:
            return None
        image = self.picture(step.signature) if step.signature else None
        return Signature(name=step.by, signed_at=step.at, account=step.account, image=image)

    def day(self, act: str) -> date | None:
        """The day of the last step of a kind."""
        step = self.last(act)
        return None if step is None else office_day(step.at)

    @property
    def petitioner(self) -> Petitioner:
        """The petitioner's name."""
        return Petitioner(name=self.case.form.petitioner, anonymous=self.case.form.anonymous)

    @property
    def unit(self) -> str:
        """The handling unit."""
        step = self.last("instruct")
        return "" if step is None else step.unit

    @property
    def named(self) -> tuple[str, ...]:
        """The handler, if one was appointed by name."""
        step = self.last("instruct")
        return () if step is None else step.people

    @property
    def due(self) -> date | None:
        """The due day."""
        return None if self.case.clock is None else self.case.clock.due

    @property
    def office(self) -> dict[str, Any]:
        """The values that every form has."""
        return {"organisation": self.organisation, "restricted": self.case.restricted}

    @property
    def numbered(self) -> dict[str, Any]:
        """The values of a form that has the register number (`values.CaseForm`)."""
        return {**self.office, "register_no": self.case.register_no}

    @property
    def intake(self) -> dict[str, Any]:
        """The values of a form on how the case came in (`values.IntakeForm`)."""
        form = self.case.form
        return {
            **self.numbered,
            "channel": self.code("channel"),
            "petitioner": self.petitioner,
            "telephone": form.telephone,
            "address": form.address,
            "content_class": self.code("content_class"),
        }

    @property
    def handling(self) -> dict[str, Any]:
        """The values of a form on the handling of the case (`values.HandlingForm`); who handles it comes with each."""
        return {
            **self.numbered,
            "handling_unit": self.unit,
            "petitioner": self.petitioner,
            "instructed_on": self.day("instruct"),
            "due_on": self.due,
            "matter": self.case.form.main_problem,
        }

    @property
    def letter(self) -> dict[str, Any]:
        """The values of a letter that leaves the office (`values.Letter`)."""
        return {
            **self.office,
            "document_no": self.case.register_no,
            "subject": f"“{self.case.form.main_problem}”信访事项",
            "petitioner": self.petitioner,
            "received_on": office_day(self.case.received_at),
            "channel": self.code("channel"),
            "summary": self.case.form.claims,
        }

    def code(self, field: str) -> str:
        """The words of a coded field of the registration form."""
        return self.word(field, getattr(self.case.form, field))


@dataclass(frozen=True, slots=True)
class Paperwork:
    """A form that can be printed: `after` is the action after which it has content ("": always)."""

    code: str
    after: str
    fill: Callable[[Source], Form]


def printable(case: CaseView) -> tuple[str, ...]:
    """The codes of the forms that can be printed of a case in its present state."""
    done = {step.act for step in case.steps} | {""}
    return tuple(paper.code for paper in PAPERS.values() if paper.after in done)


def special_register(organisation: str, year: int, rows: tuple[RegisterRow, ...], word: Word) -> Form:
    """The register of a year, on paper. A restricted case is listed with its number only."""
    return values.SpecialRegister(
        organisation=organisation, year=year, rows=tuple(_register_row(row, word) for row in rows)
    )


def _reception_form(of: Source) -> Form:
    case, form = of.case, of.case.form
    return values.ReceptionForm(
        **of.intake,
        received_at=case.received_at,
        registered_at=case.registered_at,
        headcount=form.headcount,
        purpose=of.code("purpose"),
        locality=" ".join(filter(None, (of.code("locality"), form.street))),
        sector=of.code("sector"),
        cause=of.code("cause"),
        main_problem=form.main_problem,
        claims=form.claims,
        suggestions=form.suggestions,
        matter=form.matter,
        reasons=form.reasons,
        result=of.words("close") or of.words("resolve_on_site"),
        verbatim_statement=form.verbatim_statement,
        statement_version=case.version,
        registrar_note=form.registrar_note,
        conduct=tuple((of.word("conduct", code), code in form.conduct) for code in CONDUCT if form.channel in SPOKEN),
        conduct_note=form.conduct_note,
        registrar=of.signed(of.last("register")),
    )


def _routing_slip(of: Source) -> Form:
    case, form = of.case, of.case.form
    return values.RoutingSlip(
        **of.intake,
        received_on=office_day(case.received_at),
        urgent=case.urgent,
        page_count=sum(letter.page_count for letter in case.letters),
        due_on=of.due,
        summary=form.main_problem,
        proposed_action=of.opinion("propose"),
        instructions=tuple(of.written(step) for step in case.steps if step.act == "instruct"),
        handling_unit=of.unit + (f"（指定承办人：{'、'.join(of.named)}）" if of.named else ""),
        receipt=of.opinion("acknowledge_receipt"),
    )


def _handover_list(of: Source) -> Form:
    case, handed, received = of.case, of.last("hand_over"), of.last("acknowledge_receipt")
    if handed is not None and received is not None and received.number < handed.number:
        received = None
    return values.HandoverList(
        **of.numbered,
        handover_no=f"{case.register_no}-{handed.number}" if handed else "",
        handed_over_at=handed.at if handed else None,
        from_unit=OFFICE,
        to_unit=handed.unit if handed else "",
        main_facts=case.form.main_problem,
        opinions=handed.words if handed else "",
        papers=tuple(_paper(each) for each in (handed.details.get("papers", ()) if handed else ())),
        deliverer=of.signed(handed),
        receiver=of.signed(received),
    )


def _transfer_letter(of: Source) -> Form:
    case, step = of.case, of.last("transfer_out")
    return values.TransferLetter(
        **of.letter,
        recipient=step.details["authority"] if step else "",
        register_no=case.register_no,
        reason=step.words if step else "",
        attachments=tuple(f"{letter.number}（{letter.page_count}页）" for letter in case.letters if letter.page_count),
        urgent=case.urgent,
        issued_on=of.day("transfer_out"),
    )


def _guidance_notice(of: Source) -> Form:
    case, step = of.case, of.last("redirect")
    return values.GuidanceNotice(
        **of.office,
        notice_no=case.register_no,
        petitioner=of.petitioner,
        raised_on=office_day(case.received_at),
        matter=case.form.main_problem,
        route=step.details["route"] if step else "",
        authority=step.details["authority"] if step else "",
        explanation=step.words if step else "",
        registrar=of.signed(step),
        issued_on=of.day("redirect"),
    )


def _supervision_notice(of: Source) -> Form:
    case, step = of.case, of.last("supervise")
    late = (office_day(step.at) - of.due).days if step and of.due else 0
    return values.SupervisionNotice(
        **of.handling,
        notice_no=f"{case.register_no}-{step.number}" if step else "",
        urgent=case.urgent,
        overdue_days=late if late > 0 else None,
        requests=step.words if step else "",
        issuer=of.signed(step),
        issued_on=of.day("supervise"),
    )


def _extension_request(of: Source) -> Form:
    case, step = of.case, of.last("ask_extension")
    clock = case.clock
    granted, refused = of.last("grant_extension"), of.last("refuse_extension")
    answers = [each for each in (granted, refused) if each and step and each.number > step.number]
    wanted = clock.first_due + timedelta(days=step.details["days"]) if clock and step and not answers else None
    return values.ExtensionRequest(
        **of.handling,
        handler=step.by if step else "",
        first_due_on=clock.first_due if clock else None,
        requested_due_on=wanted,
        reason=step.words if step else "",
        applicant=of.signed(step),
        decision=_decision(of, answers[-1]) if answers else UNWRITTEN,
        requested_on=of.day("ask_extension"),
    )


def _result_report(of: Source) -> Form:
    case, step = of.case, of.last("submit_result")
    findings = [each for each in case.steps if each.act == "record_finding"]
    evidence = tuple(
        Paper(title=line) for each in findings for line in str(each.details.get("evidence", "")).splitlines() if line
    )
    return values.ResultReport(
        **of.handling,
        handler=step.by if step else "",
        urgent=case.urgent,
        finished_on=of.day("submit_result"),
        findings="\n".join(each.words for each in findings),
        evidence=evidence,
        result=step.words if step else "",
        feedback=of.words("give_feedback"),
        reporter=of.signed(step),
        leader=of.opinion("sign_off"),
    )


def _reply_letter(of: Source) -> Form:
    case = of.case
    return values.ReplyLetter(
        **of.letter,
        findings="\n".join(each.words for each in case.steps if each.act == "record_finding"),
        result=of.words("submit_result"),
        issued_on=of.day("give_feedback") or of.day("take_back"),
    )


PAPERS: Mapping[str, Paperwork] = {
    paper.code: paper
    for paper in (
        Paperwork("reception_form", "", _reception_form),
        Paperwork("routing_slip", "propose", _routing_slip),
        Paperwork("handover_list", "hand_over", _handover_list),
        Paperwork("transfer_letter", "transfer_out", _transfer_letter),
        Paperwork("guidance_notice", "redirect", _guidance_notice),
        Paperwork("supervision_notice", "supervise", _supervision_notice),
        Paperwork("extension_request", "ask_extension", _extension_request),
        Paperwork("result_report", "submit_result", _result_report),
        Paperwork("reply_letter", "take_back", _reply_letter),
    )
}
"""The forms of a case. No reply is printed before the result was signed (二.2)."""


def _decision(of: Source, step: StepView) -> Opinion:
    said = "同意延期" if step.act == "grant_extension" else "不同意延期"
    return Opinion(text="：".join(filter(None, (said, step.words))), signature=of.signed(step))


def _paper(kept: Mapping[str, object]) -> Paper:
    sums = kept.get("sha256") or ()
    first, *others = (*sums, "") if isinstance(sums, list) else ("",)
    note = f"另有原件{len(others) - 1}份" if len(others) > 1 else ""
    pages = kept.get("pages")
    return Paper(
        title=str(kept["title"]), page_count=pages if isinstance(pages, int) else None, sha256=str(first), note=note
    )


def _register_row(row: RegisterRow, word: Word) -> values.RegisterRow:
    if row.restricted:
        return values.RegisterRow(register_no=row.register_no, received_on=office_day(row.received_at), note="受限件")
    return values.RegisterRow(
        register_no=row.register_no,
        received_on=office_day(row.received_at),
        petitioner=Petitioner(name=row.petitioner, anonymous=not row.petitioner),
        address=row.address,
        summary=row.main_problem,
        content_class=word("content_class", row.content_class),
        handling_unit=row.unit,
        result=word("state", row.state),
        registrar=row.registered_by,
        voided=row.void,
        void_reason=row.void_reason,
    )
