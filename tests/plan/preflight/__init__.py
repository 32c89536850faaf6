"""Preflight, against clients that answer what a test says."""
