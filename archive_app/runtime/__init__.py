"""An archive as it runs: settings, database, queue, work folders."""
