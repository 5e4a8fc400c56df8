"""Suggestions learned from closed cases."""
