"""What the veto costs: `python -m tests.bench.overhead [--letters 100000]`.

Fills a real archive, a tenth of it hidden from the reader by a mix of concerns (recusals, accusations of the person, of
a unit that became the reader's, mentions of the person and of a unit that they led), a third of the rest with concerns
of others. Then asks the same with the rule and with the rule minus its veto, taking turns in one process: searches
(list, count and facets), the newest letters, receipts, look-ups; as statements, and as what a page is made of. Writes
`overhead.json` and `overhead.md` into build/bench.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from unittest import mock

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from archive_app.access import lookups, rule
from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.letters import receipts as receipts_service
from archive_app.people.sign_in import local_reader
from archive_app.runtime.archive import Archive
from archive_app.search import search
from archive_app.search.results import SearchRequest
from index.query import parse
from storage.models import Intake, Letter
from storage.session import reading, unit_of_work
from tests.bench import site
from tests.bench.letters import folded_letter, make_queries, read_letters, vetoed, write_letters

ALLOWED = 1.3
ROUNDS = 5
LISTS = 40
"""Times that each list is asked for in a round of searches."""

LetterProcessor = Callable[[], object]


def main() -> None:
    """Fill, ask in turns, report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--letters", type=int, default=100_000)
    parser.add_argument("--data", type=Path, default=os.environ.get("ARCHIVE_TEST_DATA"))
    options = parser.parse_args()
    data = Path(options.data or site.REPOSITORY.parent / "shared" / "data")
    with tempfile.TemporaryDirectory(prefix="overhead-bench-") as folder:
        written = Path(folder) / "letters.jsonl"
        write_letters(data / "petitions", written, options.letters)
        archive = site.fill(Path(folder) / "archive", written, vetoed(options.letters))
        queries = make_queries([folded_letter(letter) for letter in islice(read_letters(written), 20_000)])
        figures = measure(archive, [asked.text for asked in queries])
        archive.close()
    report(options.letters, figures)
    sys.exit(0 if all(each["ratio_of_median"] <= ALLOWED >= each["ratio_p95"] for each in figures.values()) else 1)


def measure(archive: Archive, searches: Sequence[str]) -> Mapping[str, dict[str, float]]:
    """By kind of work, milliseconds with the veto and without."""
    reader = local_reader(archive, "kept-out")
    receipts = _bring_in(archive, reader)
    with reading(archive.sessions, reader.key) as session:
        works = _works(archive, reader, session, searches, receipts)
        times = {kind: _in_turns(some) for kind, some in works.items()}
    return {kind: _figures(*sides) for kind, sides in times.items()}


def _bring_in(archive: Archive, reader: Reader) -> list[str]:
    """Let the reader have brought some of the letters in; the receipts."""
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        last = session.scalar(select(func.max(Intake.id))) or 0
        own = Intake.id.in_(random.Random(1).sample(range(1, last + 1), 200))
        session.execute(update(Intake).where(own).values(account_id=reader.account_id))
        session.commit()
        return list(session.scalars(select(Intake.public_id).where(own).order_by(Intake.id)))


