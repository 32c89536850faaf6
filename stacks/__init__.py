"""Where it runs: the stacks, and the only room that knows both AWS and the charts."""
