"""Whether a name that is not quite there is rather an ordinary word, or the end of one and the beginning of another."""

from __future__ import annotations

from index.names.tables import is_frequent, is_word


def is_chance(text: str, start: int, wrong: int) -> bool:
    """Whether the name of three characters at `start`, of which this one is wrong, is there by chance.

    So it is where the wrong character makes a word with its neighbour, or the two right ones are a word (李建设 in
    城乡建设). A wrong surname before such a word still counts if it is a rare character that ends no word.
    """
    at, end = start + wrong, start + 3
    if any(is_word(text[place - 1 : place + 1]) for place in (at, at + 1) if start < place < end):
        return True
    if wrong == 0 and is_word(text[start + 1 : end]):
        return is_frequent(text[at]) or is_word(text[max(0, at - 1) : at + 1])
    if wrong == 2 and is_word(text[start : start + 2]):
        return True
    return wrong == 2 and is_word(text[at : at + 2])


def lies_in_words(text: str, start: int, end: int) -> bool:
    """Whether two characters are a word, or one of them makes one with the character beside."""
    pairs = (text[max(0, start - 1) : start + 1], text[start:end], text[end - 1 : end + 1])
    return any(map(is_word, pairs))
