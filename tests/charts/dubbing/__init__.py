"""Tests of how Dubbing runs."""
