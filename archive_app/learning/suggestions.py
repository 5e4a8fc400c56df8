"""Suggest the most likely content class and purpose of a petition, by the models of `archive_app.learning.training`.

Each transaction queries the current models; parsed models are cached only by the digest of their bytes, so that a
withdrawn model is not used any more.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.access.identity import REGISTERS, Reader
from archive_app.access.lookups import require
from archive_app.domain.codes import CONTENT_CLASSES, PURPOSES
from archive_app.learning.results import Likely, LikelyCode
from archive_app.runtime.archive import Archive
from archive_app.search.indexing import spoken_text
from archive_app.suggesting.classes import ClassModel, ClassSuggestion, likeliest, read
from archive_app.suggesting.features import features
from index.text import fold, runs
from storage.models import SuggestionModel

LEAST_CHARACTERS = 10
"""No suggestion for a petition with fewer characters."""

MOST_CHARACTERS = 2_000
"""The evaluated length of a petition, in characters: it takes less than 20 ms and covers its topic."""

MOST_LOOKED_AT = 400
"""The beginning, in characters, that must contain `LEAST_CHARACTERS`."""

MOST_CLASSES, MOST_PURPOSES = 3, 1

MOST_LOADED = 4
"""The most parsed models that a process caches: those of one archive, and their successors."""

_MODELS: dict[str, ClassModel] = {}


def likely(
    reader: Reader, archive: Archive, *, main_problem: str = "", claims: str = "", verbatim_statement: str = ""
) -> Likely:
    """Return suggestions for a petition that is being registered. Raises NotFound if the reader does not register."""
    with archive.reading(reader) as session:
        require(session, reader, REGISTERS)
        return likely_of(session, main_problem, spoken_text(claims, verbatim_statement))


def likely_of(session: Session, title: str, text: str) -> Likely:
    """Return suggestions for a petition with this title and text, which the reader must be allowed to see."""
    text = text[:MOST_CHARACTERS]
    beginning = fold(f"{title}\n{text}"[:MOST_LOOKED_AT]).text
    if sum(map(len, runs(beginning))) < LEAST_CHARACTERS:
        return Likely()
    digests = session.execute(select(SuggestionModel.field, SuggestionModel.sha256)).all()
    models = {field: _loaded(session, sha256) for field, sha256 in digests}
    read_with = {model.settings: features(title, text, model.settings) for model in models.values()}
    found = {
        field: likeliest(model, read_with[model.settings], most=len(model.labels)) for field, model in models.items()
    }
    return Likely(
        _codes(found.get("content_class", ()), CONTENT_CLASSES)[:MOST_CLASSES],
        _codes(found.get("purpose", ()), PURPOSES)[:MOST_PURPOSES],
    )


def _codes(found: Sequence[ClassSuggestion], codes: Sequence[str]) -> tuple[LikelyCode, ...]:
    """Return the codes with their percentages, without codes that the form no longer has."""
    return tuple(LikelyCode(each.label, round(each.probability * 100)) for each in found if each.label in codes)


def _loaded(session: Session, sha256: str) -> ClassModel:
    """Return the model with this digest, parsed once per process."""
    model = _MODELS.get(sha256)
    if model is None:
        content = session.scalars(select(SuggestionModel.content).where(SuggestionModel.sha256 == sha256).limit(1))
        model = read(content.one())
        for old in list(_MODELS)[: 1 - MOST_LOADED]:
            _MODELS.pop(old, None)
        _MODELS[sha256] = model
    return model
