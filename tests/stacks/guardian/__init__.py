"""Stacks of Silver Guardian."""
