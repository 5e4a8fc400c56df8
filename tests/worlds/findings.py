"""What a crawl knows, how far it reaches, and what it finds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that an adversary can see in one world and not in the other."""

    who: str
    asked: str
    what: str

    def __str__(self) -> str:
        return f"{self.who}: {self.asked}: {self.what}"


@dataclass
class Reach:
    """How far the crawls came: requests by endpoint and method, and how many answers were compared."""

    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    compared: int = 0

    def add(self, other: Reach) -> None:
        self.asked += other.asked
        self.compared += other.compared


@dataclass(frozen=True, slots=True)
class Secret:
    """What only who sees the complaint may know: words, and ids and numbers in the world in which it is."""

    words: tuple[str, ...]
    ids: tuple[str, ...]
    file: bytes = b""
