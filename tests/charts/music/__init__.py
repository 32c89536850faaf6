"""Tests of how Music runs."""
