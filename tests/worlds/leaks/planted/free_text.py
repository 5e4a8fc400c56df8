# ruff: noqa: E501 - a leak is easier to read in one line than in five
"""Leaks of text that is not screened: words of acts, reasons, names of files; and what tells an extract from a scan."""

from __future__ import annotations

from tests.worlds.leaks.leak import LETTERS, MATCHING, TEXTS, Leak

WORDS = "words of acts, reasons, papers, file names"

LEAKS = (
    Leak(
        "the words of an act keep nobody out",
        WORDS,
        "archive_app/cases/actions.py",
        "        keep_out(session, new)\n",
        "",
        ("named_in_an_act",),
    ),
    Leak(
        "a table is left out of the declaration",
        WORDS,
        "storage/written_words.py",
        "    return free_columns(Base.metadata)\n",
        '    return {table: columns for table, columns in free_columns(Base.metadata).items() if table.name != "case_steps"}\n',
        ("named_in_an_act",),
    ),
    Leak(
        "a reason keeps nobody out",
        WORDS,
        "archive_app/review/restrictions.py",
        "        concerns = [new, *mentions_in_words(session, case)]\n",
        "        mentions_in_words(session, case)\n        concerns = [new]\n",
        ("named_in_a_reason",),
    ),
    Leak(
        "the name of a file is not looked through",
        WORDS,
        TEXTS,
        '        *(("sources.name", name) for name in session.scalars(files)),\n',
        "",
        ("named_by_a_file",),
    ),
    Leak(
        "new names are not looked for in words of acts",
        WORDS,
        MATCHING,
        "        cases = _cases_with(session, own)\n",
        "        cases = dict[mentions.Key, set[int]]()\n",
        ("named_in_an_act_by_a_new_name",),
    ),
    Leak(
        "a download has the name that its file had on the bringer's machine",
        "merged cases, extracts",
        LETTERS,
        "        name = neutral_name(row.number, position, source)\n",
        "        name = source.name\n",
        ("extract_alone",),
        ("search.search", "links"),
    ),
    Leak(
        "an extract is told from a scan by the name of its file",
        "merged cases, extracts",
        "archive_app/letters/notices.py",
        """    return f"{number}-{position}{suffix if suffix in SUFFIXES else '.bin'}"\n""",
        """    return f"{number}.pdf" if source.name == "scan.pdf" else f"{number}-{position}{suffix}"\n""",
        ("extract",),
    ),
)
