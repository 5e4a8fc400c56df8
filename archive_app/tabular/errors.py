"""Errors of reading a table."""

from __future__ import annotations

from archive_app.errors import ArchiveError


class TableError(ArchiveError):
    """Base of errors of reading a table."""

    code = "table_error"


class NotADay(TableError):
    """The text is not a date."""

    code = "not_a_day"


class ImportUnreadable(TableError):
    """The file is not a readable table."""

    code = "import_unreadable"
    parameters = ("name",)


class ImportTooLarge(TableError):
    """The table is larger than any staff table."""

    code = "import_too_large"
    parameters = ("name", "rows", "mb")


class ImportHeadingsMissing(TableError):
    """The first row of the table lacks required columns."""

    code = "import_headings_missing"
    parameters = ("columns",)


class ImportChanged(TableError):
    """The file or the records have changed since the preview."""

    code = "import_changed"
