"""The rules of petition work as plain values: no database, no web."""
