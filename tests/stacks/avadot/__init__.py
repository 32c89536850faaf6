"""Tests of Avadot's stacks."""
