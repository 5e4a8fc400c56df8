"""What can be wrong with a model of content classes and its training."""

from __future__ import annotations

from archive_app.errors import ArchiveError


class SuggestingError(ArchiveError):
    """Base of errors in training and reading a model."""

    code = "suggesting_error"
    message = "No suggestion can be made."


class BadModel(SuggestingError):
    """The stored data is not a model of this program, or was changed."""

    code = "bad_model"
    message = "What is kept is not a model as this program writes them. Train it anew."


class TooFewExamples(SuggestingError):
    """Fewer than two classes have enough letters to train with."""

    code = "too_few_examples"
    message = "Nothing can be learned yet: it takes two content classes with at least {least} different letters each."


class BadExamples(SuggestingError):
    """A line of labelled examples is invalid."""

    code = "bad_examples"
    message = (
        "Line {line} of {name} is no example. Each line is one JSON object with title and text, and with content_class "
        "or purpose as codes of the registration form."
    )
