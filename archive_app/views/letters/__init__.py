"""Pages: letters."""
