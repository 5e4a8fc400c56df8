"""What the codes of a case are called: states, acts, fields, and what is still missing.

The words are the English ones; `translations/zh` has the office's (`vocabulary.md`).
"""

from __future__ import annotations

from collections.abc import Mapping

from archive_app.domain.clocks import ALERT_PERCENTS
from archive_app.language.marking import N_

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
