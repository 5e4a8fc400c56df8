"""Petition cases: their registration, actions, time limits, notifications and lists."""
