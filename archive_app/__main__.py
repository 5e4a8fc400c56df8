"""`python -m archive_app` is the command `archive`."""

from archive_app.commands.cli import main

main(prog_name="archive")
