# ruff: noqa: E501 - a leak is easier to read in one line than in five
"""Leaks for the rows of the table in `confidentiality.md` that had few: figures, exports, answers without a body, disk."""

from __future__ import annotations

from tests.worlds.leaks.leak import LETTERS, LOOKUPS, Leak

DOWNLOADS = "archive_app/views/common/downloads.py"
HEADERS = "archive_app/views/middleware/headers.py"
CANDIDATES = "archive_app/access/candidates.py"
CASE_VIEW = "archive_app/cases/case_view.py"
REGISTER = "archive_app/cases/register.py"
HANDLING_DAYS = "archive_app/cases/handling_days.py"
UNITS = "archive_app/people/units.py"

_THERE = (
    "from archive_app.access.system import SYSTEM; from storage.models import Letter; from sqlalchemy import select"
)
"""What a planted look past the door needs, in one line."""

LEAKS = (
    Leak(
        "room on the disk is shown",
        "audit trail, log pages, system status, error reports, metrics",
        "archive_app/templates/home/home.html",
        "{% if request.args.get('looked_through') %}\n  <p class=\"good\"",
        "{{ status.free_bytes }}\n{% if request.args.get('looked_through') %}\n  <p class=\"good\"",
        ("own_upload_after",),
        ("home.home",),
    ),
    Leak(
        "the total of the figures counts what the groups leave out",
        "differences between two reports, small cells",
        HANDLING_DAYS,
        "        counted = list(_counted(session, reader, by, chosen))\n",
        "        counted = list(_counted(session, reader, by, chosen))\n"
        "        every = session.scalars(select(Registration.id).where(Registration.voided_at.is_(None)).execution_options(door=True)).all()\n"
        "        counted += [_Counted(('',) * len(by), False, None, None)] * (len(every) - len(counted))\n",
        ("registered_and_open",),
        ("handling_days.page",),
    ),
    Leak(
        "a small cell of the figures is filled up with another case",
        "differences between two reports, small cells",
        HANDLING_DAYS,
        "    rows = [DaysGroup(key, _figures(of_group)) for key, of_group in groups.items()]\n",
        "    with archive.reading(reader) as session:\n"
        "        more = session.scalar(select(Registration.id).where(Registration.series == 'separate').limit(1).execution_options(door=True))\n"
        "    groups = {key: of_group * (2 if more else 1) for key, of_group in groups.items()}\n"
        "    rows = [DaysGroup(key, _figures(of_group)) for key, of_group in groups.items()]\n",
        ("registered_and_open",),
        ("handling_days.page",),
    ),
    Leak(
        "the sheet of the register has more than its page",
        "exports, bulk download, share links",
        REGISTER,
        "        wanted = _registered(reader, Case, Registration).where(Registration.year == year)\n",
        "        wanted = select(Case, Registration).join(Registration, Registration.case_id == Case.id).where(Registration.year == year).execution_options(door=True)\n",
        ("registered",),
        ("cases.register_page", "/register/2026.xlsx"),
    ),
    Leak(
        "a hidden letter costs a statement more",
        "404 against 403, timing of the two",
        LOOKUPS,
        "    if letter is None:\n        raise NotFound\n    return letter",
        "    if letter is None:\n        if session.scalar(select(Letter.id).where(Letter.public_id == public_id).execution_options(door=True)):\n            session.scalar(select(func.count(Letter.id)).execution_options(door=True))\n        raise NotFound\n    return letter",
        ("accused",),
        ("letters.letter",),
    ),
    Leak(
        "earlier petitions are read past the door and thrown away",
        "404 against 403, timing of the two",
        CASE_VIEW,
        "        require(session, reader, REGISTERS)\n        return _related(",
        "        require(session, reader, REGISTERS)\n        session.scalars(select(Registration.id).where(or_(*same)).execution_options(door=True)).all()\n        return _related(",
        ("same_petitioner",),
        ("/registration/repeats?petitioner=%E9%99%88%E6%B7%91%E7%8F%8D",),
    ),
    Leak(
        "a header counts the letters",
        'hit counts, page counts, "about N results"',
        HEADERS,
        '        response.headers["Cache-Control"] = "no-store"\n',
        f"        {_THERE}\n"
        "        with archive().reading(SYSTEM) as session:\n"
        '            response.headers["X-Version"] = str(len(session.scalars(select(Letter.id)).all()))\n'
        '        response.headers["Cache-Control"] = "no-store"\n',
        ("accused",),
        ("home.help_page",),
    ),
    Leak(
        "a request without a body is answered past the door",
        "404 against 403, timing of the two",
        DOWNLOADS,
        "    return send(letter_queries.access_copy(reader(), archive(), public_id), download=True)",
        '    if request.method == "HEAD":\n'
        f"        {_THERE}\n"
        "        with archive().reading(SYSTEM) as session:\n"
        "            return Response(status=200 if session.scalar(select(Letter.id).where(Letter.public_id == public_id)) else 404)\n"
        "    return send(letter_queries.access_copy(reader(), archive(), public_id), download=True)",
        ("accused",),
        ("files.access_copy",),
    ),
    Leak(
        "what was not changed is said to be there",
        "thumbnails, page images, text layers, range requests, caches, ETags, back button",
        DOWNLOADS,
        "    return send(letter_queries.original(reader(), archive(), public_id, position), download=True)",
        '    if request.headers.get("If-None-Match"):\n'
        f"        {_THERE}\n"
        "        with archive().reading(SYSTEM) as session:\n"
        "            if session.scalar(select(Letter.id).where(Letter.public_id == public_id)):\n"
        "                return Response(status=304)\n"
        "    return send(letter_queries.original(reader(), archive(), public_id, position), download=True)",
        ("accused",),
        ("files.original",),
    ),
    Leak(
        "a file of a letter's reading is left on the disk",
        "index files, temp files, core dumps, WAL",
        "archive_app/letters/processing.py",
        '            with tempfile.TemporaryDirectory(dir=self.folder, prefix="letter-") as folder:\n',
        '            folder = tempfile.mkdtemp(dir=self.folder, prefix="letter-")\n            if folder:\n',
        ("accused",),
        ("home.home",),
    ),
    Leak(
        "the text of a letter is written into a file for the indexing",
        "index files, temp files, core dumps, WAL",
        "archive_app/search/indexing.py",
        "    letter.heading = heading_of(text)\n",
        "    import tempfile\n\n    with tempfile.NamedTemporaryFile('w', delete=False) as file:\n        file.write(text)\n    letter.heading = heading_of(text)\n",
        ("accused",),
        ("home.home",),
    ),
    Leak(
        "a unit that is moved later is not reached",
        "accusation added later, transfer, merger of units",
        "archive_app/people/reach.py",
        "    new = sorted(wanted - there)\n",
        "    new = [] if there else sorted(wanted)\n",
        ("moved_below_the_accused_unit",),
    ),
    Leak(
        "a unit that is accused somewhere is not offered",
        "pickers of assignees and delegates",
        CANDIDATES,
        "        select(Unit.id, Unit.public_id, Unit.name, above.name).outerjoin(above, above.id == Unit.parent_id)\n    ).all()",
        "        select(Unit.id, Unit.public_id, Unit.name, above.name).outerjoin(above, above.id == Unit.parent_id).where(~exists().where(Concern.unit_id == Unit.id)).execution_options(door=True)\n    ).all()",
        ("unit_picker",),
    ),
    Leak(
        "a leader who is accused somewhere is not asked to instruct",
        "pickers of assignees and delegates",
        "archive_app/cases/actions.py",
        "    return _candidates(session, reader, case, INSTRUCTS)\n",
        "    from storage.models import Concern\n\n"
        '    accused = select(Concern.person_id).where(Concern.person_id.is_not(None), Concern.kind == "accused").execution_options(door=True)\n'
        "    kept = set(session.scalars(accused))\n"
        "    return {key: one for key, one in _candidates(session, reader, case, INSTRUCTS).items() if key not in kept}\n",
        ("instructor_picker",),
    ),
    Leak(
        "a unit that is accused takes no other name",
        "unique-key errors, foreign-key errors",
        UNITS,
        '    if _note(unit, needed(name, "short_name")):\n',
        "    from storage.models import Concern\n\n"
        "    accused = select(Concern.id).where(Concern.unit_id == unit.id).limit(1).execution_options(door=True)\n"
        '    if not session.scalar(accused) and _note(unit, needed(name, "short_name")):\n',
        ("administrator_of_the_unit",),
        ("/units/unit-enforcement", "units.add_short_name", "/units/unit-enforcement"),
    ),
    Leak(
        "an import of staff counts the cases",
        "administrator, database operator",
        "archive_app/people/importing.py",
        "    with administering(reader, archive) as session:\n        work = ImportRun(session, reader, rows)\n",
        "    with administering(reader, archive) as session:\n"
        "        from storage.models import Concern\n        from sqlalchemy import select\n"
        "        concerned = session.scalars(select(Concern.id).execution_options(door=True)).all()\n"
        "        rows = rows[len(concerned) :]\n"
        "        work = ImportRun(session, reader, rows)\n",
        ("administrator",),
        ("/people/import", "staff.preview"),
    ),
    Leak(
        "a reviewer is told of a case that concerns them",
        "audit trail, log pages, system status, error reports, metrics",
        "archive_app/review/explanation.py",
        "Case.id.in_(letters)), not_their_own)",
        "Case.id.in_(letters)))",
        ("reviewer",),
    ),
    Leak(
        "the history of a letter has the rows of others",
        "history, earlier versions",
        LETTERS,
        "            select(AuditEvent).where(AuditEvent.letter_id == row.id).order_by(AuditEvent.id.desc())\n",
        "            select(AuditEvent).where(AuditEvent.letter_id.is_not(None), AuditEvent.id < 1000).order_by(AuditEvent.id.desc()).execution_options(door=True)\n",
        ("accused",),
        ("letters.history",),
    ),
    Leak(
        "a problem of the API names what is hidden",
        "404 against 403, timing of the two",
        "archive_app/views/middleware/errors.py",
        '    return _answer(404, title, gettext("Look whether the address is complete, or search for the letter."))\n',
        "    from archive_app.access.system import SYSTEM; from storage.models import Case; from sqlalchemy import select\n"
        '    with archive().reading(SYSTEM) as session:\n        there = session.scalar(select(Case.id).where(Case.public_id == str(next(iter((request.view_args or {}).values()), ""))))\n'
        '    more = {"code": "kept_out"} if there and bearer.is_asked() else {}\n'
        '    return _answer(404, title, gettext("Look whether the address is complete, or search for the letter."), **more)\n',
        ("accused",),
        ("api.case",),
    ),
)
