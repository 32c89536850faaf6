"""Avadot: its stacks."""
