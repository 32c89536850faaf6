"""Drills on one running rehearsal of production."""
