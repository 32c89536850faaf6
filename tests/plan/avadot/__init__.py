"""What the plan says of Avadot."""
