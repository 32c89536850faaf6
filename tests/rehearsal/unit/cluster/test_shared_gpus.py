"""As how many the device plugin offers a GPU, by its own configuration."""

import json

import pytest

from rehearsal.cluster.agent.node_controller import slices


def _config(name: str, replicas: int) -> str:
    resource = {"name": name, "replicas": replicas}
    return json.dumps({"version": "v1", "sharing": {"timeSlicing": {"resources": [resource]}}})


@pytest.mark.parametrize(
    ("configuration", "number"),
    [
        ("", 1),
        ("version: v1", 1),
        (_config("nvidia.com/gpu", 4), 4),
        (_config("nvidia.com/mig-1g.5gb", 4), 1),
    ],
)
def test_a_gpu_is_offered_as_often_as_it_is_shared(configuration: str, number: int) -> None:
    """Once, if nothing says otherwise."""
    assert slices(configuration) == number
