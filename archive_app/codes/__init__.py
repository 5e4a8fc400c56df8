"""The code tables that the office keeps."""
