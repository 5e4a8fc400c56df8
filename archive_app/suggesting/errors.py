"""What can be wrong with a model of content classes and its training."""

from __future__ import annotations

from archive_app.errors import ArchiveError


class SuggestingError(ArchiveError):
    """Base of what can go wrong in making and reading a model."""

    code = "suggesting_error"
    message = "No suggestion can be made."


class BadModel(SuggestingError):
    """What is kept is not a model of this program, or not as it was written."""

    code = "bad_model"
    message = "What is kept is not a model as this program writes them. Train it anew."


class TooFewExamples(SuggestingError):
    """There are not two classes with enough letters to learn from."""

    code = "too_few_examples"
    message = "Nothing can be learned yet: it takes two content classes with at least {least} different letters each."


class BadExamples(SuggestingError):
    """A line of labelled examples cannot be taken."""

    code = "bad_examples"
    message = (
        "Line {line} of {name} is no example. Each line is one JSON object with title and text, and with content_class "
        "or purpose as codes of the registration form."
    )
