"""Reading content: inside the door. Every function takes the reader first and begins at `access.visible_letters`."""
