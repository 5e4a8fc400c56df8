"""Web pages: each view parses, calls one service, and renders. No query, no permission test."""
