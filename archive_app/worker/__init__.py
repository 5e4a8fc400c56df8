"""The worker process: wakes for letters, sweeps for those that were left, and shows that it is alive."""
