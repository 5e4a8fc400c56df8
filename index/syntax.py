"""Parse what a person typed into a tree of nodes, with Whoosh's parser; no Whoosh type leaves this module."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from index.dates import date_range, parse_dates
from index.errors import UnknownValue
from index.nodes import And, Facet, FacetName, Node, Not, Or, Place, Similar, Wild, Word
from index.text import WALL, boundary_class, fold, is_traditional, plain, runs

with warnings.catch_warnings():
    # Whoosh 2.7.4 predates the warning about "\w" in a plain string.
    warnings.simplefilter("ignore")
    _qparser: Any = import_module("whoosh.qparser")
plugins, syntax = _qparser.plugins, _qparser.syntax

FIELDS: Mapping[str, str] = {
    "date": "date",
    "year": "date",
    "from": "from",
    "channel": "channel",
    "state": "state",
    "no": "no",
    "title": "title",
    "like": "like",
    "日期": "date",
    "年": "date",
    "年份": "date",
    "来信人": "from",
    "形式": "channel",
    "状态": "state",
    "编号": "no",
    "标题": "title",
    "近似": "like",
}
"""Field names before a colon, in English and Chinese."""

AND_WORDS = ("与", "并且")
OR_WORDS = ("或", "或者")
NOT_WORDS = ("不含",)
"""Chinese words that are operators only when they are alone between two others; elsewhere they are words."""

RANGE_WORDS = ("to", "至", "到")
"""Words between two dates of a range."""

FacetNames = Mapping[FacetName, Mapping[str, str]]
"""For each facet, the labels of its values → the stored value."""

_WIDTHS: dict[int, int | str] = {**{point: point - 0xFEE0 for point in range(0xFF01, 0xFF5F)}, 0x3000: " "}
_QUOTES = dict.fromkeys(map(ord, "“”„‟〝〞「」『』"), '"')
_FIELD = rf"(?<!\w)(?P<text>(?i:{'|'.join(sorted(FIELDS, key=len, reverse=True))})):"
_DATE = r"[\d年月日号./\-]+"
_SPACED_RANGE = re.compile(rf"({_FIELD})({_DATE})\s+(?:{'|'.join(RANGE_WORDS)}|~)\s+({_DATE})", re.IGNORECASE)
_BRACKETED_RANGE = re.compile(
    r"(?<=:)\[(?P<open>)(?P<start>[^\]]*?)\s*(?:\b[Tt][Oo]\b|\.\.|~|至|到)\s*(?P<end>[^\]]*)\](?P<close>)"
)


def read(text: str, names: FacetNames) -> Node | None:
    """Parse a query; None for an empty one.

    Args:
        text: as typed.
        names: the labels of facet values; a missing facet takes what is typed.

    Raises:
        QueryError: a date or a facet's value is not one.
    """
    tidy = text.translate(_WIDTHS).translate(_QUOTES).strip()
    tidy = re.sub(rf"({_FIELD})\s+", r"\1", tidy)
    tidy = _SPACED_RANGE.sub(r"\1\3..\4", tidy)
    if tidy.count('"') % 2:
        tidy += '"'
    return _Reader(tidy, names).node(_parser().process(tidy))


@cache
def _parser() -> Any:
    return _qparser.QueryParser(
        None,
        None,
        plugins=[
            plugins.WhitespacePlugin(),
            plugins.PhrasePlugin(r'"(?P<text>[^"]*)"(?P<slop>(?!))?'),
            plugins.FieldsPlugin(_FIELD, remove_unknown=False),
            plugins.WildcardPlugin(r"(?P<text>[*?]+)"),
            plugins.RangePlugin(_BRACKETED_RANGE),
            plugins.GroupPlugin(),
            plugins.OperatorsPlugin(
                And=_operator("AND", AND_WORDS),
                Or=_operator("OR", OR_WORDS),
                Not=_operator("NOT", NOT_WORDS) + r"|(?<![^\s()\"])-(?=[^\s\-])",
                AndNot=None,
                AndMaybe=None,
                Require=None,
            ),
        ],
    )


def _operator(english: str, chinese: tuple[str, ...]) -> str:
    words = "|".join(chinese)
    return rf'(?<![^\s()"]){english}(?![^\s()"])|(?<=[\s)"])(?:{words})(?=[\s("])'


class _Reader:
    """Turns one parsed query into nodes."""

    def __init__(self, text: str, names: FacetNames) -> None:
        self._text = text
        self._names = names

    def node(self, parsed: Any) -> Node | None:
        if isinstance(parsed, syntax.NotGroup):
            return negation(self._all(parsed, conjunction))
        if isinstance(parsed, syntax.OrGroup):
            return self._all(parsed, disjunction)
        if isinstance(parsed, syntax.GroupNode):
            return self._all(parsed, conjunction)
        if isinstance(parsed, syntax.RangeNode):
            return self._range(parsed)
        if isinstance(parsed, syntax.TextNode):
            return self._leaf(parsed)
        return None

    def _all(self, group: Any, join: Callable[[list[Node]], Node | None]) -> Node | None:
        return join([part for child in group if (part := self.node(child)) is not None])

    def _range(self, parsed: Any) -> Node | None:
        if FIELDS.get((parsed.fieldname or "").lower()) == "date":
            return date_range(parsed.start or "", parsed.end or "")
        return word(self._text[parsed.startchar : parsed.endchar], "any", quoted=False)

    def _leaf(self, parsed: Any) -> Node | None:
        field = FIELDS.get((parsed.fieldname or "").lower())
        text: str = parsed.text
        if field == "date":
            return parse_dates(text)
        if field == "channel":
            return self._facet("channel", text)
        if field == "state":
            return self._facet("state", text)
        if field == "like":
            return similar_word(text)
        place: Place = "title" if field == "title" else "from" if field == "from" else "no" if field == "no" else "any"
        if isinstance(parsed, plugins.WildcardPlugin.WildcardNode | plugins.PrefixPlugin.PrefixNode):
            return wild(text, place)
        return word(text, place, quoted=isinstance(parsed, plugins.PhrasePlugin.PhraseNode))

    def _facet(self, name: FacetName, text: str) -> Node | None:
        if name not in self._names:
            return Facet(name, text.strip())
        values = {fold(label).text: value for label, value in self._names[name].items()}
        values |= {fold(value).text: value for value in self._names[name].values()}
        if (value := values.get(fold(text).text)) is None:
            raise UnknownValue(field=name, text=text)
        return Facet(name, value)


def word(text: str, place: Place, *, quoted: bool) -> Word | None:
    """A word or phrase; None where it has nothing but punctuation. `exact` is kept only where it makes a difference."""
    form = _form(text)
    parts = runs(form)
    if not parts:
        return None
    exact = quoted and (parts[0] != form or is_traditional(form))
    return Word(form if exact else _loosely(form), place, exact)


def wild(text: str, place: Place) -> Wild | Word | None:
    """A pattern; wildcards at its ends mean nothing, since a word is found inside others too."""
    pieces = re.split(r"([*?])", _form(text))
    tidy = "".join(piece if piece in "*?" else _loosely(piece) for piece in pieces).strip("*?")
    tidy = re.sub(r"\*+", "*", tidy)
    if not re.search(r"[*?]", tidy):
        return word(tidy, place, quoted=False)
    return Wild(tidy, place)


def similar_word(text: str) -> Similar | Word | None:
    """A word to be found with one character wrong; unchanged where it is too short or has more than one run."""
    form = _form(text)
    if len(runs(form)) == 1 and len(whole := runs(form)[0]) >= 3:
        return Similar(whole)
    return word(text, "any", quoted=False)


def conjunction(parts: list[Node]) -> Node | None:
    """All of the parts, flattened and each once; None for none."""
    return _joined(And, parts)


def disjunction(parts: list[Node]) -> Node | None:
    """One of the parts, flattened and each once; None for none."""
    return _joined(Or, parts)


def negation(part: Node | None) -> Node | None:
    """The part's negation; None for None."""
    if isinstance(part, Not):
        return part.part
    return None if part is None else Not(part)


def _joined(kind: type[And] | type[Or], parts: list[Node]) -> Node | None:
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else (part,))
    unique = tuple(dict.fromkeys(flat))
    if not unique:
        return None
    return unique[0] if len(unique) == 1 else kind(unique)


def _form(text: str) -> str:
    return plain(plain(text).text.replace(WALL, " ")).text


def _loosely(form: str) -> str:
    """The form without outer punctuation; inside, only what means nothing in a query (in a loose word, all is one)."""
    trimmed = re.sub(rf"^[{boundary_class()}]+|[{boundary_class()}]+$", "", form)
    tidy = re.sub(rf"[{boundary_class()}]+", lambda gap: gap[0] if gap[0] in "-./,:、·@#%&" else "-", trimmed)
    return tidy.replace(":", "-") if re.search(_FIELD, tidy) else tidy
