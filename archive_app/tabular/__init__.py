"""Reading of tables: CSV and Excel."""
