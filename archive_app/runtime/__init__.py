"""A running archive: settings, database, queue, work directories."""
