"""Small letters and searches drawn from few characters, so that they meet often."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from index.engines.base import Document
from index.nodes import And, DateRange, Facet, Node, Not, Or, Place
from index.syntax import conjunction, disjunction, negation, similar_word, wild, word

CHARACTERS = "信访局长長領领，。、 \nab1Ａ𠮷𬱖\U00031350－×\x00"
CHANNELS, STATES = ("letter", "web"), ("read", "kept")

raw_texts = st.text(CHARACTERS, max_size=24)
short_texts = st.text(CHARACTERS, min_size=1, max_size=5)
days = st.dates(date(2023, 12, 30), date(2024, 1, 3))
places = st.sampled_from(("any", "any", "any", "title", "from", "no"))


@st.composite
def documents(draw: st.DrawFn, letter_id: int | None = None) -> Document:
    return Document(
        letter_id=draw(st.integers(1, 12)) if letter_id is None else letter_id,
        case_id=draw(st.integers(1, 4)),
        date=draw(days),
        text=draw(raw_texts),
        title=draw(st.text(CHARACTERS, max_size=6)),
        sender=draw(st.text(CHARACTERS, max_size=4)),
        receipt_no=draw(st.text("ab12-", max_size=6)),
        channel=draw(st.sampled_from(CHANNELS)),
        state=draw(st.sampled_from(STATES)),
    )


@st.composite
def archives(draw: st.DrawFn) -> list[Document]:
    return [draw(documents(number)) for number in range(1, draw(st.integers(1, 9)) + 1)]


def _wild(text: str, place: Place) -> Node | None:
    return wild(text, place)


leaves = st.one_of(
    st.builds(lambda text, place, quoted: word(text, place, quoted=quoted), short_texts, places, st.booleans()),
    st.builds(_wild, st.text(CHARACTERS + "*?*?", min_size=2, max_size=6), places),
    st.builds(similar_word, st.text("信访局长領a", min_size=3, max_size=4)),
    st.builds(lambda one, other: DateRange(min(one, other), max(one, other)), days, days),
    st.builds(DateRange, days, st.none()),
    st.builds(lambda value: Facet("channel", value), st.sampled_from(CHANNELS)),
    st.builds(lambda value: Facet("state", value), st.sampled_from(STATES)),
)


def _both(parts: st.SearchStrategy[Node | None]) -> st.SearchStrategy[Node | None]:
    several = st.lists(parts.filter(lambda part: part is not None), min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda found: conjunction([part for part in found if part])),
        several.map(lambda found: disjunction([part for part in found if part])),
        parts.map(negation),
    )


roots = st.recursive(leaves, _both, max_leaves=5)

__all__ = ["CHARACTERS", "And", "Not", "Or", "archives", "documents", "raw_texts", "roots", "short_texts"]
