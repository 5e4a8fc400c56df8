"""The language of the search box.

Words (all of them, each a piece of text in either script), "phrases" as written, AND OR NOT (与 或 不含, `-word`),
parentheses, wildcards inside words (`张*伟`, `张?伟`), and fields: `date:` `year:` `from:` `channel:` `state:` `no:`
`title:` `like:` (日期 年 来信人 形式 状态 编号 标题 近似). Full-width signs are equivalent to half-width ones. OR binds
closer than a mere space, as on the web; an explicit AND binds closer than OR. What is left open (a quote, a
parenthesis, an operator) is closed or dropped; only an invalid date, value or length is an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index import dates
from index.errors import NothingToSearch, NotOneWord, QueryTooLong
from index.names.finder import Name
from index.names.search import nodes_for, nodes_over_page_ends
from index.nodes import And, DateRange, Facet, Node, Not, Or, Similar, Textual, Wild, Word, leaves, wanted
from index.syntax import AND_WORDS, NOT_WORDS, OR_WORDS, RANGE_WORDS, FacetNames, conjunction, read, similar_word

MAX_CHARACTERS = 1000
MAX_LEAVES = 40
MAX_PARENTHESES = 40
MAX_WILDCARDS = 8
"""Wildcards of all words together: a name or a number with gaps has one to three."""

MAX_SIMILAR = 40
"""Characters of a word to be found with one of them wrong: the name of a unit has about twenty."""

_OPERATORS = frozenset((*AND_WORDS, *OR_WORDS, *NOT_WORDS, *RANGE_WORDS))


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; `root` None matches everything."""

    root: Node | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the query is empty: the newest letters are listed."""
        return self.root is None

    @property
    def words(self) -> tuple[Textual, ...]:
        """The words and patterns that a hit may show, in order."""
        return tuple(wanted(self.root))

    def canonical(self) -> str:
        """The query as text that `parse` reads as the same query: for links and for the search box."""
        return "" if self.root is None else _text_of(self.root, inside=None)


def parse(text: str, names: FacetNames | None = None) -> Query:
    """Parse what a person typed.

    Args:
        text: as typed, or `Query.canonical()`.
        names: for `channel` and `state`, the labels of the values → the stored value; without it, as typed.

    Raises:
        QueryTooLong: too many characters, words, parentheses or wildcards.
        BadDate, BackwardDates, UnknownValue: a field's value makes no sense.
        NothingToSearch: there is only punctuation.
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryTooLong(what="characters", found=len(text), limit=MAX_CHARACTERS)
    if (found := len(re.findall(r"[(（]", text))) > MAX_PARENTHESES:
        raise QueryTooLong(what="parentheses", found=found, limit=MAX_PARENTHESES)
    root = read(text, names or {})
    if root is None and re.search(r"[^\s*＊?？\"“”()（）]", text):
        raise NothingToSearch(text=text.strip())
    if (found := sum(1 for _ in leaves(root))) > MAX_LEAVES:
        raise QueryTooLong(what="words", found=found, limit=MAX_LEAVES)
    _check_patterns(root)
    return Query(root)


def similar(word: str) -> Query:
    """The query for letters that have `word` with exactly one character wrong or missing, but not the word itself.

    OCR reads 信访局 as 信仿局. A shorter word has too many neighbours to be told from other words.

    Raises:
        NotOneWord: it is not a single word of three or more characters without punctuation.
        QueryError: it cannot be parsed at all.
    """
    asked = parse(word).root
    near = similar_word(asked.text) if isinstance(asked, Word) and asked.place == "any" else asked
    if not isinstance(near, Similar):
        raise NotOneWord(text=word.strip())
    _check_patterns(near)
    return Query(conjunction([near, Not(Word(near.text))]))


def query_for(name: Name) -> tuple[Query, ...]:
    """The queries that find every letter in which a finder (`index.names`) would find the name, and perhaps others."""
    return tuple(Query(node) for node in nodes_for(name))


def query_over_page_ends(name: Name) -> tuple[Query, ...]:
    """The queries that find every letter in which the name goes on over the end of a page, and many others."""
    return tuple(Query(node) for node in nodes_over_page_ends(name))


def _check_patterns(root: Node | None) -> None:
    patterns = [leaf for leaf in leaves(root) if isinstance(leaf, Wild | Similar)]
    wildcards = sum(len(re.findall(r"[*?]", leaf.text)) for leaf in patterns if isinstance(leaf, Wild))
    if wildcards > MAX_WILDCARDS:
        raise QueryTooLong(what="wildcards", found=wildcards, limit=MAX_WILDCARDS)
    longest = max((len(leaf.text) for leaf in patterns if isinstance(leaf, Similar)), default=0)
    if longest > MAX_SIMILAR:
        raise QueryTooLong(what="characters of a similar word", found=longest, limit=MAX_SIMILAR)


def _text_of(node: Node, *, inside: type[And] | type[Or] | type[Not] | None) -> str:
    if isinstance(node, And | Or):
        text = (" " if isinstance(node, And) else " OR ").join(_text_of(part, inside=type(node)) for part in node.parts)
        return text if inside is None else f"({text})"
    if isinstance(node, Not):
        return f"NOT {_text_of(node.part, inside=Not)}"
    if isinstance(node, DateRange):
        return f"date:{dates.written(node)}"
    if isinstance(node, Facet):
        return f'{node.name}:"{node.value}"' if re.search(r"\W", node.value) else f"{node.name}:{node.value}"
    if isinstance(node, Similar):
        return f"like:{_quoted(node.text)}"
    place = "" if node.place == "any" else f"{node.place}:"
    if isinstance(node, Wild):
        return f"{place}{node.text}"
    return f'{place}"{node.text}"' if node.exact else f"{place}{_quoted(node.text)}"


def _quoted(text: str) -> str:
    """The word, quoted where the parser would take it for an operator."""
    return f'"{text}"' if text in _OPERATORS else text
