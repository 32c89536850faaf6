"""Which orders of creation are tried: other ones with each commit, so that all kinds are met."""

import subprocess
from random import Random

import pytest

_SEEDS = 10_000


def seeds(config: pytest.Config) -> list[int]:
    """Return the seeds that `--seeds` names, else `--orders` of them drawn from the commit.

    A commit has the same every time; a failure is repeated by its seed, which its name shows.
    """
    if named := config.getoption("--seeds"):
        return [int(seed) for seed in named.split(",")]
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    commit = head.stdout.strip()  # empty in a tree without a repository
    return Random(commit).sample(range(_SEEDS), config.getoption("--orders"))  # noqa: S311 - no secret
