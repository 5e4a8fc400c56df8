"""Content classes measured: `python -m tests.bench.suggesting`.

Learns four fifths of the labelled petitions, five times, suggests the classes of the fifth that is left, and does the
same with the peer: scikit-learn's own pipeline of hashed pairs and threes of characters, TF-IDF and complement naive
Bayes. Both answer the same letters one at a time, in turn, in one thread. Writes `suggesting.json` and `suggesting.md`
into build/bench. On a shared machine, read the ratio.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import Pipeline, make_pipeline

from archive_app.suggesting.classes import suggest_classes
from archive_app.suggesting.training import Example, train
from tests.archive_app.suggesting.measuring import Rightness, Split, rightness, splits

REPOSITORY = Path(__file__).resolve().parents[2]
ALLOWED_MS = 20.0
"""What the issue allows a letter."""

NAMES = ("archive", "complement naive Bayes")

Guess = Callable[[Example], list[str]]


@dataclass(frozen=True, slots=True)
class Measured:
    """One program on one split: how right, milliseconds a letter, seconds of learning."""

    right: Rightness
    milliseconds: list[float]
    learning_s: float


def main() -> None:
    """Measure all splits, and report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("ARCHIVE_TEST_DATA"))
    data = Path(parser.parse_args().data or REPOSITORY.parent / "shared" / "data")
    _report([_measured(split) for split in splits(data / "petitions")])


def _measured(split: Split) -> dict[str, Measured]:
    guesses: dict[str, Guess] = {}
    learning: dict[str, float] = {}
    for name, learn in zip(NAMES, (_ours, _peer), strict=True):
        began = time.perf_counter()
        guesses[name] = learn(split.learned)
        learning[name] = time.perf_counter() - began
    taken: dict[str, list[float]] = {name: [] for name in NAMES}

    def timed(name: str, one: Example) -> list[str]:
        began = time.perf_counter()
        guess = guesses[name](one)
        taken[name].append(1000 * (time.perf_counter() - began))
        return guess

    answers = [{name: timed(name, one) for name in NAMES} for one in split.unseen]
    of_each = {
        name: dict(zip(map(id, split.unseen), (answer[name] for answer in answers), strict=True)) for name in NAMES
    }
    return {
        name: Measured(rightness(split.unseen, lambda one, of=of_each[name]: of[id(one)]), taken[name], learning[name])
        for name in NAMES
    }


def _ours(learned: list[Example]) -> Guess:
    model = train(learned)
    return lambda one: [each.label for each in suggest_classes(model, one.title, one.text)]


def _peer(learned: list[Example]) -> Guess:
    hashed = HashingVectorizer(analyzer="char", ngram_range=(2, 3), n_features=2**18, alternate_sign=False, norm=None)
    pipeline: Pipeline = make_pipeline(hashed, TfidfTransformer(sublinear_tf=True), ComplementNB(alpha=0.3))
    pipeline.fit([_text(one) for one in learned], [one.label for one in learned])

    def guess(one: Example) -> list[str]:
        chances = pipeline.predict_proba([_text(one)])[0]
        return [str(pipeline.classes_[place]) for place in np.argsort(-chances)[:3]]

    return guess


def _text(one: Example) -> str:
    return "\n".join((one.title, one.title, one.title, one.text))


def _report(parts: list[dict[str, Measured]]) -> None:
    rows = [
        f"# Content classes, {len(parts)} splits",
        "",
        f"Load at the end {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores. Allowed: {ALLOWED_MS:.0f} ms a letter.",
        "",
        "| | macro-F1, mean (lowest) | right | among three | ms a letter, p50 / p95 | learning, s |",
        "|---|---|---|---|---|---|",
    ]
    medians = {}
    for name in NAMES:
        of = [part[name] for part in parts]
        every = [one for each in of for one in each.milliseconds]
        cuts = statistics.quantiles(every, n=20, method="inclusive")
        medians[name] = cuts[9]
        f1, right, three = ([getattr(each.right, what) for each in of] for what in ("macro_f1", "right", "among_three"))
        rows.append(
            f"| {name} | {statistics.mean(f1):.3f} ({min(f1):.3f}) | {statistics.mean(right):.3f} "
            f"| {statistics.mean(three):.3f} ({min(three):.3f}) | {cuts[9]:.2f} / {cuts[18]:.2f} "
            f"| {statistics.mean(each.learning_s for each in of):.1f} |"
        )
    rows += ["", f"Median of the first to that of the peer: {medians[NAMES[0]] / medians[NAMES[1]]:.2f}"]
    output = REPOSITORY / "build" / "bench"
    output.mkdir(parents=True, exist_ok=True)
    figures = [{name: asdict(each) for name, each in part.items()} for part in parts]
    (output / "suggesting.json").write_text(json.dumps(figures, indent=1), "utf-8")
    (output / "suggesting.md").write_text("\n".join(rows) + "\n", "utf-8")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
