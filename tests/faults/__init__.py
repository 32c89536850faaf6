"""Planted faults: what a tired engineer could write, and what must speak up against it."""
