"""Persons, units, memberships, posts, accounts and dated roles, which system administrators maintain.

No module here depends on a case: no refusal, list or count reveals one. `.importlinter` enforces it.
"""
