"""What a search must find, worked out letter by letter with loops over characters: no index, no regular expression."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from index.engines.base import Document
from index.nodes import REACH, And, DateRange, Facet, Node, Not, Or, Similar, Wild, Word
from index.text import WALL, fold, plain

GAP = " "


def finds(node: Node | None, document: Document) -> bool:
    """Whether the letter answers the query."""
    match node:
        case None:
            return True
        case And(parts):
            return all(finds(part, document) for part in parts)
        case Or(parts):
            return any(finds(part, document) for part in parts)
        case Not(part):
            return not finds(part, document)
        case DateRange(first, last):
            return (first is None or first <= document.date) and (last is None or document.date <= last)
        case Facet(name, value):
            return bool(getattr(document, name) == value)
        case Word() if node.exact:
            form = plain if node.as_written else fold
            return any(form(node.text).text in form(raw).text for raw in _texts(document, node.place))
        case Word():
            return any(_loose(fold(node.text).text) in _loose(fold(raw).text) for raw in _texts(document, node.place))
        case Wild():
            return any(_wild_somewhere(node, _loose(fold(raw).text)) for raw in _texts(document, node.place))
        case Similar():
            return any(_has_neighbour(fold(node.text).text, _loose(fold(raw).text)) for raw in _texts(document, "any"))


def _texts(document: Document, place: str) -> tuple[str, ...]:
    return {
        "any": (document.text, document.title),
        "title": (document.title,),
        "from": (document.sender,),
        "no": (document.receipt_no,),
    }[place]


def _loose(folded: str) -> str:
    """Every stretch of punctuation and spaces as one gap, none at the ends."""
    out = ""
    for character in folded:
        if character != WALL and (_is_punctuation(character) or character in "$+<=>^`|~"):
            out += "" if out.endswith(GAP) else GAP
        else:
            out += character
    return out


def _is_punctuation(character: str) -> bool:
    return ord(character) < 0x10000 and unicodedata.category(character)[0] in "PZ"


def _wild_somewhere(node: Wild, text: str) -> bool:
    pattern = _loose_pattern(fold(node.text).text)
    return any(_wild_at(pattern, text[start:]) for start in range(len(text)))


def _loose_pattern(pattern: str) -> str:
    pieces, piece = [], ""
    for character in pattern:
        if character in "*?":
            pieces += [_loose(piece), character]
            piece = ""
        else:
            piece += character
    return "".join([*pieces, _loose(piece)])


def _wild_at(pattern: str, text: str) -> bool:
    if not pattern:
        return True
    head, rest = pattern[0], pattern[1:]
    if head == "*":
        for length in range(REACH + 1):
            if length and (length > len(text) or text[length - 1] in (GAP, WALL)):
                return False
            if _wild_at(rest, text[length:]):
                return True
        return False
    if not text:
        return False
    if head == "?":
        return text[0] != WALL and _wild_at(rest, text[1:])
    return text[0] == head and _wild_at(rest, text[1:])


def _has_neighbour(word: str, text: str) -> bool:
    size = len(word)
    for start in range(len(text)):
        piece = text[start : start + size]
        wrong = [place for place, (one, other) in enumerate(zip(word, piece, strict=False)) if one != other]
        if len(piece) == size and len(wrong) == 1 and piece[wrong[0]] not in (GAP, WALL):
            return True
        if any(text[start : start + size - 1] == word[:hole] + word[hole + 1 :] for hole in range(1, size - 1)):
            return True
    return False


def expected(node: Node | None, documents: Iterable[Document], seen: set[int]) -> set[int]:
    """The ids of the letters that answer the query and whose case is seen."""
    return {document.letter_id for document in documents if document.case_id in seen and finds(node, document)}
