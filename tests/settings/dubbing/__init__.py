"""Tests of what we decided about Dubbing."""
