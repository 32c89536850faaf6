"""What programs take, against what charts and stacks give them."""
