"""What the suggestions are measured on: real petitions with their classes, and what a person reads on the pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold

from archive_app.suggesting.training import Example
from index.text import fold

PARTS = 5
SEED = 0


@dataclass(frozen=True, slots=True)
class Split:
    """Letters to learn from, and others: no author, title or text of the first is among the second."""

    learned: list[Example]
    unseen: list[Example]


@dataclass(frozen=True, slots=True)
class Rightness:
    """Macro-F1 of the first class, its share of right ones, and the share with the right one among three."""

    macro_f1: float
    right: float
    among_three: float


@dataclass(frozen=True, slots=True)
class OnPage:
    """What a letter has, as a person reads it: the name that its writer signs with, a telephone, a full date."""

    petitioner: str | None = None
    telephone: str | None = None
    date: str | None = None


LETTERS = {
    "感谢信": OnPage("覃秀英", None, "2025-03-02"),
    "举报信": OnPage("龚先生", "15000009876", "2024-08-26"),
    "控告信": OnPage("黄德福", None, "2023-04-09"),
    "求助信": OnPage("韩玉梅", None, "2025-01-13"),
    "关于反映我县第二中学": OnPage(None, None, "2024-09-28"),
    "关于要求尽快修复柳河村": OnPage("郭长顺", "13900001234", "2024-05-16"),
    "投诉信": OnPage("陈淑珍", None, "2024-06-20"),
    "农民工讨薪": OnPage("赵铁柱", "18600005678", "2024-11-03"),
}
"""By how the page begins; the pages of rules, the screenshots and the blank have nothing."""


def on_page(truth: str) -> OnPage:
    """What a page of the shared data has, by its true text."""
    return next((letter for begin, letter in LETTERS.items() if truth.startswith(begin)), OnPage())


def splits(petitions: Path) -> list[Split]:
    """The labelled petitions in five parts, each once the unseen one."""
    rows = [json.loads(line) for line in (petitions / "teddy2_messages.jsonl").read_text("utf-8").splitlines()]
    examples = [Example(row["label1"], row["title"] or "", row["text"] or "") for row in rows]
    labels = [example.label for example in examples]
    parts = StratifiedGroupKFold(PARTS, shuffle=True, random_state=SEED).split(labels, labels, _groups(rows))
    return [Split([examples[i] for i in learned], [examples[i] for i in unseen]) for learned, unseen in parts]


def rightness(unseen: list[Example], guessed: Callable[[Example], list[str]]) -> Rightness:
    """Compare the classes that are guessed, the likeliest first, with those of people."""
    guesses = [guessed(example) for example in unseen]
    labels = [example.label for example in unseen]
    first = [guess[0] if guess else "" for guess in guesses]
    return Rightness(
        float(f1_score(labels, first, labels=sorted(set(labels)), average="macro")),
        float(np.mean([label == guess for label, guess in zip(labels, first, strict=True)])),
        float(np.mean([label in guess[:3] for label, guess in zip(labels, guesses, strict=True)])),
    )


def _groups(rows: list[dict[str, Any]]) -> list[int]:
    """For each petition the number of its group: those with one author, title or text belong together."""
    parents = list(range(len(rows)))

    def root(place: int) -> int:
        while parents[place] != place:
            place = parents[place]
        return place

    seen: dict[tuple[str, str], int] = {}
    for place, row in enumerate(rows):
        for kind in ("user", "title", "text"):
            if words := fold(row[kind] or "").text:
                parents[root(place)] = root(seen.setdefault((kind, words), place))
    return [root(place) for place in range(len(rows))]
