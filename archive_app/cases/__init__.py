"""The way of a case: what it may take and how long. Nothing here knows of a database or of a web page."""
