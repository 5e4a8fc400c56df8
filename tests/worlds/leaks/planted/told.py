# ruff: noqa: E501 - a leak is easier to read in one line than in five
"""Leaks of what somebody was told: it changes afterwards, or tells too early."""

from __future__ import annotations

from tests.worlds.leaks.leak import INTAKES, Leak

MERGED = "merged cases, extracts"
ROW = "receipts, progress, queue times"

LEAKS = (
    Leak(
        "a receipt says what its reader sees of the letters now",
        ROW,
        INTAKES,
        "                outcome=each.outcome,  # type: ignore[arg-type]\n",
        '                outcome=each.outcome if session.scalar(visible_letters(reader).where(Letter.public_id == each.letter)) else "handed_over",\n',
        ("receipt_of_a_letter_accused_later",),
    ),
    Leak(
        "the title of a letter is on its receipt",
        ROW,
        INTAKES,
        "                name=_name(row.grouping, each.position, [file.name for file in files]),\n",
        '                name=session.scalar(visible_letters(reader).where(Letter.public_id == each.letter).with_only_columns(Letter.heading)) or "",\n',
        ("receipt_of_a_letter_accused_later",),
    ),
    Leak(
        "pages that the machine doubts are not done",
        ROW,
        INTAKES,
        'func.count(case((PageScan.state != "waiting", 1)))',
        'func.count(case((PageScan.report["warnings", 0, "code"].as_string().is_(None), 1)))',
        ("about_its_bringer_midway",),
    ),
    Leak(
        "the oldest letter of all is read first",
        ROW,
        "archive_app/letters/turns.py",
        "        .order_by(func.max(func.coalesce(ReadingTurn.number, 0)), oldest)\n",
        "        .order_by(oldest)\n",
        ("behind_many_hidden_letters",),
    ),
    Leak(
        "a merged case says what its reader sees of the other now",
        MERGED,
        "archive_app/cases/case_view.py",
        "            steps=_steps(session, steps),\n",
        "            steps=tuple(each for each in _steps(session, steps) if each.to_case is None or session.scalar(visible_cases(reader).where(Case.public_id == each.to_case[0]))),\n",
        ("merged_before",),
    ),
    Leak(
        "a case is merged into one that not all who see it may see",
        MERGED,
        "archive_app/cases/actions.py",
        "    if found is None or not candidates.see_also(context.session, context.case.id, found[0].id):\n",
        "    if found is None:\n",
        ("merged_after",),
    ),
)
