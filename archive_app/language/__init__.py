"""Codes into sentences, in the languages of the interface."""
