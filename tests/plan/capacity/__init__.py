"""Tests of the plan's capacity."""
