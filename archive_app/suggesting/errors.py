"""Errors of a model of content classes and its training."""

from __future__ import annotations

from archive_app.errors import ArchiveError


class SuggestingError(ArchiveError):
    """Base of errors in training and reading a model."""

    code = "suggesting_error"


class BadModel(SuggestingError):
    """The stored data is not a model of this program, or was changed."""

    code = "bad_model"


class TooFewExamples(SuggestingError):
    """Fewer than two classes have enough letters to train with."""

    code = "too_few_examples"
    parameters = ("least",)


class BadExamples(SuggestingError):
    """A line of labelled examples is invalid."""

    code = "bad_examples"
    parameters = ("line", "name")
