"""Drills of Dubbing."""
