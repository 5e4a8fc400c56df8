"""Pages: codes."""
