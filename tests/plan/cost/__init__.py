"""Tests of what an assembly costs."""
