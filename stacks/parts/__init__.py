"""The constructs that the stacks are made of."""
