"""Prints of a case on the office's forms."""
