"""Drills of Silver Guardian in production, on one deploy."""
