"""What the plan says of Silver Guardian."""
