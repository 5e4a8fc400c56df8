"""Tables as they come: CSV and Excel."""
