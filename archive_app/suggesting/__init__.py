"""Suggestions to whoever registers a petition: its content class, and its fields out of what was read.

Nothing here writes anything down: a suggestion is a value, and a person takes it over or does not. No module knows a
database or Flask; who may see a letter, and which letters may teach the classes, is decided before this is called
(docs/decisions/0019).
"""
