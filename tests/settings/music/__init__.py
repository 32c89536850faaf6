"""Tests of what we decided about Music."""
