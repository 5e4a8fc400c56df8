"""A rebuild makes the index agree with the records, and can be stopped anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from index.engines.base import Document, Engine
from index.engines.tables import notes
from index.query import parse
from index.rebuild import Rebuilt, rebuild
from tests.index.engines import ENGINES, SCOPE, database_of, settle_world

LETTERS = {
    number: Document(number, 1, date(2024, 1, 1 + number % 9), f"噪音第{number}封", title="通知")
    for number in range(1, 24)
}
Open = Callable[[], AbstractContextManager[Session]]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    engine: Engine = request.param
    return engine


@pytest.fixture
def opened(engine: Engine, tmp_path: Path) -> Iterator[Open]:
    with database_of(engine, tmp_path) as database:
        with Session(database) as session:
            settle_world(session, {1}, set())
            session.commit()

        @contextmanager
        def unit_of_work() -> Iterator[Session]:
            with Session(database) as session:
                session.connection(execution_options={"writes": True})
                yield session

        yield unit_of_work


def source_of(letters: dict[int, Document]) -> Callable[[Session, int, int], Sequence[Document]]:
    def source(_session: Session, below: int, count: int) -> Sequence[Document]:
        return [letters[number] for number in sorted(letters, reverse=True) if number < below][:count]

    return source


def found(engine: Engine, opened: Open, asked: str) -> set[int]:
    with opened() as session:
        return {hit.letter_id for hit in engine.search(session, parse(asked), scope=SCOPE, limit=100).hits}


class Stopped(Exception):
    pass


def stop_after(done: int) -> Callable[[int], None]:
    def progress(count: int) -> None:
        if count >= done:
            raise Stopped

    return progress


def test_an_empty_index_is_filled_batch_by_batch(engine: Engine, opened: Open) -> None:
    told: list[int] = []
    assert rebuild(engine, opened, source_of(LETTERS), batch=10, progress=told.append) == Rebuilt(23, 0)
    assert told == [10, 20, 23]
    assert found(engine, opened, "噪音") == set(LETTERS)


def test_what_was_lost_changed_or_left_over_is_mended_in_place(engine: Engine, opened: Open) -> None:
    with opened() as session:
        for letter in LETTERS.values():
            if letter.letter_id != 7:
                engine.put(session, letter)
        engine.put(session, replace(LETTERS[8], text="旧的文字"))
        engine.put(session, replace(LETTERS[1], letter_id=99))
        session.commit()
    letters = {number: letter for number, letter in LETTERS.items() if number != 3}
    assert rebuild(engine, opened, source_of(letters), batch=5) == Rebuilt(22, 2)
    assert found(engine, opened, "噪音") == set(letters)
    assert found(engine, opened, "旧的") == set()


def test_every_letter_stays_findable_while_a_current_index_is_mended(engine: Engine, opened: Open) -> None:
    rebuild(engine, opened, source_of(LETTERS))
    seen: list[set[int]] = []
    rebuild(engine, opened, source_of(LETTERS), batch=4, progress=lambda _: seen.append(found(engine, opened, "噪音")))
    assert len(seen) == 6
    assert all(letters == set(LETTERS) for letters in seen)


@pytest.mark.parametrize("anew", [False, True])
def test_a_stopped_rebuild_goes_on_where_it_stopped(engine: Engine, opened: Open, *, anew: bool) -> None:
    with pytest.raises(Stopped):
        rebuild(engine, opened, source_of(LETTERS), anew=anew, batch=5, progress=stop_after(10))
    with opened() as session:
        assert engine.unfinished_rebuild(session) == 14
    assert found(engine, opened, "噪音") == set(range(14, 24))
    assert rebuild(engine, opened, source_of(LETTERS), batch=5) == Rebuilt(13, 0)
    with opened() as session:
        assert engine.unfinished_rebuild(session) is None
    assert found(engine, opened, "噪音") == set(LETTERS)


def test_a_letter_that_arrives_meanwhile_stays(engine: Engine, opened: Open) -> None:
    letters = dict(LETTERS)

    def arrive(done: int) -> None:
        with opened() as session:
            letters[100 + done] = replace(LETTERS[1], letter_id=100 + done)
            engine.put(session, letters[100 + done])
            session.commit()

    rebuild(engine, opened, source_of(letters), batch=5, progress=arrive)
    assert found(engine, opened, "噪音") == set(letters)
    assert len(letters) == 28


def test_an_index_folded_otherwise_is_made_anew(engine: Engine, opened: Open) -> None:
    with opened() as session:
        engine.put(session, replace(LETTERS[1], letter_id=99))
        session.execute(update(notes).where(notes.c.name == "fingerprint").values(value="older"))
        session.commit()
    with opened() as session:
        assert not engine.is_current(session)
    assert rebuild(engine, opened, source_of(LETTERS)) == Rebuilt(23, 0)
    with opened() as session:
        assert engine.is_current(session)
    assert found(engine, opened, "噪音") == set(LETTERS)
