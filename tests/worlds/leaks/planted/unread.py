# ruff: noqa: E501 - a leak is easier to read in one line than in five
"""Leaks of what could not be read reliably, and of pages that are scanned anew."""

from __future__ import annotations

from tests.worlds.leaks.leak import GRANTS, INTAKE, INTAKES, READING, Leak

LOOKING = "archive_app/review/look_through.py"
PAGE_TRUST = "archive_app/screening/page_trust.py"
NEW_SCANS = "archive_app/letters/new_scans.py"
ROW = "unreadable pages and files, pages scanned anew"

LEAKS = (
    Leak(
        "unread letters are open to leaders",
        ROW,
        GRANTS,
        'RoleGrant("checks", CHECKS, _waits_for_checker)',
        'RoleGrant("checks", (*CHECKS, "office_head", "deputy_director", "director"), _waits_for_checker)',
        ("unread_and_the_director",),
    ),
    Leak(
        "unread letters are open to reviewers before a checker has looked",
        ROW,
        GRANTS,
        "        Case.checked_by.is_not(None),\n        not_(_was_done_by(principal, Case.checked_by)),\n",
        "",
        ("unread_and_a_reviewer",),
    ),
    Leak(
        "staff of a watched unit check letters",
        ROW,
        GRANTS,
        "not_(Case.screened), not_(in_watched_unit(principal)),",
        "not_(Case.screened),",
        ("unread_and_a_checker_of_a_watched_unit",),
    ),
    Leak(
        "one alone looks a letter through",
        ROW,
        LOOKING,
        "    case.checked_by = reader.account_id\n",
        "    case.checked_by, case.screened = reader.account_id, True\n",
        ("one_has_looked_through",),
    ),
    Leak(
        "the mean of a letter hides a page",
        ROW,
        READING,
        "all(is_trusted(lines, report) for lines, report in pages)",
        "is_trusted([line for lines, _ in pages for line in lines], None)",
        ("a_bad_page_behind_a_good_one",),
    ),
    Leak(
        "a page without lines is blank, whatever ink it has",
        ROW,
        PAGE_TRUST,
        "return unread is not None and unread < BLANK_INK",
        "return True",
        ("a_back_with_ink",),
    ),
    Leak(
        "ink beside the lines is nothing",
        ROW,
        PAGE_TRUST,
        "and (unread is None or unread <= UNREAD_INK)",
        "",
        ("ink_beside_the_lines",),
    ),
    Leak(
        "a letter with a failed page is open",
        ROW,
        READING,
        "case.screened = not failed and can_be_trusted(session, letter)",
        "case.screened = failed or can_be_trusted(session, letter)",
        ("a_failed_page",),
    ),
    Leak(
        "a new scan is shown before it is screened",
        ROW,
        NEW_SCANS,
        'return "done" if session.get_one(Case, letter.case_id).read_at is None else "read"',
        'return "done"',
        ("scanned_anew_not_screened",),
    ),
    Leak(
        "a new file is an original before it is screened",
        ROW,
        INTAKE,
        '        _add_scan(page, source, 0, part="whole", turn=None, scan=page.scans[-1].number + 1)\n',
        '        _add_scan(page, source, 0, part="whole", turn=None, scan=page.scans[-1].number + 1)\n        session.add(LetterSource(letter_id=letter.id, source_id=source.id, position=position))\n',
        ("brought_in_anew",),
    ),
    Leak(
        "a receipt names the file of a new scan",
        ROW,
        INTAKES,
        " for source in row.sources if not source.replaces_page)",
        " for source in row.sources)",
        ("brought_in_anew",),
    ),
)
