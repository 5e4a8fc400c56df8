"""Training a model of content classes: a linear support vector machine, with its scores calibrated to probabilities.

The caller decides which letters are examples; the model depends on the set of them and on nothing else, so that one
trained without a letter is bit for bit the one that would exist if the letter had never come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from archive_app.suggesting.classes import ClassModel, suggest_classes
from archive_app.suggesting.errors import TooFewExamples
from archive_app.suggesting.features import FeatureSettings, features

LEAST_EXAMPLES = 10
"""The least number of different letters with which a class is trained."""

_FOLDS = 5
_PARTS = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
_SETTINGS = FeatureSettings()

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, order=True)
class Example:
    """A letter whose class a person has decided."""

    label: str
    title: str
    text: str


def train(
    examples: Iterable[Example], settings: FeatureSettings = _SETTINGS, *, least: int = LEAST_EXAMPLES
) -> ClassModel:
    """Train a model for the classes of the examples; a class with fewer than `least` is left out.

    The order of the examples does not matter, and duplicates count once.

    Raises:
        TooFewExamples: fewer than two classes, or no feature, are left.
    """
    learned = _learned(examples, least)
    counted = _matrix(learned, settings)
    letters = np.bincount(counted.indices, minlength=settings.buckets)
    kept = np.flatnonzero(letters >= settings.least_letters)
    if not len(kept):
        raise TooFewExamples(least=least)
    rarity = np.log((1 + len(learned)) / (1 + letters[kept])) + 1
    weighed = normalize(counted[:, kept].multiply(rarity).tocsr())
    labels = np.array([example.label for example in learned])
    weights, bias = _fitted(weighed, labels)
    return ClassModel(
        labels=tuple(str(label) for label in np.unique(labels)),
        settings=settings,
        examples=len(learned),
        kept=kept.astype(np.int32),
        rarity=rarity.astype(np.float32),
        weights=weights.astype(np.float32),
        bias=bias,
    )


def cross_validated(
    examples: Iterable[Example], progress: Callable[[int, int], None] = lambda _done, _parts: None
) -> float:
    """Macro-F1 in five-fold cross-validation.

    `progress` is called with the numbers of finished and of all folds.

    Raises:
        TooFewExamples: as `train`.
    """
    learned = _learned(examples, LEAST_EXAMPLES)
    truth = [example.label for example in learned]
    said = list(truth)
    for number, (known, unseen) in enumerate(_PARTS.split(truth, truth), start=1):
        model = train([learned[place] for place in known], least=_FOLDS)
        for place in unseen:
            found = suggest_classes(model, learned[place].title, learned[place].text, most=1)
            said[place] = found[0].label if found else ""
        progress(number, _FOLDS)
    return float(f1_score(truth, said, average="macro", labels=sorted(set(truth)), zero_division=0))


def _learned(examples: Iterable[Example], least: int) -> list[Example]:
    different = sorted(set(examples))
    counts = Counter(example.label for example in different)
    enough = {label for label, count in counts.items() if count >= least}
    if len(enough) < 2:
        raise TooFewExamples(least=least)
    return [example for example in different if example.label in enough]


def _matrix(examples: Sequence[Example], settings: FeatureSettings) -> csr_matrix:
    rows = [features(example.title, example.text, settings) for example in examples]
    ends = np.cumsum([0, *(len(row) for row in rows)])
    buckets = np.fromiter((bucket for row in rows for bucket in row), np.int32, ends[-1])
    values = np.fromiter((value for row in rows for value in row.values()), np.float64, ends[-1])
    return csr_matrix((values, buckets, ends), shape=(len(rows), settings.buckets))


def _fitted(weighed: csr_matrix, labels: NDArray[np.str_]) -> tuple[Numbers, Numbers]:
    """Weights (n, c) and bias (c) of one linear model that gives probabilities.

    The machine's scores for unseen letters (five folds) calibrate it; the regression over them is linear like the
    machine, so the two are combined into one.
    """
    unseen = cross_val_predict(_machine(), weighed, labels, cv=_PARTS, method="decision_function")
    machine = _machine().fit(weighed, labels)
    sureness = LogisticRegression(C=10, max_iter=1000).fit(_for_each_class(unseen.reshape(len(labels), -1)), labels)
    mixed = _for_each_class(sureness.coef_.T)
    weights = _for_each_class(machine.coef_.T) @ mixed
    bias = _for_each_class(machine.intercept_[np.newaxis]) @ mixed + _for_each_class(sureness.intercept_[np.newaxis])
    return weights, bias[0]


def _machine() -> LinearSVC:
    return LinearSVC(C=1.0, random_state=0, max_iter=10_000)


def _for_each_class(columns: Numbers) -> Numbers:
    """One column per class; for two classes the library gives only the second, as the difference of both."""
    return np.hstack([-columns / 2, columns / 2]) if columns.shape[1] == 1 else columns
