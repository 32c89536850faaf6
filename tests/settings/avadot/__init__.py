"""Tests of what we decided about Avadot."""
