"""Leaks in the spellings of names that screening looks for."""

from __future__ import annotations

from tests.worlds.leaks.leak import Leak

PIECES = "names in pieces (周·砚秋, over a line or page foot, surname + post, 老周, 砚秋同志)"
NICKNAMES = "index/names/nicknames.py"

LEAKS = (
    Leak(
        "names with something between their characters are not looked for",
        PIECES,
        "index/names/spellings.py",
        "    split = tuple(_split(closed)) if closed == joined else ()\n",
        "    split = ()\n",
        ("name_in_pieces",),
    ),
    Leak(
        "a surname before a title is not looked for",
        PIECES,
        NICKNAMES,
        "        yield surname + title, ANYWHERE\n",
        "        pass\n",
        ("surname_and_post",),
    ),
    Leak(
        "what the holders of a role are called is not looked for",
        PIECES,
        "archive_app/screening/searched_names.py",
        "        posts.setdefault(person, []).extend(TITLES.get(role, ()))\n",
        "        pass\n",
        ("surname_and_post",),
    ),
    Leak(
        "nicknames are not looked for",
        PIECES,
        NICKNAMES,
        "    for before in _BEFORE_SURNAME:\n",
        "    for before in ():\n",
        ("nickname",),
    ),
    Leak(
        "the words of a person's unit are not known",
        PIECES,
        "archive_app/screening/searched_names.py",
        "units=units.get(person, ())",
        "units=()",
        ("nickname", "given_name"),
    ),
    Leak(
        "a given name before an address is not looked for",
        PIECES,
        NICKNAMES,
        "        yield given + after, NEAR if ordinary else ANYWHERE\n",
        "        pass\n",
        ("given_name_and_address",),
    ),
    Leak(
        "a name in Latin letters is not looked for",
        PIECES,
        NICKNAMES,
        "    for form in _latin(surname, letters[len(surname) :]):\n",
        "    for form in ():\n",
        ("name_in_latin_letters",),
    ),
    Leak(
        "no name goes on over the end of a page",
        PIECES,
        "index/names/pages.py",
        "    for page, following in pairwise(read):\n",
        "    for page, following in ():\n",
        ("name_over_a_page_end",),
    ),
)
