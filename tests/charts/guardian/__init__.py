"""Tests of how Silver Guardian runs."""
