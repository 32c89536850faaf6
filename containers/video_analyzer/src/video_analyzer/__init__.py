"""Judges whether parts of a video were replaced, by how they move."""
