"""The declaration of free text is complete: every column that can hold text says whether people write about a case."""

from __future__ import annotations

import pytest
from sqlalchemy import JSON, Column, Integer, MetaData, Table, Text

from storage.models import Base
from storage.models.free_text import FreeText, declared, free_columns, free_text, holds_text, no_free_text, words_of

EVERY = [column for table in Base.metadata.sorted_tables for column in table.columns]


@pytest.mark.parametrize("column", EVERY, ids=str)
def test_a_column_that_can_hold_text_is_declared_and_no_other(column: Column[object]) -> None:
    assert (declared(column) is not None) == holds_text(column)
    if isinstance(said := declared(column), FreeText):
        assert bool(said.paths) == isinstance(column.type, JSON)
        assert said.only is None or said.only[0] in column.table.columns


def test_words_are_read_where_the_declaration_says() -> None:
    metadata = MetaData()
    Table(
        "notes",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("kind", Text, info=no_free_text("a code")),
        Column("words", Text, info=free_text(only=("kind", "said"))),
        Column("details", JSON, info=free_text("reason", "papers[].title", "[].name")),
    )
    ((table, columns),) = free_columns(metadata).items()
    words, details = table.c.words, table.c.details
    assert list(words_of(columns[words], "甲", {"kind": "said"})) == [("", "甲")]
    assert list(words_of(columns[words], "甲", {"kind": "found"})) == []
    value = {"reason": "乙", "days": 3, "papers": [{"title": "丙", "pages": 1}, {"title": ""}]}
    assert list(words_of(columns[details], value, {})) == [("reason", "乙"), ("papers[].title", "丙")]
    assert list(words_of(columns[details], [{"name": "丁"}], {})) == [("[].name", "丁")]
    assert list(words_of(columns[details], None, {})) == []
