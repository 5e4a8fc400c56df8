"""Persons, units, memberships, posts, accounts and dated roles: what system administrators keep.

Nothing here knows of a case: no refusal, no list and no number depends on one. `.importlinter` keeps it so.
"""
