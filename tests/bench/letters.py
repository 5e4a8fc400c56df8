"""Letters for measuring, resampled from real petitions, and the searches asked of them; one seed, one outcome."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TextIO

from index.engines.base import Document
from index.text import fold, runs

SEED = 20241123
FIRST_DAY, DAYS = date(2015, 1, 1), 3650
KINDS = ("rare", "common", "phrase", "across", "and", "or", "not", "one character", "dates", "wildcard")
PER_KIND = 20
_NOISE = 0.004


@dataclass(frozen=True, slots=True)
class PrincipalPlaceholder:
    """One search: as typed, and what it means, for engines that are asked in other ways."""

    kind: str
    text: str
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    days: tuple[str, str] | None = None
    wild: tuple[str, str] | None = None

    def holds(self, folded: str, day: date) -> bool:
        """Whether a letter answers, by looking through its text."""
        if self.days and not self.days[0] <= day.isoformat() <= self.days[1]:
            return False
        if self.wild and not re.search(rf"{self.wild[0]}[^\W_]{{0,10}}{self.wild[1]}", folded):
            return False
        return (
            all(piece in folded for piece in self.all_of)
            and (not self.any_of or any(piece in folded for piece in self.any_of))
            and not any(piece in folded for piece in self.none_of)
        )


def write_letters(petitions: Path, target: Path, count: int) -> None:
    """Write letters of 300 to 800 characters, one JSON a line: sentences of petitions, mixed, with wrong characters."""
    sentences = _sentences(petitions)
    characters = [one for one, _ in Counter("".join(sentences[:20000])).most_common(3000)]
    drawn = random.Random(SEED)
    with target.open("w", encoding="utf-8") as file:
        for number in range(1, count + 1):
            letter = {
                "letter_id": number,
                "case_id": number,
                "date": (FIRST_DAY + timedelta(days=drawn.randrange(DAYS))).isoformat(),
                "text": _mixed(drawn, sentences, characters),
                "title": drawn.choice(sentences)[:24],
                "channel": drawn.choice(("letter", "letter", "visit", "telephone", "online")),
                "state": drawn.choice(("registered", "handling", "closed", "closed", "closed")),
            }
            file.write(json.dumps(letter, ensure_ascii=False) + "\n")


def write_letter(file: TextIO, letter: Document) -> None:
    """Write one letter as `write_letters` does."""
    row = asdict(letter) | {"date": letter.date.isoformat()}
    file.write(json.dumps({name: value for name, value in row.items() if value != ""}, ensure_ascii=False) + "\n")


def read_letters(source: Path) -> Iterator[Document]:
    """The letters, one after the other, none kept."""
    with source.open(encoding="utf-8") as file:
        for line in file:
            letter = json.loads(line)
            letter["date"] = date.fromisoformat(letter["date"])
            yield Document(**letter)


def folded_letter(letter: Document) -> str:
    """What a word may stand in: title and text."""
    return fold(f"{letter.title}\x00{letter.text}").text


def vetoed(count: int) -> set[int]:
    """The cases that the reader may not see: a tenth."""
    return set(random.Random(SEED + 1).sample(range(1, count + 1), count // 10))


def make_queries(folded: list[str]) -> list[PrincipalPlaceholder]:
    """Twenty searches of each kind, cut out of the letters, so that they find something."""
    drawn = random.Random(SEED + 2)
    pairs = Counter(run[at : at + 2] for text in folded[:3000] for run in set(runs(text)) for at in range(len(run) - 1))
    hanzi = [(pair, n) for pair, n in pairs.most_common() if re.fullmatch(r"[\u4e00-\u9fff]{2}", pair)]
    common = [pair for pair, _ in hanzi[:150]]
    usual = [pair for pair, _ in hanzi[300:3000]]
    single = [one for one, _ in Counter("".join(folded[:1000])).most_common(1500) if re.match(r"[\u4e00-\u9fff]", one)]
    makers: dict[str, Callable[[], PrincipalPlaceholder | None]] = {
        "rare": lambda: _piece("rare", folded, drawn, 4),
        "common": lambda: _words("common", drawn.choice(common)),
        "phrase": lambda: _piece("phrase", folded, drawn, drawn.randint(7, 12)),
        "across": lambda: _across(folded, drawn),
        "and": lambda: _words("and", drawn.choice(common), drawn.choice(usual)),
        "or": lambda: _either(drawn.choice(usual), drawn.choice(common)),
        "not": lambda: _without(drawn.choice(common), drawn.choice(usual)),
        "one character": lambda: _words("one character", drawn.choice(single)),
        "dates": lambda: _dated(drawn, drawn.choice(common)),
        "wildcard": lambda: _wild(folded, drawn),
    }
    queries: list[PrincipalPlaceholder] = []
    for kind in KINDS:
        some: dict[str, PrincipalPlaceholder] = {}
        while len(some) < PER_KIND:
            if asked := makers[kind]():
                some[asked.text] = asked
        queries += some.values()
    return queries


def save_queries(queries: list[PrincipalPlaceholder], target: Path) -> None:
    """Write the searches for the other processes of the run."""
    target.write_text(json.dumps([asdict(asked) for asked in queries], ensure_ascii=False), "utf-8")


def load_queries(source: Path) -> list[PrincipalPlaceholder]:
    """Read them again."""
    rows = json.loads(source.read_text("utf-8"))
    return [
        PrincipalPlaceholder(**{name: tuple(v) if isinstance(v, list) else v for name, v in row.items()})
        for row in rows
    ]


def _sentences(petitions: Path) -> list[str]:
    rows = [
        json.loads(line) for path in sorted(petitions.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()
    ]
    texts = [f"{row['text'] or ''}。{row.get('reply') or ''}" for row in rows]
    found = [one.strip() for text in texts for one in re.findall(r"[^。！？\n]+[。！？]?", text)]
    return [one for one in found if 6 <= len(one) <= 150]


def _mixed(drawn: random.Random, sentences: list[str], characters: list[str]) -> str:
    target, parts, size = drawn.randint(300, 700), [], 0
    while size < target:
        parts.append(drawn.choice(sentences))
        size += len(parts[-1])
    text = list("".join(parts)[:800])
    for _ in range(int(len(text) * _NOISE)):
        text[drawn.randrange(len(text))] = drawn.choice(characters)
    return "".join(text)


def _piece(kind: str, folded: list[str], drawn: random.Random, length: int) -> PrincipalPlaceholder | None:
    run = drawn.choice(runs(drawn.choice(folded)))
    if len(run) < length or not re.fullmatch(r"[\u4e00-\u9fff0-9a-z]+", run):
        return None
    start = drawn.randint(0, len(run) - length)
    piece = run[start : start + length]
    if kind == "rare" and sum(piece in text for text in folded[:20000]) > 4:
        return None
    return PrincipalPlaceholder(kind, f'"{piece}"', all_of=(piece,))


def _across(folded: list[str], drawn: random.Random) -> PrincipalPlaceholder | None:
    text = drawn.choice(folded)
    start = drawn.randrange(len(text) - 12)
    piece = text[start : start + drawn.randint(6, 12)]
    return PrincipalPlaceholder("across", f'"{piece}"', all_of=(piece,)) if re.fullmatch(r"\w+，?,\w+", piece) else None


def _words(kind: str, *words: str) -> PrincipalPlaceholder:
    return PrincipalPlaceholder(kind, " ".join(words), all_of=words)


def _either(one: str, other: str) -> PrincipalPlaceholder:
    return PrincipalPlaceholder("or", f"{one} OR {other}", any_of=(one, other))


def _without(one: str, other: str) -> PrincipalPlaceholder:
    return PrincipalPlaceholder("not", f"{one} NOT {other}", all_of=(one,), none_of=(other,))


def _dated(drawn: random.Random, word: str) -> PrincipalPlaceholder:
    first = FIRST_DAY + timedelta(days=drawn.randrange(DAYS - 200))
    last = first + timedelta(days=drawn.choice((7, 30, 180)))
    return PrincipalPlaceholder(
        "dates", f"{word} date:[{first} to {last}]", all_of=(word,), days=(first.isoformat(), last.isoformat())
    )


def _wild(folded: list[str], drawn: random.Random) -> PrincipalPlaceholder | None:
    run = drawn.choice(runs(drawn.choice(folded)))
    if len(run) < 9 or not re.fullmatch(r"[\u4e00-\u9fff]+", run):
        return None
    start = drawn.randint(0, len(run) - 8)
    size = drawn.choice((1, 2, 2))
    before, after = run[start : start + size], run[start + size + drawn.randint(0, 3) :][:2]
    return PrincipalPlaceholder("wildcard", f"{before}*{after}", wild=(before, after)) if len(after) == 2 else None
