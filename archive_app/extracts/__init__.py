"""Redacted extracts 摘转: a copy of a letter for those who must not see all of it."""
