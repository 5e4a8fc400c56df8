"""What is kept, and nothing about who may see it."""
