"""Digests and reminders by mail."""
