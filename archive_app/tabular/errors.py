"""What can be wrong with a table that is read."""

from __future__ import annotations

from archive_app.errors import ArchiveError


class TableError(ArchiveError):
    """Base of what can be wrong with a table that is read."""

    code = "table_error"
    message = "This table cannot be read. Look at it again."


class NotADay(TableError):
    """What was typed is no date."""

    code = "not_a_day"
    message = "This is no date. Write it like 2026-02-24."


class ImportUnreadable(TableError):
    """A file is no table that can be read."""

    code = "import_unreadable"
    message = "{name} is neither a CSV table nor an Excel file (.xlsx) that can be read. Save it again as one of these."


class ImportTooLarge(TableError):
    """A table is larger than one of staff can be."""

    code = "import_too_large"
    message = "{name} is too large: at most {rows} rows and {mb} MB. Divide it."


class ImportHeadingsMissing(TableError):
    """The first row of a table does not name the columns that are needed."""

    code = "import_headings_missing"
    message = "The first row names the columns; {columns} are missing. Take the template."


class ImportChanged(TableError):
    """The file, or what is kept, is not what it was when the import was previewed."""

    code = "import_changed"
    message = "The file or the records changed since this was shown. Nothing was imported: look at it again."
