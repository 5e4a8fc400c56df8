"""Does the clock tell what is hidden? `python -m tests.bench.timing [--pairs 500] [--letters 20000]`.

Fills a real archive with letters, hides a fifth of them from a reader, starts `archive serve` and asks it over HTTP,
signed in as that reader, in pairs whose order is drawn: for a hidden letter and for one that does not exist (its page,
a page image, an original, the A4 PDF), and for a word that only hidden letters have (1, 30, or 15 % of all) and for one
that none has, in searches of every kind: alone, as a phrase, a wildcard, a similar word, a field, and beside a word
that all letters have in AND, OR and NOT, with results on the page. Each kind is tested with Wilcoxon's signed-rank test
and with that of Mann and Whitney: a difference is one that either sees at p < 0.001; the report also says how many
tests there were and the lowest p value times their number (Bonferroni). Writes `timing.json` and `timing.md` into
build/bench.

`--bare` serves the site without `archive_app.views.common.constant_time`: what the tests see then.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scipy.stats import binom, mannwhitneyu, wilcoxon
from sqlalchemy import select

from archive_app.access.system import SYSTEM
from archive_app.runtime.archive import Archive, open_archive
from index.text import fold
from storage.models import Letter
from storage.models.types import new_public_id
from storage.session import reading
from tests.bench import site
from tests.bench.letters import read_letters, write_letter, write_letters

LETTERS, HIDDEN = 20_000, 5
"""The letters, if nothing else is said, and the hidden ones: one in so many."""

SEED = 20241124
NO_DIFFERENCE = 0.001
"""The p below which a difference counts as seen."""

AT_ONCE = 3
"""Browsers that ask at a time; each its own pairs."""

ADDRESSES: Mapping[str, str] = {
    "the letter's page": "/letters/{}",
    "a page image": "/letters/{}/pages/1/a4.jpg",
    "an original": "/letters/{}/originals/1",
    "the A4 PDF": "/letters/{}/a4.pdf",
}
FEW, MANY, MOST = 1, 30, 0.15
"""How many hidden letters have a word: two numbers, and a share of all letters."""

SEARCHES: Mapping[str, Callable[[str], str]] = {
    "word": lambda word: word,
    "phrase": lambda word: f'"{word[:2]}，{word[2:]}"',
    "wildcard": lambda word: f"{word[0]}*?{word[3]}",
    "similar": lambda word: f"like:{word[:2]}错{word[3]}",
    "field": lambda word: f"title:{word} OR from:{word} OR {word}",
    "AND": lambda word: f"的 {word}",
    "OR": lambda word: f"的 OR {word}",
    "NOT": lambda word: f"的 NOT {word}",
    "NOT of a wildcard": lambda word: f"的 NOT {word[0]}*{word[3]}",
}

Draw = Callable[[random.Random], tuple[str, str]]
"""Draws a pair of addresses: of what is hidden, and of what is not there."""


@dataclass(frozen=True, slots=True)
class Planted:
    """Words for each number of hidden letters; and words of the same form that no letter has."""

    hidden: Mapping[int, tuple[str, ...]]
    absent: tuple[str, ...]


def main() -> None:
    """Fill, serve, ask, test, report."""
    options = _options()
    if options.serve_bare:
        _serve_bare(Path(options.serve_bare))
        return
    memory = Path("/dev/shm")  # noqa: S108 - memory, if it is there; the folder in it has a name of its own
    with tempfile.TemporaryDirectory(prefix="timing-bench-", dir=memory if memory.is_dir() else None) as folder:
        archive, planted, hidden = _fill(Path(folder), options.data, options.letters)
        draws = {kind: draw for kind, draw in _draws(planted, hidden).items() if re.search(options.kinds, kind)}
        archive.close()
        with _served(archive.settings.folder, bare=options.bare) as address:
            cookie = site.Browser(address, "kept-out").cookie
            browsers = [site.Browser(address, "kept-out", cookie) for _ in range(AT_ONCE)]
            figures = [_compared(kind, _asked(browsers, draw, options, kind)) for kind, draw in draws.items()]
    _report(figures, options)
    sys.exit(0 if all(each["p_wilcoxon"] >= NO_DIFFERENCE <= each["p_mann_whitney"] for each in figures) else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--pairs", type=int, default=500, help="pairs of each kind")
    parser.add_argument("--letters", type=int, default=LETTERS)
    parser.add_argument("--kinds", default="", help="only kinds of this regular expression")
    parser.add_argument("--bare", action="store_true", help="serve without even times")
    parser.add_argument("--data", type=Path, default=os.environ.get("ARCHIVE_TEST_DATA"))
    parser.add_argument("--serve-bare", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.data = Path(options.data or site.REPOSITORY.parent / "shared" / "data")
    return options


def _fill(folder: Path, data: Path, count_of_letters: int) -> tuple[Archive, Planted, list[str]]:
    """The archive, the words, and the public ids of the hidden letters."""
    drawn = random.Random(SEED)
    hidden = drawn.sample(range(1, count_of_letters + 1), count_of_letters // HIDDEN)
    words = _words()
    how_many = {FEW: 20, MANY: 20, int(count_of_letters * MOST): 3}
    planted = Planted(
        {count: tuple(next(words) for _ in range(many)) for count, many in how_many.items()},
        tuple(next(words) for _ in range(sum(how_many.values()))),
    )
    of_letter: dict[int, list[str]] = {}
    for count, some in planted.hidden.items():
        for word in some:
            for number in drawn.sample(hidden, count):
                of_letter.setdefault(number, []).append(word)
    drawn_letters, written = folder / "drawn.jsonl", folder / "letters.jsonl"
    write_letters(data / "petitions", drawn_letters, count_of_letters)
    with written.open("w", encoding="utf-8") as file:
        for letter in read_letters(drawn_letters):
            text = "，".join((letter.text, *of_letter.get(letter.letter_id, ())))
            write_letter(file, replace(letter, text=text))
    archive = site.fill(folder / "archive", written, frozenset(hidden))
    with reading(archive.sessions, SYSTEM.key) as session:
        ids = session.scalars(select(Letter.public_id).where(Letter.id.in_(hidden))).all()
    return archive, planted, sorted(ids)


def _words() -> Iterator[str]:
    """Words of four characters that no petition has; no two of them share a character."""
    rare = [chr(point) for point in range(0x3400, 0x4D00) if fold(chr(point)).text == chr(point)]
    random.Random(SEED).shuffle(rare)
    for at in range(0, len(rare) - 3, 4):
        yield "".join(rare[at : at + 4])


def _draws(planted: Planted, hidden: list[str]) -> Mapping[str, Draw]:
    def look_up(address: str) -> Draw:
        return lambda drawn: (address.format(drawn.choice(hidden)), address.format(new_public_id()))

    def search(words: tuple[str, ...], form: Callable[[str], str]) -> Draw:
        def draw(drawn: random.Random) -> tuple[str, str]:
            asked = drawn.choice(words), drawn.choice(planted.absent)
            one, other = ("/search?" + urllib.parse.urlencode({"q": form(word)}) for word in asked)
            return one, other

        return draw

    draws = {kind: look_up(address) for kind, address in ADDRESSES.items()}
    for count, words in planted.hidden.items():
        draws |= {f"{kind}, {count:,} hidden": search(words, form) for kind, form in SEARCHES.items()}
    return draws


@contextmanager
def _served(folder: Path, *, bare: bool) -> Iterator[str]:
    module = ["tests.bench.timing", "--serve-bare", str(folder)]
    serve = ["archive_app", "--archive", str(folder), "serve", "--port", "0", "--no-worker"]
    command = [sys.executable, "-m", *(module if bare else serve)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=site.REPOSITORY) as process:
        assert process.stdout is not None
        try:
            yield urllib.parse.urlsplit(process.stdout.readline().strip()).netloc
        finally:
            process.terminate()


def _serve_bare(folder: Path) -> None:
    from waitress.server import create_server

    from archive_app.site import create_app

    server = create_server(create_app(open_archive(folder)), host="127.0.0.1", port=0, threads=8)  # type: ignore[no-untyped-call]
    print(f"http://127.0.0.1:{server.effective_port}/", flush=True)
    server.run()


def _asked(
    browsers: list[site.Browser], draw: Draw, options: argparse.Namespace, kind: str
) -> list[tuple[float, float]]:
    """Seconds of each pair, the hidden one first whatever the order in which they were asked."""
    each = -(-options.pairs // len(browsers))
    with ThreadPoolExecutor(len(browsers)) as threads:
        asked = [threads.submit(_pairs, one, draw, each, f"{kind}/{at}") for at, one in enumerate(browsers)]
        return [pair for of_browser in asked for pair in of_browser.result()]


def _pairs(browser: site.Browser, draw: Draw, count: int, seed: str) -> list[tuple[float, float]]:
    drawn = random.Random(seed)
    measured = []
    for number in range(-20, count):
        hidden, absent = draw(drawn)
        if drawn.random() < 0.5:
            seconds = browser.time(hidden), browser.time(absent)
        else:
            second, first = browser.time(absent), browser.time(hidden)
            seconds = first, second
        if number >= 0:
            measured.append(seconds)
    return measured


def _compared(kind: str, pairs: list[tuple[float, float]]) -> dict[str, Any]:
    hidden, absent = ([pair[side] * 1000 for pair in pairs] for side in (0, 1))
    differences = sorted(one - other for one, other in zip(hidden, absent, strict=True))
    low = int(binom.ppf(0.025, len(differences), 0.5))
    figures = {
        "kind": kind,
        "pairs": len(pairs),
        "hidden_ms": statistics.median(hidden),
        "absent_ms": statistics.median(absent),
        "difference_us": statistics.median(differences) * 1000,
        "from_us": differences[low] * 1000,
        "to_us": differences[-low - 1] * 1000,
        "p_wilcoxon": float(wilcoxon(hidden, absent).pvalue),
        "p_mann_whitney": float(mannwhitneyu(hidden, absent).pvalue),
        "beyond_first_step": [sum(each > 1.5 * min(each_side) for each in each_side) for each_side in (hidden, absent)],
    }
    print(json.dumps(figures, ensure_ascii=False), file=sys.stderr, flush=True)
    return figures


def _report(figures: list[dict[str, Any]], options: argparse.Namespace) -> None:
    name = "timing-bare" if options.bare else "timing"
    lowest = min(min(each["p_wilcoxon"], each["p_mann_whitney"]) for each in figures)
    rows = [
        f"# The clock: hidden against absent, over HTTP{', without even times' if options.bare else ''}",
        "",
        f"{options.letters:,} letters, one in {HIDDEN} hidden from the reader. The difference is the median over the",
        "pairs, with its 95 % confidence interval (order statistics). `late` are answers that took half as long again",
        f"as the fastest. {AT_ONCE} browsers at a time; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.",
        "",
        "| asked for | pairs | hidden, ms | absent, ms | difference, µs (95 %) | late | Wilcoxon p | Mann–Whitney p |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for each in figures:
        rows.append(
            f"| {each['kind']} | {each['pairs']:,} | {each['hidden_ms']:.2f} | {each['absent_ms']:.2f} "
            f"| {each['difference_us']:+.0f} ({each['from_us']:+.0f} … {each['to_us']:+.0f}) "
            f"| {each['beyond_first_step'][0]} / {each['beyond_first_step'][1]} "
            f"| {each['p_wilcoxon']:.3g} | {each['p_mann_whitney']:.3g} |"
        )
    seen = [each["kind"] for each in figures if min(each["p_wilcoxon"], each["p_mann_whitney"]) < NO_DIFFERENCE]
    tests = 2 * len(figures)
    rows += ["", f"A difference at p < {NO_DIFFERENCE}: {', '.join(seen) or 'none'}."]
    rows += [f"The lowest p of {tests} tests is {lowest:.2g}; times {tests}, {min(1.0, lowest * tests):.2g}."]
    output = site.REPOSITORY / "build" / "bench"
    output.mkdir(parents=True, exist_ok=True)
    (output / f"{name}.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False), "utf-8")
    (output / f"{name}.md").write_text("\n".join(rows) + "\n", "utf-8")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
