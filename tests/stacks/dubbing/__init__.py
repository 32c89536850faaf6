"""Stacks of Dubbing."""
