"""Silver Guardian: its stacks and the constructs that they alone are made of."""
