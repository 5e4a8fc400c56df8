"""A scan becomes a letter: pages upright on A4, their words, and a PDF that keeps both. Paths in, values out."""
