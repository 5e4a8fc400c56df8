"""`python -m archive_app` is the command `archive`."""

from archive_app.cli import main

main(prog_name="archive")
