"""Suggestions for the registration of a petition: its content class, and its fields from the recognised text.

Nothing here is stored: a suggestion is a value, which a person accepts or not. No module uses a database or Flask; who
may see a letter, and which letters may be training examples, is decided by the caller (docs/decisions/0019).
"""
