"""Tests of `plan.model`."""
