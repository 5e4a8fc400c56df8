"""The system as one who asks. Only background work and the machine's own commands may import this module."""

from __future__ import annotations

from archive_app.access.identity import System

SYSTEM = System()
