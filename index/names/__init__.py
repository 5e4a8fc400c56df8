"""Find the names of staff, units and posts in text: whose names, and where, also in pieces or with one fault."""

from index.names.finder import Name, NameFinder, NameHit, contexts
from index.names.pages import Mention, mentions, over_page_ends, page_ends
from index.names.spellings import post_titles

__all__ = [
    "Mention",
    "Name",
    "NameFinder",
    "NameHit",
    "contexts",
    "mentions",
    "over_page_ends",
    "page_ends",
    "post_titles",
]
