"""Tests of composer."""
