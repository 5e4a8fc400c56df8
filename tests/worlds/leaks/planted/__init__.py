# ruff: noqa: E501 - a leak is easier to read in one line than in five
"""The leaks that are planted, one after the other, into a copy of the code base, and what must catch them.

One module per topic, each with a tuple `LEAKS`. Where a channel does not exist in the application yet, the most alike
leak that can exist today is planted.
"""

from __future__ import annotations

from tests.worlds.leaks.leak import ACCESS, INTAKE, LETTERS, LOOKUPS, SEARCH
from tests.worlds.leaks.planted import channels, free_text, names, rule, searching, second_person, table, told

LEAKS = (
    *channels.LEAKS,
    *free_text.LEAKS,
    *names.LEAKS,
    *rule.LEAKS,
    *searching.LEAKS,
    *second_person.LEAKS,
    *table.LEAKS,
    *told.LEAKS,
)

IMPORTS = {
    LETTERS: (
        "from contextlib import contextmanager\nfrom archive_app.access.system import SYSTEM\nfrom storage.models import Letter as _L\n"
        "\n\n@contextmanager\ndef past_the_door(archive, public_id):\n"
        "    with archive.reading(SYSTEM) as session:\n"
        "        yield session, find_letter(session, SYSTEM, public_id)\n\n\n"
    ),
    SEARCH: "from archive_app.access.system import SYSTEM\n",
    "archive_app/letters/read_log.py": "from archive_app.access.system import SYSTEM\n\n\n",
    INTAKE: "from sqlalchemy import func, select\n",
    ACCESS: "from sqlalchemy import or_\nfrom archive_app.access.grants import handled_by\nfrom archive_app.access.identity import HANDLES\nfrom archive_app.access.trust import holds\n",
    LOOKUPS: "from archive_app.errors import SignInFailed\n",
    "archive_app/letters/correction.py": "from storage.written_words import leave_to_reading\n",
    "archive_app/cases/inbox.py": "from sqlalchemy import select\n",
    "index/engines/finding.py": "from index.errors import QueryTooBroad\n",
}
"""What a planted leak needs to be imported; it stands after the imports of the file."""
