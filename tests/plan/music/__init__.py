"""What the plan says of Music."""
