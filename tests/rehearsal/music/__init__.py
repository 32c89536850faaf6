"""Drills of Music in production, on one deploy for each module."""
