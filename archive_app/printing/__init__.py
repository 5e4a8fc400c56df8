"""From a case to the office's forms."""
