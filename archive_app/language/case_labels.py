"""What the codes of a case are called: states, acts, fields, code tables, and what is still missing.

The words are the English ones; `translations/zh` has the office's (`vocabulary.md`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context
from flask_babel import get_locale, gettext

from archive_app.domain.clocks import ALERT_PERCENTS
from archive_app.domain.code_tables import DEFAULTS, UNCHANGED, CodeTables
from archive_app.domain.deadlines import Holder
from archive_app.language.catalogues import FOLDER, compile_missing
from archive_app.language.sentences import CHANNELS, N_, add_filters, month

CASE_STATES: Mapping[str, str] = {
    "received": N_("Received, not registered"),
    "registered": N_("Registered"),
    "pending_instruction": N_("Waiting for an instruction"),
    "instructed": N_("Instructed"),
    "dispatched": N_("Waiting for the unit's receipt"),
    "in_handling": N_("Being handled"),
    "pending_signoff": N_("Waiting for sign-off"),
    "signed_off": N_("Signed off"),
    "feedback_due": N_("Feedback due"),
    "closed": N_("Closed"),
    "filed": N_("Filed"),
    "bundled": N_("In the year's bundle"),
    "resolved_on_site": N_("Resolved on the spot"),
    "guided": N_("Guided elsewhere"),
    "transferred_out": N_("Transferred out"),
    "returned": N_("Returned by the unit"),
    "merged": N_("Merged"),
    "reopened": N_("Reopened"),
    "voided": N_("Void"),
}

TOLD: Mapping[str, str] = {
    "propose": N_("Case %(number)s waits for your instruction"),
    "instruct": N_("Case %(number)s is instructed and waits to be handed to its unit"),
    "send_back": N_("Case %(number)s was sent back to the office"),
    "hand_over": N_("Case %(number)s was handed to you and waits for your receipt"),
    "decline": N_("Case %(number)s was returned by the unit"),
    "submit_result": N_("Case %(number)s waits for your signature"),
    "refuse_result": N_("The result of case %(number)s was not signed: it is to be handled further"),
    "hand_on": N_("Case %(number)s was handed to you to instruct and to sign"),
    "sign_off": N_("The result of case %(number)s is signed and waits to be taken in"),
    "reopen": N_("Case %(number)s was opened again"),
    "report_major": N_("Case %(number)s is a major matter"),
    "mark_urgent": N_("Case %(number)s is urgent now"),
    "supervise": N_("Case %(number)s is supervised: carry it on"),
    "ask_extension": N_("More time is asked for in case %(number)s"),
    "grant_extension": N_("More time was given for case %(number)s"),
    "refuse_extension": N_("More time was refused for case %(number)s"),
    **{f"used_{percent}": N_("%(percent)s %% of the time for case %(number)s is used") for percent in ALERT_PERCENTS},
    "overdue": N_("The time for case %(number)s has run out"),
}
"""What somebody is told of a case, by what caused it: its number, and no more of it."""

ACTS: Mapping[str, str] = {
    "register": N_("Registered"),
    "propose": N_("Propose an action"),
    "instruct": N_("Instruct"),
    "send_back": N_("Send back to the office"),
    "hand_on": N_("Hand on to another leader"),
    "hand_over": N_("Hand over to the unit"),
    "acknowledge_receipt": N_("Sign for the papers"),
    "decline": N_("Return to the office"),
    "record_finding": N_("Write down a finding"),
    "submit_result": N_("Submit the result"),
    "sign_off": N_("Sign off the result"),
    "refuse_result": N_("Not yet: handle it further"),
    "take_back": N_("Take the signed result in"),
    "give_feedback": N_("Answer the petitioner"),
    "close": N_("Close the case"),
    "resolve_on_site": N_("Resolve on the spot"),
    "redirect": N_("Guide to another authority"),
    "transfer_out": N_("Transfer out"),
    "note_receipt": N_("Note the other authority's receipt"),
    "merge": N_("Merge into another case"),
    "void": N_("Void the number"),
    "reopen": N_("Reopen"),
    "report_major": N_("Report as a major matter"),
    "mark_urgent": N_("Make it urgent"),
    "ask_extension": N_("Ask for more time"),
    "grant_extension": N_("Grant more time"),
    "refuse_extension": N_("Refuse more time"),
    "supervise": N_("Supervise"),
}

WORDS_OF: Mapping[str, str] = {
    "propose": N_("Proposed action"),
    "instruct": N_("Instruction"),
    "hand_over": N_("Main facts and opinion"),
    "acknowledge_receipt": N_("Remark"),
    "record_finding": N_("Finding"),
    "submit_result": N_("Result"),
    "sign_off": N_("Opinion"),
    "take_back": N_("Remark"),
    "give_feedback": N_("What was answered"),
    "close": N_("Outcome"),
    "resolve_on_site": N_("What was answered or explained"),
    "redirect": N_("What was explained"),
    "transfer_out": N_("Reason"),
    "note_receipt": N_("Number and day of the receipt"),
    "merge": N_("Reason"),
    "report_major": N_("What was reported, and to whom"),
    "ask_extension": N_("Reason"),
    "grant_extension": N_("Opinion"),
    "supervise": N_("What is asked for"),
}
"""What the words of an act are; of every other act they are its reason."""

FORM_FIELDS: Mapping[str, str] = {
    "channel": N_("How it came"),
    "received_at": N_("Received on"),
    "anonymous": N_("Anonymous"),
    "petitioner": N_("Petitioner"),
    "address": N_("Unit or home address"),
    "telephone": N_("Telephone number"),
    "headcount": N_("Headcount"),
    "signatories": N_("Other signatories"),
    "purpose": N_("Purpose"),
    "locality": N_("Locality"),
    "street": N_("Street or town"),
    "content_class": N_("Content class"),
    "sector": N_("Sector"),
    "cause": N_("Cause"),
    "main_problem": N_("Main problem"),
    "claims": N_("Claims"),
    "suggestions": N_("Suggestions"),
    "matter": N_("Matter"),
    "reasons": N_("Reasons"),
    "verbatim_statement": N_("Verbatim statement"),
    "registrar_note": N_("Registrar's note"),
    "feedback_by": N_("Wants to be answered by"),
    "conduct": N_("Check list of the reception"),
    "conduct_note": N_("Why a point cannot be confirmed"),
}

DEED_FIELDS: Mapping[str, str] = {
    "unit": N_("Handling unit"),
    "instructor": N_("Who instructs it"),
    "investigators": N_("Who handles it by name"),
    "urgent": N_("Urgent"),
    "days": N_("Days"),
    "evidence": N_("Evidence"),
    "papers": N_("Other papers handed over"),
    "authority": N_("Authority"),
    "route": N_("Route"),
    "way_of_handling": N_("Way of handling"),
    "feedback_by": N_("How it was answered"),
    "other": N_("Register number of the other case"),
}

PURPOSES: Mapping[str, str] = {
    "appeal": N_("Appeal"),
    "request": N_("Request"),
    "opinion": N_("Opinion or suggestion"),
    "accusation": N_("Accusation"),
    "consultation": N_("Consultation"),
    "other": N_("Other purpose"),
}

CONTENT_CLASSES: Mapping[str, str] = {
    "agriculture": N_("Countryside and agriculture"),
    "land": N_("Land and resources"),
    "construction": N_("Urban and rural construction"),
    "labour": N_("Labour and social security"),
    "health": N_("Health"),
    "education": N_("Education, culture and sport"),
    "civil_affairs": N_("Civil affairs"),
    "justice": N_("Police, courts and justice"),
    "economy": N_("Economic management"),
    "transport": N_("Transport"),
    "trade": N_("Trade and tourism"),
    "technology": N_("Science, technology and information industry"),
    "environment": N_("Environmental protection"),
    "party_and_government": N_("Party and government affairs"),
    "personnel": N_("Organisation and personnel"),
    "discipline": N_("Discipline inspection"),
    "TJ1": N_("TJ1 Leaders interfering with statistics"),
    "TJ2": N_("TJ2 Statistical staff breaking rules"),
    "TJ3": N_("TJ3 Refused or late reports"),
    "TJ4": N_("TJ4 Census and household surveys"),
    "TJ5": N_("TJ5 Doubts and questions about data"),
    "TJ6": N_("TJ6 Objection to statistical enforcement"),
    "TJ7": N_("TJ7 Personnel, wages, retirement"),
    "TJ8": N_("TJ8 Conduct and discipline"),
    "TJ9": N_("TJ9 Other of the bureau"),
    "TJ0": N_("TJ0 Not of this bureau"),
    "other": N_("Other content"),
}

SECTORS: Mapping[str, str] = {
    "statistics": N_("Statistics system"),
    "survey_offices": N_("National survey offices"),
    "district_departments": N_("District departments"),
    "towns_and_zones": N_("Streets, towns and development zones"),
    "enterprises": N_("Enterprises and institutions"),
    "other": N_("Other sector"),
}

CAUSES: Mapping[str, str] = {
    "policy": N_("Policy"),
    "mistake": N_("Mistake in the work"),
    "attitude": N_("Attitude"),
    "passing_on": N_("Passing on and putting off"),
    "legacy": N_("Legacy of the past"),
    "excessive": N_("Excessive demand"),
    "misunderstanding": N_("Misunderstanding"),
    "other": N_("Other cause"),
}

FEEDBACK: Mapping[str, str] = {
    "letter": N_("Letter of reply"),
    "telephone": N_("Telephone call"),
    "visit": N_("In person"),
    "online": N_("On the network"),
    "none": N_("No answer is wanted, or possible"),
}

CONDUCT: Mapping[str, str] = {
    "no_promise": N_("Nothing substantive was promised about how the matter will be settled"),
    "no_leak": N_("Nothing was said of what is studied internally"),
    "no_gift": N_("No gifts, money or securities were taken"),
}

WAYS_OF_HANDLING: Mapping[str, str] = {
    "direct_reply": N_("Direct reply"),
    "forwarding": N_("Forwarded"),
    "assignment": N_("Assigned"),
    "guidance": N_("Guided"),
    "supervision": N_("Supervised"),
    "not_accepted": N_("Not accepted"),
    "no_longer_accepted": N_("No longer accepted"),
    "filed_only": N_("Filed only"),
}

DIVISIONS: Mapping[str, str] = {
    "120116": N_("Binhai New Area"),
    "120101": N_("Heping"),
    "120102": N_("Hedong"),
    "120103": N_("Hexi"),
    "120104": N_("Nankai"),
    "120105": N_("Hebei District"),
    "120106": N_("Hongqiao"),
    "120110": N_("Dongli"),
    "120111": N_("Xiqing"),
    "120112": N_("Jinnan"),
    "120113": N_("Beichen"),
    "120114": N_("Wuqing"),
    "120115": N_("Baodi"),
    "120117": N_("Ninghe"),
    "120118": N_("Jinghai"),
    "120119": N_("Jizhou"),
    "000000": N_("Elsewhere"),
}

MISSING: Mapping[str, str] = {
    "finding_missing": N_("first write down what was found"),
    "feedback_missing": N_("the petitioner wants to be answered and was not yet"),
    "feedback_impossible": N_("the petitioner does not want to be answered, or cannot be"),
    "major_to_be_signed": N_("a major matter is not settled without a leader's signature"),
    "not_spoken": N_("only a visit or a call is resolved on the spot"),
    "urgent_already": N_("the case is urgent already"),
    "major_already": N_("it has been reported already"),
    "time_has_run_out": N_("the time has run out; report to the leader why it is late"),
    "no_extension_asked": N_("nobody has asked for more time"),
    "extension_asked_already": N_("more time was asked for already"),
    "conduct_unconfirmed": N_("first confirm the check list of the reception, on the form"),
    "leader_still_there": N_(
        "who instructed it can still sign; if that must change, take them off the list of who may see it first"
    ),
    "no_time_runs": N_("no time limit runs for this case"),
}
"""What stands in the way of an act, by the code of its requirement (`archive_app.domain.workflow`)."""

PRINTS: Mapping[str, str] = {
    "reception_form": N_("Registration form"),
    "routing_slip": N_("Routing slip"),
    "handover_list": N_("Handover list"),
    "transfer_letter": N_("Transfer letter"),
    "guidance_notice": N_("Guidance notice"),
    "supervision_notice": N_("Supervision notice"),
    "extension_request": N_("Extension request"),
    "result_report": N_("Report of the result"),
    "reply_letter": N_("Reply letter"),
}

CLOCKS: Mapping[str, str] = {"handling": N_("Handling"), "transfer": N_("Transfer")}

LEVELS: Mapping[str, str] = {
    "overdue": N_("overdue"),
    "99": N_("99 per cent used"),
    "85": N_("85 per cent used"),
    "75": N_("75 per cent used"),
    "50": N_("50 per cent used"),
    "0": N_("less used"),
}
"""How pressing a time limit is (`archive_app.domain.deadlines`)."""

HOLDERS: Mapping[str, str] = {
    "office": N_("The petition office"),
    "leaders": N_("A leader (nobody is named)"),
    "restricted": N_("Restricted"),
}
"""With whom a case is, where no unit and no person is named."""

HOLIDAYS: Mapping[str, str] = {
    "元旦": N_("New Year"),
    "春节": N_("Spring Festival"),
    "清明": N_("Tomb Sweeping Day"),
    "清明节": N_("Tomb Sweeping Day"),
    "劳动节": N_("Labour Day"),
    "端午": N_("Dragon Boat Festival"),
    "端午节": N_("Dragon Boat Festival"),
    "中秋": N_("Mid-Autumn Festival"),
    "中秋节": N_("Mid-Autumn Festival"),
    "国庆节": N_("National Day"),
}
"""The holidays by the names that the State Council gives them."""

DAYS_GROUPS: Mapping[str, str] = {
    "place": N_("Place"),
    "unit": N_("Handling unit"),
    "month": N_("Month of registration"),
    "content_class": N_("Content class"),
    "purpose": N_("Purpose"),
}
"""What the figures of how long cases took are grouped by."""

DAYS_COLUMNS: Mapping[str, str] = {
    "registered": N_("Registered"),
    "answered": N_("Answered"),
    "waiting": N_("Not answered yet"),
    "mean": N_("Average days"),
    "median": N_("Median days"),
    "longest": N_("Longest, days"),
    "in_time": N_("In time"),
}

TABLES: Mapping[str, Mapping[str, str]] = {
    "channel": CHANNELS,
    "purpose": PURPOSES,
    "content_class": CONTENT_CLASSES,
    "sector": SECTORS,
    "cause": CAUSES,
    "feedback_by": FEEDBACK,
    "way_of_handling": WAYS_OF_HANDLING,
    "locality": DIVISIONS,
    "conduct": CONDUCT,
    "street": {},
}
"""The words of each field that takes a code."""


def case_state(code: str) -> str:
    """How far the case is."""
    return _named(CASE_STATES, code)


def act(code: str) -> str:
    """Something that is, or was, done with a case."""
    return _named(ACTS, code)


def told(kind: str, number: str) -> str:
    """What somebody is told of the case with this number."""
    return gettext(TOLD[kind], number=number, percent=kind.rpartition("_")[2])


def words_of(code: str) -> str:
    """What the words of an act are called."""
    return gettext(WORDS_OF[code]) if code in WORDS_OF else gettext("Reason")


def form_field(name: str) -> str:
    """A field of the registration form."""
    return _named(FORM_FIELDS, name)


def deed_field(name: str) -> str:
    """A field of an act."""
    return _named(DEED_FIELDS, name)


def coded(code: str, field: str) -> str:
    """A code of a field, in words, the office's own going first; nothing for an empty one."""
    if not code:
        return ""
    return _tables().words(field, code, chinese=_is_chinese()) or _named(TABLES[field], code)


