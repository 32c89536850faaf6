"""The played cluster's rules."""
