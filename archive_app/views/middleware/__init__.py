"""Middleware of every request: access guard, headers, errors, response times."""