def _works(
    archive: Archive, reader: Reader, session: Session, searches: Sequence[str], receipts: Sequence[str]
) -> dict[str, list[LetterProcessor]]:
    """What is asked: statements in one session, as the services put them; then the services, which read more."""

    def search_statements(text: str) -> LetterProcessor:
        query = parse(text)
        return lambda: archive.index.search(session, query, scope=rule.visible(reader), facets=True)

    def newest(offset: int) -> LetterProcessor:
        return lambda: archive.index.search(session, parse(""), scope=rule.visible(reader), offset=offset, facets=True)

    def look_up(receipt: str) -> LetterProcessor:
        of_receipt = Letter.intake_id.in_(select(Intake.id).where(Intake.public_id == receipt))
        return lambda: session.execute(lookups.visible_letters(reader).where(of_receipt)).all()

    ask = [SearchRequest(text) for text in searches]
    return {
        "search: list, count, facets (statements)": [search_statements(text) for text in searches],
        "newest letters: list, count, facets (statements)": [newest(20 * (at % 10)) for at in range(LISTS)],
        "letters of a receipt (statement)": [look_up(receipt) for receipt in receipts[:LISTS]],
        "letters by state, all of them (what home is made of)": [lambda: receipts_service.status(reader, archive)] * 5,
        "search (what the page is made of)": [lambda one=one: search.search(reader, archive, one) for one in ask],  # type: ignore[misc]
        "newest letters (what the page is made of)": [
            lambda at=at: search.search(reader, archive, SearchRequest(page=1 + at % 10))  # type: ignore[misc]
            for at in range(LISTS)
        ],
        "a receipt (what the page is made of)": [
            lambda one=one: receipts_service.intake(reader, archive, one)  # type: ignore[misc]
            for one in receipts[:LISTS]
        ],
        "the reader's receipts (what the page is made of)": [lambda: receipts_service.recent(reader, archive)] * 5,
    }


def _in_turns(works: Sequence[LetterProcessor]) -> tuple[list[float], list[float]]:
    """For each work the median of some rounds in milliseconds, with the veto and without; which is first is drawn."""
    drawn = random.Random(3)
    sides: tuple[list[float], list[float]] = ([], [])
    for work in works:
        taken: tuple[list[float], list[float]] = ([], [])
        for number in range(-1, ROUNDS):
            for side in drawn.sample((0, 1), 2):
                with _rule(veto=side == 0):
                    work()
                    began = time.perf_counter()
                    work()
                    took = (time.perf_counter() - began) * 1000
                if number >= 0:
                    taken[side].append(took)
        for side in (0, 1):
            sides[side].append(statistics.median(taken[side]))
    return sides


@contextmanager
def _rule(*, veto: bool) -> Iterator[None]:
    """The rule as it is, or minus its veto: a piece of its own, so that statements with it are compiled apart."""
    if veto:
        yield
        return
    with mock.patch.object(rule, "Rule", Unvetoed):
        yield


class Unvetoed(rule.Rule):
    """The rule minus its veto."""

    inherit_cache = True

    def expanded(self, principal: rule.Principal) -> ColumnElement[bool]:
        """`granted`."""
        return rule.granted(principal)


def _figures(veto: list[float], free: list[float]) -> dict[str, float]:
    cuts = [statistics.quantiles(side, n=20, method="inclusive") for side in (veto, free)]
    return {
        "veto_p50_ms": cuts[0][9],
        "veto_p95_ms": cuts[0][18],
        "free_p50_ms": cuts[1][9],
        "free_p95_ms": cuts[1][18],
        "ratio_of_median": cuts[0][9] / cuts[1][9],
        "ratio_p95": cuts[0][18] / cuts[1][18],
        "ratio_of_sums": sum(veto) / sum(free),
    }


def report(letters: int, figures: Mapping[str, dict[str, float]]) -> None:
    """Print the table, and write it beside the figures."""
    rows = [
        f"# What the veto costs, {letters:,} letters, a tenth hidden",
        "",
        f"Load at the end {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores. Allowed: {ALLOWED} ×.",
        "",
        "| asked for | with the veto, p50 / p95 ms | without | ratio of p50 | of p95 | of the sums |",
        "|---|---|---|---|---|---|",
    ]
    for kind, each in figures.items():
        rows.append(
            f"| {kind} | {each['veto_p50_ms']:.2f} / {each['veto_p95_ms']:.2f} "
            f"| {each['free_p50_ms']:.2f} / {each['free_p95_ms']:.2f} "
            f"| {each['ratio_of_median']:.2f} | {each['ratio_p95']:.2f} | {each['ratio_of_sums']:.2f} |"
        )
    output = site.REPOSITORY / "build" / "bench"
    output.mkdir(parents=True, exist_ok=True)
    (output / "overhead.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False), "utf-8")
    (output / "overhead.md").write_text("\n".join(rows) + "\n", "utf-8")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
