# ruff: noqa: E501 - a leak is easier to read in one line than in five
"""The leaks that are planted, one after the other, into a copy of the house, and what must catch them.

`row` is the row of the table in `confidentiality.md`. Where a channel does not exist in the application yet, the most alike
leak that can exist today is planted.
"""

from __future__ import annotations

from dataclasses import dataclass

RULE = "the rule"


@dataclass(frozen=True, slots=True)
class Leak:
    """A change of one file that leaks: `old` stands in it once and becomes `new`; the classic cases that see it."""

    name: str
    row: str
    file: str
    old: str
    new: str
    caught_by: tuple[str, ...]


ACCESS = "archive_app/access/rule.py"
GRANTS = "archive_app/access/grants.py"
LOOKUPS = "archive_app/access/lookups.py"
TRUST = "archive_app/access/trust.py"
VETOES = "archive_app/access/vetoes.py"
SEARCH = "archive_app/search/search.py"
LETTERS = "archive_app/letters/queries.py"
INTAKES = "archive_app/letters/receipts.py"
SCREENING = "archive_app/screening/screening.py"
REGISTRATION = "archive_app/cases/registration.py"
INTAKE = "archive_app/letters/intake.py"

LEAKS = (
    # The parts of the door
    Leak("a letter is open before it is read", RULE, GRANTS, "        Case.read_at.is_not(None),\n", "", ("unread",)),
    Leak(
        "restricted cases are open to roles",
        RULE,
        GRANTS,
        "and_(not_(Case.restricted), open_to_roles)",
        "open_to_roles",
        ("restricted",),
    ),
    Leak(
        "nobody is vetoed",
        RULE,
        ACCESS,
        "and_(granted(principal), not_(vetoed(principal)))",
        "granted(principal)",
        ("accused_but_open",),
    ),
    Leak(
        "the accused person is not vetoed",
        RULE,
        VETOES,
        '    Veto(\n        "concerned",\n        lambda principal, concern: concern.person_id == principal.person,\n        lambda principal: veto_bits.of_person(principal.person),\n    ),\n',
        "",
        ("accused_but_open",),
    ),
    Leak(
        "members of a unit are not vetoed",
        RULE,
        VETOES,
        '    Veto("member", _of_member, _bits_of_member),\n',
        "",
        ("unit",),
    ),
    Leak(
        "who leads a unit is not vetoed",
        RULE,
        VETOES,
        '    Veto("leads", _of_who_leads, _bits_of_who_leads),\n',
        "",
        ("leads_the_unit",),
    ),
    Leak(
        "unresolved words veto nobody",
        RULE,
        VETOES,
        'and_(unknown_accused(concern), not_(allowed(principal, "listed")))',
        "unknown_accused(concern) & (Case.id < 0)",
        ("words",),
    ),
    Leak(
        "the marks of a person are not looked for",
        RULE,
        VETOES,
        "lambda principal: veto_bits.of_person(principal.person)",
        "lambda principal: veto_bits.of_unknown()",
        ("accused_but_open",),
    ),
    Leak(
        "the marks of a member's units are not looked for",
        RULE,
        VETOES,
        "_bits_of_units(reach.unit_id, belongs, member, reach)",
        "veto_bits.of_unknown()",
        ("unit",),
    ),
    Leak(
        "only the unit itself is looked for among the bits",
        RULE,
        VETOES,
        "reach.member_unit_id == member.unit_id\n    return _bits",
        "reach.member_unit_id == member.unit_id, reach.unit_id == member.unit_id\n    return _bits",
        ("unit_above", "unit_before_the_merger"),
    ),
    Leak(
        "the marks of who leads are not looked for",
        RULE,
        VETOES,
        "_bits_of_units(reach.unit_id, leads, post, reach)",
        "veto_bits.of_unknown()",
        ("leads_another_unit",),
    ),
    Leak(
        "the marks of who oversees are not looked for",
        RULE,
        VETOES,
        "_bits_of_units(reach.member_unit_id, oversees, post, reach)",
        "veto_bits.of_unknown()",
        ("oversees_the_unit",),
    ),
    Leak(
        "the mark of unresolved words is not looked for",
        RULE,
        VETOES,
        "lambda principal: veto_bits.of_unknown()",
        "lambda principal: veto_bits.of_person(principal.person)",
        ("words",),
    ),
    Leak(
        "concerns leave no veto bit",
        RULE,
        "storage/veto_bits.py",
        'BEGIN UPDATE cases SET marks = marks | ({bit}) WHERE id = NEW.case_id; END",\n    "CREATE TRIGGER concerns_mark_changed',
        'BEGIN SELECT 1; END",\n    "CREATE TRIGGER concerns_mark_changed',
        ("accused_but_open",),
    ),
    Leak(
        "an allowance beats the veto",
        RULE,
        VETOES,
        "            concern.case_id == Case.id,\n            concern.ended_at.is_(None),\n            or_(*",
        '            concern.case_id == Case.id,\n            not_(allowed(principal, "listed")),\n            concern.ended_at.is_(None),\n            or_(*',
        ("accused_and_allowed",),
    ),
    Leak(
        "only the accused are vetoed, not the recused",
        RULE,
        VETOES,
        "lambda principal, concern: concern.person_id == principal.person",
        'lambda principal, concern: and_(concern.person_id == principal.person, concern.kind != "recused")',
        ("recused",),
    ),
    Leak(
        "mentions do not veto",
        RULE,
        VETOES,
        "lambda principal, concern: concern.person_id == principal.person",
        'lambda principal, concern: and_(concern.person_id == principal.person, concern.kind != "mentioned")',
        ("mentioned",),
    ),
    Leak(
        "units that are mentioned do not veto",
        RULE,
        VETOES,
        "    return and_(concern.unit_id.is_not(None), of_this_case(belonged(",
        '    return and_(concern.kind != "mentioned", concern.unit_id.is_not(None), of_this_case(belonged(',
        ("unit_mentioned",),
    ),
    Leak(
        "only who is in the unit now is vetoed",
        RULE,
        VETOES,
        "    return or_(until.is_(None), Case.event_date.is_(None), until >= Case.event_date)",
        "    return until.is_(None)",
        ("left_the_unit",),
    ),
    Leak(
        "the event is compared the wrong way round",
        RULE,
        VETOES,
        "until >= Case.event_date",
        "until < Case.event_date",
        ("left_the_unit_after",),
    ),
    Leak(
        "a concern reaches only the unit itself",
        RULE,
        VETOES,
        "pair = reach.unit_id == unit_id, reach.member_unit_id == member_unit_id",
        "pair = reach.unit_id == unit_id, reach.member_unit_id == member_unit_id, reach.unit_id == reach.member_unit_id",
        ("unit_above", "unit_before_the_merger"),
    ),
    Leak(
        "unconfirmed accounts read",
        RULE,
        TRUST,
        '    Trust("account_unconfirmed", lambda account, person: account.confirmed_at.is_not(None)),\n',
        "",
        ("unconfirmed",),
    ),
    Leak(
        "a new name opens letters before it was looked for",
        RULE,
        TRUST,
        '    Trust("names_unmatched", lambda account, person: person.matched),\n',
        "",
        ("renamed_since",),
    ),
    Leak(
        "one reviewer clears alone",
        RULE,
        "archive_app/review/decisions.py",
        "decided = first is not None and first.decision == decision",
        "decided = True",
        ("cleared_by_one",),
    ),
    Leak(
        "a corrected text is not looked through",
        RULE,
        "archive_app/letters/correction.py",
        "    screen(session, letter)\n",
        "",
        ("mentioned_in_correction", "mentioned_in_title"),
    ),
    Leak(
        "new names are not looked for in old letters",
        RULE,
        SCREENING,
        "            keep_out(session, _mentions(session, letter, finder))\n        if",
        "            pass\n        if",
        ("renamed_and_swept",),
    ),
    # The channels
    Leak(
        "receipts are numbered one after the other",
        "gaps in visible numbers and ids",
        INTAKE,
        "        number=new_number(now),\n",
        '        number=f"SJ{now:%Y%m%d}-{(session.scalar(select(func.max(Intake.id))) or 0) + 1:07d}",\n',
        ("own_upload_after",),
    ),
    Leak(
        "hidden letters answer otherwise than absent ones",
        "404 against 403, timing of the two",
        LOOKUPS,
        "    if letter is None:\n        raise NotFound\n    return letter",
        "    if letter is None:\n        hidden = session.scalar(select(Letter.id).where(Letter.public_id == public_id).execution_options(door=True))\n        raise (SignInFailed if hidden else NotFound)\n    return letter",
        ("accused",),
    ),
    Leak(
        "hits are counted beside the scope",
        'hit counts, page counts, "about N results"',
        SEARCH,
        "        total=found.total,\n",
        "        total=archive.index.search(session, query, scope=visible(SYSTEM), limit=0).total,\n",
        ("accused",),
    ),
    Leak(
        "similar spellings are counted beside the scope",
        'autocomplete, spelling, "more like this", synonyms mined from text',
        SEARCH,
        "return archive.index.search(session, query, scope=visible(reader), limit=0).total",
        "return archive.index.search(session, query, scope=visible(SYSTEM), limit=0).total",
        ("accused",),
    ),
    Leak(
        "the order goes by how often hidden letters have the word",
        "relevance scores (corpus statistics such as IDF include hidden letters)",
        SEARCH,
        "        sort=request.sort,\n",
        '        sort="relevance" if archive.index.search(session, query, scope=visible(SYSTEM), limit=0).total > 2 else request.sort,\n',
        ("same_words",),
    ),
    Leak(
        "facets are counted beside the scope",
        "facets, tag counters, saved-search badges",
        SEARCH,
        "facets=_facets(found.facets, request)",
        "facets=_facets(archive.index.search(session, query, scope=visible(SYSTEM), limit=0, facets=True).facets, request)",
        ("accused",),
    ),
    Leak(
        "all letters are counted on the home page",
        "monthly statistics, charts, workload, calendars, deadline lists",
        INTAKES,
        "            letters = statement.subquery()\n",
        "            letters = select(Letter).subquery()\n",
        ("accused",),
    ),
    Leak(
        "room on the disk is shown",
        "differences between two reports, small cells",
        "archive_app/templates/home/home.html",
        "{% if status.room_is_low %}",
        "{{ status.letters | sum }}{{ status.free_bytes }}{% if status.room_is_low %}",
        ("own_upload_after",),
    ),
    Leak(
        "a file that is there already is refused",
        '"this file was already received"',
        INTAKE,
        "    kept = _store_all(archive, uploads)\n    with archive.changing(reader) as session:\n        intake =",
        "    kept = _store_all(archive, uploads)\n    with archive.changing(reader) as session:\n        if session.scalar(select(Source.id).where(Source.sha256 == kept[0].file.sha256).limit(1)):\n            raise NothingReceived\n        intake =",
        ("accused",),
    ),
    Leak(
        "two letters may not have the same title",
        "unique-key errors, foreign-key errors",
        "archive_app/letters/correction.py",
        "        letter.title, letter.sender, letter.letter_date = title, sender, letter_date\n",
        '        if session.scalar(select(Letter.id).where(Letter.heading.contains(title), Letter.id != letter.id).execution_options(door=True).limit(1)):\n            raise InvalidField(field="title", reason="there is one already")\n        letter.title, letter.sender, letter.letter_date = title, sender, letter_date\n',
        ("accused",),
    ),
    Leak(
        "pictures are sent past the door",
        "thumbnails, page images, text layers, range requests, caches, ETags, back button",
        LETTERS,
        'with opened(reader, archive, public_id, "looked_at", page=number) as (session, row):',
        "with past_the_door(archive, public_id) as (session, row):",
        ("accused",),
    ),
    Leak(
        "receipts are everybody's",
        "job queue, progress bars, upload status",
        LOOKUPS,
        "return select(Intake).where(Intake.account_id == reader.account_id, Trusted(Principal.of(reader)))",
        "return select(Intake).where(Trusted(Principal.of(reader)))",
        ("accused",),
    ),
    Leak(
        "a letter tells of the letters it came with",
        'links between cases, "related", repeat counts',
        LOOKUPS,
        'or_(Intake.grouping != "stack", and_(own, every_one))',
        "every_one",
        ("same_stack",),
    ),
    Leak(
        "originals count within their upload",
        'links between cases, "related", repeat counts',
        LETTERS,
        "received_file(source, position=position)",
        "received_file(source)",
        ("same_upload",),
    ),
    Leak(
        "a letter with its history is read past the door",
        "history, earlier versions",
        "archive_app/letters/read_log.py",
        "    with archive.reading(reader) as session:\n        letter = find_letter(session, reader, public_id)\n        if not restricted_cases(session, reader, [letter]):\n",
        "    with archive.reading(SYSTEM) as session:\n        letter = find_letter(session, SYSTEM, public_id)\n        if not restricted_cases(session, reader, [letter]):\n",
        ("accused",),
    ),
    Leak(
        "what is read is logged",
        "audit trail, log pages, system status, error reports, metrics",
        SCREENING,
        "    screen(session, letter)\n    case =",
        '    screen(session, letter)\n    import logging\n    logging.getLogger(__name__).warning("read %s", letter.heading)\n    case =',
        ("accused",),
    ),
    Leak(
        "the access copy is sent past the door",
        "exports, bulk download, share links",
        LETTERS,
        "        row = find_letter(session, reader, public_id)\n        if row.access_copy is None:",
        "        row = find_letter(session, SYSTEM, public_id)\n        if row.access_copy is None:",
        ("accused",),
    ),
    Leak(
        "originals are sent past the door",
        "monthly files, year-end bundles, catalogues, spine labels, backups",
        LETTERS,
        "        row = find_letter(session, reader, public_id)\n        sources = whole_sources(session, reader, row)",
        "        row = find_letter(session, SYSTEM, public_id)\n        sources = whole_sources(session, SYSTEM, row)",
        ("accused",),
    ),
    Leak(
        "the index finds past the door",
        "index files, temp files, core dumps, WAL",
        "index/engines/sqlite_conditions.py",
        "allowed = in_scope(scope).exists()",
        "allowed = in_scope(scope).exists() | (letters.c.letter_id > 0)",
        ("accused",),
    ),
    Leak(
        "who is kept out of some case is not offered",
        "pickers of assignees and delegates",
        "archive_app/access/candidates.py",
        "    rows = session.execute(select(Person.id, Person.public_id, Person.name, Person.staff_no)).all()",
        "    accused = select(Concern.person_id).where(Concern.person_id.is_not(None)).execution_options(door=True)\n    rows = session.execute(select(Person.id, Person.public_id, Person.name, Person.staff_no).where(Person.id.not_in(accused)).execution_options(door=True)).all()",
        ("picker",),
    ),
    Leak(
        "who oversees an accused unit is not vetoed",
        "leader over an accused unit",
        VETOES,
        '    Veto("oversees", _of_who_oversees, _bits_of_who_oversees),\n',
        "",
        ("oversees_the_unit",),
    ),
    Leak(
        "what was opened once stays open",
        "accusation added later, transfer, merger of units",
        LOOKUPS,
        "    letter = session.scalar(visible_letters(who).where(Letter.public_id == public_id))\n",
        '    known = find_letter.__dict__.setdefault("known", set())\n    letter = session.scalar(visible_letters(who).where(Letter.public_id == public_id))\n    if letter is None and (who.key, public_id) in known:\n        letter = session.scalar(select(Letter).where(Letter.public_id == public_id).execution_options(door=True))\n    known.add((who.key, public_id)) if letter is not None else None\n',
        ("known_before",),
    ),
    Leak(
        "namesakes of the accused are not kept out",
        "homonyms, typing errors, nicknames, OCR errors in names",
        "archive_app/review/restrictions.py",
        "concerns = [new, *_mentions_of_namesakes(session, case, person_id)]",
        "concerns = [new]",
        ("namesake_but_open",),
    ),
    Leak(
        "names must be written without a mistake",
        "homonyms, typing errors, nicknames, OCR errors in names",
        SCREENING,
        'found += [Name(text, ("person", key)) for key, text in',
        'found += [Name(text, ("person", key), fuzzy=False) for key, text in',
        ("misspelt",),
    ),
    Leak(
        "a case is found past the door",
        "404 against 403, timing of the two",
        LOOKUPS,
        "    case = session.scalar(visible_cases(who).where(Case.public_id == public_id))\n    if case is None:\n        raise NotFound\n    return case",
        "    case = session.scalar(select(Case).where(Case.public_id == public_id).execution_options(door=True))\n    if case is None:\n        raise NotFound\n    return case",
        ("registered",),
    ),
    Leak(
        "who handles a case is not vetoed",
        RULE,
        ACCESS,
        "    return and_(granted(principal), not_(vetoed(principal)))",
        "    return or_(and_(not_(Case.restricted), Case.screened, handled_by(principal), holds(principal, HANDLES)), and_(granted(principal), not_(vetoed(principal))))",
        ("given_to_the_accused_unit",),
    ),
    Leak(
        "cases that somebody must not know of get numbers in order",
        "gaps in visible numbers and ids",
        REGISTRATION,
        "    if not _needs_separate_number(session, case, new):\n",
        "    if True:\n",
        ("registered_between",),
    ),
    Leak(
        "numbers of the separate series count",
        "gaps in visible numbers and ids",
        REGISTRATION,
        "    row.register_no = _separate_number(row.year)\n",
        "    row.register_no = _separate_number(row.year)\n    _next_number(session, row.year)\n",
        ("registered_between",),
    ),
    Leak(
        "one account's keys find what another has registered",
        "unique-key errors, foreign-key errors",
        REGISTRATION,
        "    own = KeyedRequest.account_id == reader.account_id, KeyedRequest.key == idempotency_key.key\n",
        "    own = (KeyedRequest.key == idempotency_key.key,)\n",
        ("sent_by_a_system",),
    ),
    Leak(
        "the form is not looked through for names",
        RULE,
        SCREENING,
        "(letter.title, letter.sender, registered, letter_text(pages))",
        "(letter.title, letter.sender, letter_text(pages))",
        ("named_in_the_form", "named_in_the_changed_form"),
    ),
    Leak(
        "the register lists past the door",
        "monthly statistics, charts, workload, calendars, deadline lists",
        "archive_app/cases/register.py",
        "    seen = visible_cases(reader).with_only_columns(*columns)\n",
        "    seen = select(*columns).execution_options(door=True)\n",
        ("registered",),
    ),
    Leak(
        "the time limits are listed past the door",
        "monthly statistics, charts, workload, calendars, deadline lists",
        "archive_app/cases/deadlines.py",
        "    return visible_cases(reader).with_only_columns(*columns).select_from(Case)",
        "    return select(*columns).execution_options(door=True).select_from(Case)",
        ("registered_and_open",),
    ),
    Leak(
        "the figures are counted past the door",
        "monthly statistics, charts, workload, calendars, deadline lists",
        "archive_app/cases/handling_days.py",
        "    seen = visible_cases(reader).with_only_columns(*columns).select_from(Case)\n",
        "    seen = select(*columns).select_from(Case).execution_options(door=True)\n",
        ("registered_and_open",),
    ),
    Leak(
        "earlier petitions are looked for past the door",
        'links between cases, "related", repeat counts',
        "archive_app/cases/case_view.py",
        "    rows = session.execute(\n        visible_cases(reader)\n        .add_columns(Registration)\n",
        "    rows = session.execute(\n        select(Case).execution_options(door=True)\n        .add_columns(Registration)\n",
        ("same_petitioner",),
    ),
    Leak(
        "what is new is counted past the door",
        "notifications, mail already queued",
        "archive_app/cases/inbox.py",
        "        return session.scalar(own(reader, func.count()).where(Notification.opened_at.is_(None))) or 0\n",
        "        mine = select(func.count()).select_from(Notification).where(Notification.account_id == reader.account_id, Notification.opened_at.is_(None))\n        return session.scalar(mine.execution_options(door=True)) or 0\n",
        ("told_before",),
    ),
    Leak(
        "what somebody was told outlives the veto",
        "notifications, mail already queued",
        "archive_app/cases/notifications.py",
        "    return mine.where(Notification.account_id == reader.account_id, may_see(reader, Notification.case_id))\n",
        "    return mine.where(Notification.account_id == reader.account_id).execution_options(door=True)\n",
        ("told_before",),
    ),
    Leak(
        "a mail counts past the door",
        "notifications, mail already queued",
        "archive_app/mailing/digest.py",
        "    new = own(reader, Notification.id, Notification.kind, Notification.at, Notification.mailed_at)\n",
        "    new = select(Notification.id, Notification.kind, Notification.at, Notification.mailed_at).where(Notification.account_id == reader.account_id).execution_options(door=True)\n",
        ("mailed_after",),
    ),
    Leak(
        "an extract tells of the letter that it was made of",
        'links between cases, "related", repeat counts',
        "archive_app/letters/links.py",
        "    rows = session.scalars(visible_letters(reader).where(Letter.id.in_(ends)).order_by(Letter.id))\n",
        "    rows = session.scalars(select(Letter).where(Letter.id.in_(ends)).order_by(Letter.id).execution_options(door=True))\n",
        ("extract",),
    ),
    Leak(
        "an extract is called as its letter is",
        'links between cases, "related", repeat counts',
        "archive_app/letters/extracts/making.py",
        '        record(session, reader, "extract_made", row, pages=len(plan.pages))\n',
        '        child.title = row.heading\n        record(session, reader, "extract_made", row, pages=len(plan.pages))\n',
        ("extract",),
    ),
    Leak(
        "hidden cases teach what is suggested",
        'autocomplete, spelling, "more like this", synonyms mined from text',
        "archive_app/learning/training.py",
        '        kept_from_nobody()\n        & (Registration.series == "general")\n        & Registration',
        "        Registration",
        ("taught",),
    ),
    Leak(
        "administrators are let past the veto",
        "administrator, database operator",
        ACCESS,
        "    return and_(granted(principal), not_(vetoed(principal)))",
        '    return and_(granted(principal), or_(holds(principal, ("system_administrator",)), not_(vetoed(principal))))',
        ("administrator",),
    ),
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
    "archive_app/cases/inbox.py": "from sqlalchemy import select\n",
    "index/engines/sqlite_conditions.py": "from index.engines.tables import letters\n",
}
"""What a planted leak needs to be imported; it stands after the imports of the file."""
