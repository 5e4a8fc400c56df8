"""Content of the index, and search in it."""
