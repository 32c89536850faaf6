"""Tests of what we decided about Silver Guardian."""
