"""Petition archive: what people use."""
