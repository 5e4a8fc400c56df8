"""The relevance of one letter to a query, computed from that letter alone.

No figure about other letters is used (no document frequency, no average length): such figures would reveal letters that
the reader may not see. The score of a letter is the mean, over the query's words, of

    n / (n + 1.2 · (0.5 + 0.5 · length / 600))    how often; the tenth time says little, long letters need more

plus 0.5 times the share of the words that the title has, plus 0.5 · (1 - gap / 200) where all words are within 200
characters of each other. This is the saturation of Okapi BM25 (Robertson & Zaragoza 2009; k1 = 1.2, b = 0.5) with the
fixed length of a common letter instead of the average, and without its weight of rare words.
"""

from __future__ import annotations

from collections.abc import Sequence

from index import patterns
from index.nodes import Textual, Word

_SATURATION = 1.2
_COMMON_LENGTH = 600
_NEAR = 200


def score(leaves: Sequence[Textual], text: str, title: str, written: tuple[str, str] = ("", "")) -> float:
    """The relevance of a letter; higher is better, 0 for a query without words.

    Args:
        leaves: the query's words.
        text: the letter, folded.
        title: its title, folded.
        written: text and title in the script as written, for words that are `as_written`.
    """
    if not leaves:
        return 0.0
    weight = _SATURATION * (0.5 + 0.5 * len(text) / _COMMON_LENGTH)
    often, in_title, places = 0.0, 0, []
    for leaf in leaves:
        body, heading = written if isinstance(leaf, Word) and leaf.as_written else (text, title)
        starts = [start for start, _ in patterns.spans(leaf, body)]
        titled = patterns.stands_in(leaf, heading)
        count = len(starts) + titled
        often += count / (count + weight)
        in_title += titled
        if starts:
            places.append(starts)
    closeness = max(0.0, 1 - _narrowest(places) / _NEAR) if len(places) == len(leaves) > 1 else 0.0
    return often / len(leaves) + 0.5 * in_title / len(leaves) + 0.5 * closeness


def _narrowest(places: list[list[int]]) -> int:
    """The length of the shortest span in which every word begins at least once."""
    marks = sorted((start, word) for word, starts in enumerate(places) for start in starts)
    inside = [0] * len(places)
    missing, left, best = len(places), 0, marks[-1][0] - marks[0][0]
    for start, word in marks:
        missing -= inside[word] == 0
        inside[word] += 1
        while missing == 0:
            first, earliest = marks[left]
            best = min(best, start - first)
            inside[earliest] -= 1
            missing += inside[earliest] == 0
            left += 1
    return best
