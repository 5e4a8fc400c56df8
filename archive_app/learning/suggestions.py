"""The likeliest content class and purpose of a petition, by the model of `archive_app.learning.training`.

A model is looked for in each transaction anew, and kept here only by the digest of its bytes: what the database has
withdrawn is not asked once more.
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
from storage.session import reading

LEAST_CHARACTERS = 10
"""A petition of which fewer characters are known says too little."""

MOST_CHARACTERS = 2_000
"""So much of a petition is looked at, which takes less than 20 ms: what it is about is said by then."""

MOST_LOOKED_AT = 400
"""In so much of it the least characters must stand."""

MOST_CLASSES, MOST_PURPOSES = 3, 1

MOST_LOADED = 4
"""Models that a process keeps parsed: those of one archive, and those that follow them."""

_MODELS: dict[str, ClassModel] = {}


def likely(
    reader: Reader, archive: Archive, *, main_problem: str = "", claims: str = "", verbatim_statement: str = ""
) -> Likely:
    """What is likely of a petition that is being taken down. Raises NotFound: the reader does not register."""
    with reading(archive.sessions, reader.key) as session:
        require(session, reader, REGISTERS)
        return likely_of(session, main_problem, spoken_text(claims, verbatim_statement))


def likely_of(session: Session, title: str, text: str) -> Likely:
    """What is likely of a petition with this title and text, both of which the reader has before them."""
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
    """The codes with their percentages; one that the form does not have any more is not offered."""
    return tuple(LikelyCode(each.label, round(each.probability * 100)) for each in found if each.label in codes)


def _loaded(session: Session, sha256: str) -> ClassModel:
    """The model of these bytes: parsed once a process, and never another day's, as it is kept by its digest."""
    model = _MODELS.get(sha256)
    if model is None:
        content = session.scalars(select(SuggestionModel.content).where(SuggestionModel.sha256 == sha256).limit(1))
        model = read(content.one())
        for old in list(_MODELS)[: 1 - MOST_LOADED]:
            _MODELS.pop(old, None)
        _MODELS[sha256] = model
    return model
