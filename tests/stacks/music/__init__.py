"""Tests of where Music runs."""
