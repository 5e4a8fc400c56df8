"""Redacted extracts of letters."""
