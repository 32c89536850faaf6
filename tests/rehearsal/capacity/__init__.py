"""Drawn clusters, the plan's verdict of them, and the real scheduler's."""