def channel(code: str) -> str:
    """How it came."""
    return coded(code, "channel")


def in_english(code: str, field: str) -> str:
    """The program's own English word for a code; "" for a code that is none of its own."""
    return TABLES[field].get(code, "")


def table_name(field: str) -> str:
    """A code table."""
    return deed_field(field) if field in DEED_FIELDS else form_field(field)


def missing(code: str) -> str:
    """What stands in the way of an act."""
    return _named(MISSING, code)


def print_form(code: str) -> str:
    """A form that can be printed of a case."""
    return _named(PRINTS, code)


def in_chinese(field: str, code: str) -> str:
    """A code of a field in Chinese, whatever language the reader has chosen: for the office's own forms."""
    tables = {**TABLES, "state": CASE_STATES, "clock": CLOCKS}
    return str(_chinese().gettext(tables[field][code])) if code in tables[field] else code


@cache
def _chinese() -> NullTranslations:
    compile_missing()
    return Translations.load(str(FOLDER), ["zh"])


def clock_kind(code: str) -> str:
    """Which time limit it is."""
    return _named(CLOCKS, code)


def level(code: str) -> str:
    """How pressing a time limit is."""
    return _named(LEVELS, code)


def holder(one: Holder) -> str:
    """With whom a case is: the name of a unit or a person, or what stands in its place."""
    return one.name or _named(HOLDERS, one.key)


