"""The account that all tests here ask."""

from collections.abc import Iterator

import pytest

from tests.plan.preflight.played_aws import PlayedAws


@pytest.fixture
def aws() -> Iterator[PlayedAws]:
    """Return an account that answers what the test says, and nothing else."""
    played = PlayedAws()
    yield played
    played.close()
