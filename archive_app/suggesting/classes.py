"""The content class of a letter: the likeliest classes, with probabilities, from a trained model.

A model is numbers only, stored as JSON with its own checksum: reading one executes nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive_app.suggesting.errors import BadModel
from archive_app.suggesting.features import FeatureSettings, features

FORMAT = 1
"""The version of a stored model and of its features; a model of another version is refused."""

_TYPES: Mapping[str, str] = {"kept": "<i4", "rarity": "<f4", "weights": "<f4", "bias": "<f8"}


@dataclass(frozen=True, eq=False)
class ClassModel:
    """A linear model over the features of a text; softmax turns its scores into probabilities.

    Args:
        labels: (c) the classes, as the examples named them.
        settings: how texts become features.
        examples: how many letters it was trained with.
        kept: (n) the buckets that it knows, ascending.
        rarity: (n) the weight of a bucket in a text: the rarer in the training, the higher.
        weights: (n, c) the score of a bucket for each class.
        bias: (c) the score of each class for an empty text.
    """

    labels: tuple[str, ...]
    settings: FeatureSettings
    examples: int
    kept: NDArray[np.int32]
    rarity: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ClassSuggestion:
    """A class and how probable it is, 0..1."""

    label: str
    probability: float


def suggest_classes(model: ClassModel, title: str, text: str, *, most: int = 3) -> tuple[ClassSuggestion, ...]:
    """The likeliest classes of a letter, the likeliest first; none for a text without features known to the model."""
    return likeliest(model, features(title, text, model.settings), most=most)


def likeliest(model: ClassModel, found: Mapping[int, float], *, most: int) -> tuple[ClassSuggestion, ...]:
    """Like `suggest_classes`, for features computed with the model's settings: several models can share them."""
    buckets = np.fromiter(found, np.int32, len(found))
    places = np.searchsorted(model.kept, buckets)
    known = places < len(model.kept)
    known[known] = model.kept[places[known]] == buckets[known]
    if not known.any():
        return ()
    rows = places[known]
    values = np.fromiter(found.values(), np.float64, len(found))[known] * model.rarity[rows]
    scores = values / np.linalg.norm(values) @ model.weights[rows] + model.bias
    chances = np.exp(scores - scores.max())
    chances /= chances.sum()
    best = np.argsort(-chances, kind="stable")[:most]
    return tuple(ClassSuggestion(model.labels[place], float(chances[place])) for place in best)


def written(model: ClassModel) -> bytes:
    """Serialise a model; the same model gives the same bytes, their SHA-256 included."""
    plain = _plain(model)
    return (_canonical({**plain, "sha256": _sum(plain)}) + "\n").encode("utf-8")


def read(content: bytes) -> ClassModel:
    """Parse a stored model.

    Raises:
        BadModel: it is none, has another format, or was changed.
    """
    try:
        plain = json.loads(content.decode("utf-8"))
        sha256 = plain.pop("sha256")
        if plain["format"] != FORMAT or sha256 != _sum(plain):
            raise BadModel
        return _model(plain)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadModel from error


def _plain(model: ClassModel) -> dict[str, Any]:
    arrays = {name: getattr(model, name).astype(kind).tobytes() for name, kind in _TYPES.items()}
    return {
        "format": FORMAT,
        "labels": model.labels,
        "settings": asdict(model.settings),
        "examples": model.examples,
        "arrays": {name: base64.b64encode(raw).decode("ascii") for name, raw in arrays.items()},
    }


def _model(plain: Mapping[str, Any]) -> ClassModel:
    raw = {name: base64.b64decode(plain["arrays"][name], validate=True) for name in _TYPES}
    arrays = {name: np.frombuffer(raw[name], kind) for name, kind in _TYPES.items()}
    labels = tuple(plain["labels"])
    weights = arrays.pop("weights").reshape(len(arrays["kept"]), len(labels))
    if not (len(arrays["rarity"]) == len(weights) and len(arrays["bias"]) == len(labels)):
        raise ValueError(labels)
    return ClassModel(labels, FeatureSettings(**plain["settings"]), plain["examples"], weights=weights, **arrays)


def _canonical(plain: Mapping[str, Any]) -> str:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _sum(plain: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(plain).encode("utf-8")).hexdigest()
