"""What goes into the index, and what is found in it."""
