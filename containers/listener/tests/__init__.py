"""Tests of listener."""
