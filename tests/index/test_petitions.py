"""Over 13,053 real petitions: the letters found are exactly those that have the words."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from index.engines.base import Document, Engine
from index.query import parse
from index.text import fold
from tests.index.engines import ENGINES, SCOPE, database_of, settle_world

ALL = 20_000


@dataclass(frozen=True)
class Petitions:
    engine: Engine
    session: Session
    ids: list[str]
    raw: list[str]
    folded: list[str]

    def found(self, asked: str) -> set[int]:
        return {hit.letter_id for hit in self.engine.search(self.session, parse(asked), scope=SCOPE, limit=ALL).hits}


@pytest.fixture(scope="module", params=ENGINES)
def petitions(
    request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Petitions]:
    engine: Engine = request.param
    lines = [
        json.loads(line)
        for path in sorted((shared_data / "petitions").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    texts = [f"{row['text'] or ''}\n\x00\n{row.get('reply') or ''}" for row in lines]
    titles = [row.get("title") or "" for row in lines]
    raw = [f"{title}\x00{text}" for title, text in zip(titles, texts, strict=True)]
    with database_of(engine, tmp_path_factory.mktemp("petitions")) as database, Session(database) as session:
        settle_world(session, {1}, set())
        for number, (text, title) in enumerate(zip(texts, titles, strict=True)):
            day = date(2018, 1, 1) + timedelta(days=number % 700)
            engine.put(session, Document(number, 1, day, text, title))
        yield Petitions(engine, session, [row["id"] for row in lines], raw, [fold(one).text for one in raw])


def test_the_150_terms_give_the_letters_of_the_truth(petitions: Petitions, shared_data: Path) -> None:
    truth = json.loads((shared_data / "petitions" / "truth" / "search_exact_terms.json").read_text("utf-8"))
    assert len(truth) == 150
    for term, ids in truth.items():
        assert {petitions.ids[number] for number in petitions.found(f'"{term}"')} == set(ids), term


def test_pieces_of_real_text_are_found_everywhere_they_stand(petitions: Petitions) -> None:
    """Stretches cut at random, without regard to words: names, figures, halves of words, across punctuation."""
    seeded = random.Random(7)
    for _ in range(120):
        text = seeded.choice([one for one in petitions.folded if len(one) > 40])
        start = seeded.randrange(len(text) - 12)
        piece = text[start : start + seeded.choice((1, 2, 3, 4, 8, 12))]
        if not re.fullmatch(r"[^\ufdd0\"]*\w[^\ufdd0\"]*", piece) or piece != piece.strip():
            continue
        assert petitions.found(f'"{piece}"') == {n for n, one in enumerate(petitions.folded) if piece in one}, piece


def test_a_stretch_is_found_by_its_traditional_and_full_width_form(petitions: Petitions) -> None:
    plain_hits = petitions.found("投诉电话")
    assert plain_hits
    assert petitions.found("投訴電話") == plain_hits
    assert petitions.found("投诉 电话") >= plain_hits
    assert petitions.found("abc") == petitions.found("ＡＢＣ")
