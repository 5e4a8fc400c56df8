"""The peer: tantivy over the same tokens of the same letters, asked for the same.

It is given advantages: what the reader may see is a field of the index (a real archive cannot know that in advance),
single characters have a field of their own, and phrases across punctuation and wildcards are not verified.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import tantivy

from index.engines.base import Document
from index.text import fold, runs, tokens
from tests.bench.letters import PrincipalPlaceholder


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("characters", tokenizer_name="whitespace", index_option="basic")
    builder.add_integer_field("day", indexed=True, fast=True)
    builder.add_integer_field("hidden", indexed=True)
    builder.add_integer_field("letter_id", stored=True, indexed=True, fast=True)
    return builder.build()


def build(folder: Path, letters: Iterable[Document], hidden: set[int]) -> None:
    """Index the letters and merge, as our own index is settled after it was filled."""
    folder.mkdir(parents=True)
    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(heap_size=128_000_000, num_threads=1)
    for letter in letters:
        folded = fold(f"{letter.title}\x00{letter.text}").text
        writer.add_document(
            tantivy.Document(
                words=" ".join(tokens(folded)),
                characters=" ".join(sorted(set("".join(runs(folded))))),
                day=letter.date.toordinal(),
                hidden=int(letter.case_id in hidden),
                letter_id=letter.letter_id,
            )
        )
    writer.commit()
    writer.wait_merging_threads()


class Peer:
    """An index opened for searching."""

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, asked: PrincipalPlaceholder) -> int:
        """The newest twenty that may be seen, with their ids, and the count of all."""
        found = self._searcher.search(self._query(asked), limit=20, count=True, order_by_field="day")
        for _, address in found.hits:
            self._searcher.doc(address)["letter_id"]
        return int(found.count)

    def _query(self, asked: PrincipalPlaceholder) -> Any:
        query, schema = tantivy.Query, self._index.schema
        parts = [(tantivy.Occur.Must, query.term_query(schema, "hidden", 0))]
        parts += [(tantivy.Occur.Must, self._phrase(piece)) for piece in (*asked.all_of, *(asked.wild or ()))]
        parts += [(tantivy.Occur.MustNot, self._phrase(piece)) for piece in asked.none_of]
        if asked.any_of:
            either = query.boolean_query([(tantivy.Occur.Should, self._phrase(piece)) for piece in asked.any_of])
            parts.append((tantivy.Occur.Must, either))
        if asked.days:
            first, last = (_ordinal(day) for day in asked.days)
            kind = tantivy.FieldType.Integer
            parts.append((tantivy.Occur.Must, query.range_query(schema, "day", kind, first, last)))
        return query.boolean_query(parts)

    def _phrase(self, piece: str) -> Any:
        *earlier, last = runs(piece)
        cut = [token for run in earlier for token in tokens(run)] + (tokens(last)[:-1] or [last])
        if len(cut) > 1:
            return tantivy.Query.phrase_query(self._index.schema, "words", cut)
        field = "characters" if len(cut[0]) == 1 else "words"
        return tantivy.Query.term_query(self._index.schema, field, cut[0])


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()
