"""What can be wrong with a table that is read."""

from __future__ import annotations

from archive_app.errors import ArchiveError


class TableError(ArchiveError):
    """Base of what can be wrong with a table that is read."""

    code = "table_error"


class NotADay(TableError):
    """What was typed is no date."""

    code = "not_a_day"


class ImportUnreadable(TableError):
    """A file is no table that can be read."""

    code = "import_unreadable"
    parameters = ("name",)


class ImportTooLarge(TableError):
    """A table is larger than one of staff can be."""

    code = "import_too_large"
    parameters = ("name", "rows", "mb")


class ImportHeadingsMissing(TableError):
    """The first row of a table does not name the columns that are needed."""

    code = "import_headings_missing"
    parameters = ("columns",)


class ImportChanged(TableError):
    """The file, or what is kept, is not what it was when the import was previewed."""

    code = "import_changed"
