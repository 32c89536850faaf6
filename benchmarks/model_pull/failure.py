"""Why the benchmark cannot go on."""


class BenchmarkError(Exception):
    """One sentence: which thing, which value, what would be right."""
