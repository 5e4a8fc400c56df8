"""Search measured: `python -m tests.bench.search [--letters 100000]`.

Makes letters, indexes them with SQLite FTS5 and with tantivy, asks both the same 200 searches, and compares every
answer with a look through all of them. Each stage is a process of its own, so that peak memory is its own. Prints a
table and writes `search.json` and `search.md` into build/bench. On a shared machine, read CPU times and ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, Select, Table, exists, insert, select
from sqlalchemy.orm import Session

from index.engines.base import COUNT_LIMIT
from index.engines.sqlite_fts5 import SqliteFts5
from index.query import parse, similar
from storage.session import open_database
from tests.bench.letters import (
    PrincipalPlaceholder,
    folded_letter,
    load_queries,
    make_queries,
    read_letters,
    save_queries,
    vetoed,
    write_letters,
)
from tests.bench.search_report import Result, report

REPOSITORY = Path(__file__).resolve().parents[2]
STAGES = ("make", "sqlite_index", "sqlite_search", "sqlite_truth", "tantivy_index", "tantivy_search")
ROUNDS = 5

world = MetaData()
cases = Table("cases", world, Column("id", Integer, primary_key=True))
vetoes = Table("vetoes", world, Column("case_id", Integer, primary_key=True))
SCOPE: Select[tuple[int]] = select(cases.c.id).where(~exists().where(vetoes.c.case_id == cases.c.id))
ENGINE = SqliteFts5()


def main() -> None:
    """Run all stages, each in a process of its own, and report."""
    options = _options()
    if options.stage:
        result = _STAGE[options.stage](Path(options.folder), options.letters)
        result |= {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "cpu_s": time.process_time()}
        (Path(options.folder) / f"{options.stage}.json").write_text(json.dumps(result), "utf-8")
        return
    folder = Path(tempfile.mkdtemp(prefix="search-bench-"))
    try:
        results = {stage: _run(stage, folder, options.letters) for stage in STAGES}
    finally:
        shutil.rmtree(folder)
    output = REPOSITORY / "build" / "bench"
    output.mkdir(parents=True, exist_ok=True)
    table = report(options.letters, results)
    (output / "search.json").write_text(json.dumps({"letters": options.letters, **results}, indent=1), "utf-8")
    (output / "search.md").write_text(table, "utf-8")
    print(table)
    sys.exit(0 if results["sqlite_truth"]["wrong"] == [] else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Measure search against a look through all letters and against tantivy."
    )
    parser.add_argument("--letters", type=int, default=100_000)
    parser.add_argument("--stage", choices=STAGES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    return parser.parse_args()


def _run(stage: str, folder: Path, count: int) -> Result:
    print(f"… {stage}", file=sys.stderr, flush=True)
    command = [
        sys.executable,
        "-m",
        "tests.bench.search",
        "--stage",
        stage,
        "--folder",
        folder,
        "--letters",
        str(count),
    ]
    subprocess.run(command, check=True, cwd=REPOSITORY)
    result: Result = json.loads((folder / f"{stage}.json").read_text("utf-8"))
    return result


def _petitions() -> Path:
    data = Path(os.environ.get("ARCHIVE_TEST_DATA", REPOSITORY.parent / "shared" / "data")) / "petitions"
    if not data.is_dir():
        sys.exit(f"The petitions are not at {data}; set ARCHIVE_TEST_DATA.")
    return data


def _make(folder: Path, count: int) -> Result:
    write_letters(_petitions(), folder / "letters.jsonl", count)
    folded = [folded_letter(letter) for letter in read_letters(folder / "letters.jsonl")]
    save_queries(make_queries(folded), folder / "queries.json")
    return {"characters": sum(map(len, folded)) / count}


def _sqlite_index(folder: Path, count: int) -> Result:
    database = open_database(folder / "records.db")
    with database.begin() as connection:
        world.create_all(connection)
        ENGINE.ensure(connection)
        connection.execute(insert(cases), [{"id": number} for number in range(1, count + 1)])
        connection.execute(insert(vetoes), [{"case_id": number} for number in vetoed(count)])
    began, cpu = time.perf_counter(), time.process_time()
    with Session(database) as session:
        for number, letter in enumerate(read_letters(folder / "letters.jsonl")):
            ENGINE.put(session, letter)
            if number % 500 == 499:
                session.commit()
        session.commit()
        filled = time.perf_counter() - began
        before = time.perf_counter()
        while ENGINE.settle(session):
            session.commit()
        session.commit()
    indexing_cpu = time.process_time() - cpu
    with database.connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return {
        "fill_s": filled,
        "settle_s": time.perf_counter() - before,
        "index_cpu_s": indexing_cpu,
        "size_mb": (folder / "records.db").stat().st_size / 1e6,
        **_one_letter(folder),
    }


def _one_letter(folder: Path) -> Result:
    """A letter put in, put again corrected, and taken out, each with its commit: median milliseconds."""
    database = open_database(folder / "records.db")
    letter = next(read_letters(folder / "letters.jsonl"))
    times: dict[str, list[float]] = {"put_ms": [], "correct_ms": [], "remove_ms": []}
    for number in range(20):
        new = replace(letter, letter_id=10_000_000 + number)
        steps: tuple[tuple[str, Callable[[Session], None]], ...] = (
            ("put_ms", lambda session, new=new: ENGINE.put(session, new)),  # type: ignore[misc]
            ("correct_ms", lambda session, new=new: ENGINE.put(session, replace(new, text=new.text + "改正"))),  # type: ignore[misc]
            ("remove_ms", lambda session, new=new: ENGINE.remove(session, new.letter_id)),  # type: ignore[misc]
        )
        for name, step in steps:
            began = time.perf_counter()
            with Session(database) as session:
                step(session)
                session.commit()
            times[name].append((time.perf_counter() - began) * 1000)
    return {name: statistics.median(values) for name, values in times.items()}


def _sqlite_search(folder: Path, _count: int) -> Result:
    database = open_database(folder / "records.db")
    queries = load_queries(folder / "queries.json")
    with Session(database) as session:
        ways: dict[str, Callable[[PrincipalPlaceholder], object]] = {
            "date": lambda asked: ENGINE.search(session, parse(asked.text), scope=SCOPE),
            "facets": lambda asked: ENGINE.search(session, parse(asked.text), scope=SCOPE, facets=True),
            "relevance": lambda asked: ENGINE.search(session, parse(asked.text), scope=SCOPE, sort="relevance"),
        }
        times = {way: _timed(queries, search) for way, search in ways.items()}
        words = [asked for asked in queries if asked.kind in ("rare", "phrase")]
        times["similar"] = _timed(
            words, lambda asked: ENGINE.search(session, similar(asked.all_of[0][:4]), scope=SCOPE)
        )
    return {"ms": times}


def _timed(
    queries: list[PrincipalPlaceholder], search: Callable[[PrincipalPlaceholder], object]
) -> dict[str, list[float]]:
    """By kind, for each search the median of some rounds, in milliseconds, after one that warms the cache.

    The kind "cpu" has the CPU time of all searches.
    """
    times: dict[str, list[float]] = {}
    for asked in queries:
        search(asked)
        walls, cpus = [], []
        for _ in range(ROUNDS):
            wall, cpu = time.perf_counter(), time.process_time()
            search(asked)
            walls.append((time.perf_counter() - wall) * 1000)
            cpus.append((time.process_time() - cpu) * 1000)
        times.setdefault(asked.kind, []).append(statistics.median(walls))
        times.setdefault("cpu", []).append(statistics.median(cpus))
    return times


def _sqlite_truth(folder: Path, count: int) -> Result:
    """Every answer against a look through all letters: recall and precision over all hits of all searches."""
    queries, hidden = load_queries(folder / "queries.json"), vetoed(count)
    letters = [(one.letter_id, one.date, folded_letter(one)) for one in read_letters(folder / "letters.jsonl")]
    letters = [letter for letter in letters if letter[0] not in hidden]
    right = wanted = found = 0
    wrong: list[str] = []
    counts: list[int] = []
    looking = 0.0
    with Session(open_database(folder / "records.db")) as session:
        for asked in queries:
            began = time.perf_counter()
            truth = {number for number, day, text in letters if asked.holds(text, day)}
            looking += time.perf_counter() - began
            counts.append(len(truth))
            answer = ENGINE.search(session, parse(asked.text), scope=SCOPE, limit=count)
            got = {hit.letter_id for hit in answer.hits}
            total = (min(len(truth), COUNT_LIMIT), len(truth) <= COUNT_LIMIT)
            if got != truth or (answer.total, answer.total_exact) != total:
                wrong.append(asked.text)
            right, wanted, found = right + len(got & truth), wanted + len(truth), found + len(got)
    return {
        "recall": right / wanted,
        "precision": right / found,
        "hits": wanted,
        "wrong": wrong,
        "counts": counts,
        "look_through_ms": looking * 1000 / len(queries),
    }


def _tantivy_index(folder: Path, count: int) -> Result:
    from tests.bench import tantivy_peer

    began, cpu = time.perf_counter(), time.process_time()
    tantivy_peer.build(folder / "tantivy", read_letters(folder / "letters.jsonl"), vetoed(count))
    return {
        "fill_s": time.perf_counter() - began,
        "index_cpu_s": time.process_time() - cpu,
        "size_mb": sum(path.stat().st_size for path in (folder / "tantivy").iterdir()) / 1e6,
    }


def _tantivy_search(folder: Path, _count: int) -> Result:
    from tests.bench import tantivy_peer

    peer = tantivy_peer.Peer(folder / "tantivy")
    queries = load_queries(folder / "queries.json")
    return {"ms": {"date": _timed(queries, peer.search)}, "counts": [peer.search(asked) for asked in queries]}


_STAGE: dict[str, Callable[[Path, int], Result]] = {
    "make": _make,
    "sqlite_index": _sqlite_index,
    "sqlite_search": _sqlite_search,
    "sqlite_truth": _sqlite_truth,
    "tantivy_index": _tantivy_index,
    "tantivy_search": _tantivy_search,
}


if __name__ == "__main__":
    main()
