"""Tests of what we decided."""
