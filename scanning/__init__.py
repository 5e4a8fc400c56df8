"""From a scan to a letter: pages upright on A4, their words, and a PDF with both. Takes paths, returns values."""
