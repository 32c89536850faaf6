"""Tests of what the steps share."""