def holiday(name: str) -> str:
    """A holiday; one that is not in the table is called what its announcement calls it."""
    return _named(HOLIDAYS, name)


def days_title(by: str) -> str:
    """What the figures are grouped by."""
    return _named(DAYS_GROUPS, by)


def days_column(code: str) -> str:
    """A column of the figures."""
    return _named(DAYS_COLUMNS, code)


def days_group(key: Sequence[str], by: Sequence[str]) -> str:
    """A group of the figures of how long cases took (`archive_app.cases.handling_days.DIMENSIONS`)."""
    return " · ".join(filter(None, (_of_dimension(code, name) for code, name in zip(key, by, strict=True))))


def _of_dimension(code: str, name: str) -> str:
    if name == "month":
        return month(date.fromisoformat(f"{code}-01"))
    if name == "unit":
        return code or gettext("Not given to a unit")
    return code if name == "street" else coded(code, name)


def table_of(field: str, kept: str = "") -> list[tuple[str, str]]:
    """The codes that a field offers with their words, in the table's order, and the one that a form has kept."""
    offered = _tables().offered(field) if field in DEFAULTS else tuple(TABLES[field])
    more = (kept,) if kept and kept not in offered and kept in _tables().known(field) else ()
    return [(code, coded(code, field)) for code in (*offered, *more)]


def _tables() -> CodeTables:
    """The code tables as they stand, asked for once in a request; without one, as they are from the beginning."""
    if not has_request_context():
        return UNCHANGED
    if "code_tables" not in g:
        g.code_tables = current_app.extensions["code_tables"]()
    found: CodeTables = g.code_tables
    return found


def _is_chinese() -> bool:
    return str(get_locale()).startswith("zh")


def _named(names: Mapping[str, str], code: str) -> str:
    return gettext(names[code]) if code in names else code


def setup(app: Flask) -> None:
    """Give the templates the words."""
    add_filters(
        app,
        case_state=case_state,
        act=act,
        told=told,
        words_of=words_of,
        form_field=form_field,
        deed_field=deed_field,
        coded=coded,
        channel=channel,
        coded_in_chinese=lambda code, field: in_chinese(field, code) if code in TABLES[field] else "",
        coded_in_english=in_english,
        table_name=table_name,
        missing=missing,
        clock_kind=clock_kind,
        print_form=print_form,
        level=level,
        holder=holder,
        holiday=holiday,
        days_title=days_title,
        days_column=days_column,
        days_group=days_group,
    )
    app.jinja_env.globals.update(table_of=table_of, as_day=date.fromisoformat)
