"""The benchmarks' own arithmetic: a wrong figure is worse than none."""
