"""How readings are scored: content character error rate, as the issue defines it."""

from __future__ import annotations

import unicodedata


def content(text: str) -> str:
    """What is scored: after NFKC only letters, digits and hanzi; no spaces, no punctuation, no line breaks."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def distance(a: str, b: str) -> int:
    """Levenshtein distance between two strings."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


def errors(truth: str, read: str) -> tuple[int, int]:
    """Wrong characters, and characters of the truth; an error rate is the sum of the first by that of the second."""
    wanted = content(truth)
    return distance(wanted, content(read)), len(wanted)
