"""What the commands do beyond one call of a service: a file a command."""
