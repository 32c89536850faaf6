"""Tests of how Avadot runs."""
