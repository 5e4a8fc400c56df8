"""A letter from its arrival to its text, its corrections and its redacted extracts."""
