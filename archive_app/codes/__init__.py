"""The code tables that the office maintains."""
