"""The worker process: processes letters, sweeps for unfinished ones, and writes a heartbeat."""
