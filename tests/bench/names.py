"""Names in text measured: `python -m tests.bench.names [--letters PATH]`.

How many of 1,000 made mentions of a made staff are found, by kind of spelling, and in how many real letters somebody
of the staff is found, though nobody of them is named there, by kind of spelling. Prints tables and writes `names.md`
into build/bench. Without the petitions of the shared data the letters are made too. Read the speed as a ratio.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from index.names import NameFinder, NameHit, mentions
from tests.index.mentions import KINDS, Employee, letters, names_of, staff
from tests.index.test_mentions import ORDINARY

REPOSITORY = Path(__file__).resolve().parents[2]
SEEDS = range(3)
PEOPLE = 60


def main() -> None:
    """Measure with several staffs, and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="take every so many of the petitions only")
    options = parser.parse_args()
    texts = petitions()[:: options.every]
    found, wrong, with_any, seconds = Counter[str](), Counter[str](), [], 0.0
    for seed in SEEDS:
        seeded = random.Random(seed)
        people = staff(seeded, PEOPLE)
        finder = NameFinder(names_of(people))
        for letter in letters(seeded, people, [text for _, text in texts]):
            found[letter.kind] += letter.who.name in mentions(finder, ("", "", ""), letter.pages)
        begun = time.process_time()
        hits = [finder.find(f"{title}\0{text}") for title, text in texts]
        seconds += time.process_time() - begun
        of_name = {one.name: one for one in people}
        for each in hits:
            wrong.update({spelling(hit, of_name[str(hit.key)]) for hit in each})
        with_any.append(1000 * sum(map(bool, hits)) / len(texts))
    characters = len(SEEDS) * sum(len(title) + len(text) for title, text in texts)
    report = _report(found, wrong, with_any, len(texts), characters / seconds)
    print(report)
    output = REPOSITORY / "build" / "bench"
    output.mkdir(parents=True, exist_ok=True)
    (output / "names.md").write_text(report, "utf-8")


def petitions() -> list[tuple[str, str]]:
    """Title and text of each real letter, or of made ones."""
    folder = Path(os.environ.get("ARCHIVE_TEST_DATA", REPOSITORY.parent / "shared" / "data")) / "petitions"
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    rows = map(json.loads, lines)
    return [(row["title"] or "", row["text"] or "") for row in rows] or [("", text) for text in ORDINARY]


def spelling(hit: NameHit, one: Employee) -> str:
    """The kind of spelling in which somebody was found."""
    if not hit.is_nickname:
        if hit.name != one.name:
            return "post"
        if not hit.exact:
            return "one wrong or missing"
        return f"whole, {len(one.name)} characters" if len(hit.found) == len(one.name) else "whole, in pieces"
    if hit.name.isascii():
        return "Latin"
    if hit.name == one.given:
        return "given alone"
    if hit.name.startswith(one.given) and len(one.given) > 1:
        return "given + 同志"
    return "老小阿 + surname" if hit.name.endswith(one.surname) else "surname + post"


def _report(found: Counter[str], wrong: Counter[str], with_any: Sequence[float], count: int, speed: float) -> str:
    lines = [f"| mention | found of {100 * len(SEEDS)} |", "|---|---:|"]
    lines += [f"| {kind} | {found[kind] / len(SEEDS):.1f} % |" for kind in KINDS]
    lines += ["", f"| found by chance, in 1,000 of {count} letters | letters |", "|---|---:|"]
    lines += [f"| {kind} | {1000 * times / count / len(SEEDS):.2f} |" for kind, times in wrong.most_common()]
    lines += [f"| anybody, staff by staff | {', '.join(f'{each:.1f}' for each in with_any)} |"]
    return "\n".join([*lines, "", f"{speed / 1e6:.2f} million characters a second, {PEOPLE} people", ""])


if __name__ == "__main__":
    main()
