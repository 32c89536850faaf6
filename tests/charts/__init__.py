"""Tests of how things run."""
