"""Find the names of staff, units and posts in text: whose names, and where, also with one character wrong."""

from index.names.finder import Name, NameFinder, NameHit, contexts
from index.names.spellings import post_titles

__all__ = ["Name", "NameFinder", "NameHit", "contexts", "post_titles"]
