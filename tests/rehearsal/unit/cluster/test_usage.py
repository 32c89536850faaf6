"""Drills set the CPU use that autoscalers read."""

from typing import cast

import pytest
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap, Pod

from rehearsal.cluster.agent.metrics import pod_metrics
from rehearsal.cluster.usage import CpuUsage, quantity
from tests.rehearsal.unit.cluster.pods import container, pod_of


def test_the_longest_fitting_name_decides() -> None:
    """A pod that nobody has named is idle."""
    data = {"prod.tarot": "0.9", "prod.tarot-canary": "0.2", "dev.tarot": "0.5"}
    usage = CpuUsage.read(ConfigMap(metadata=ObjectMeta(name="u"), data=data))

    assert usage.share("prod", "tarot-abc") == 0.9
    assert usage.share("prod", "tarot-canary-abc") == 0.2
    assert usage.share("prod", "backend-abc") == 0.05
    assert CpuUsage.read(None).share("prod", "tarot-abc") == 0.05


def test_a_report_is_a_share_of_the_request() -> None:
    """Nine tenths of 250 thousandths of a core."""
    pod: Pod = pod_of(container(resources={"requests": {"cpu": "250m", "memory": "1Gi"}}))

    report = cast("dict[str, object]", pod_metrics(pod, 0.9))

    assert report["containers"] == [
        {"name": "main", "usage": {"cpu": "225000000n", "memory": "524288Ki"}}
    ]


@pytest.mark.parametrize(
    ("text", "number"), [("250m", 0.25), ("2", 2), ("1Gi", 2**30), ("512Mi", 2**29), ("1k", 1000)]
)
def test_quantities_are_numbers(text: str, number: float) -> None:
    """Suffixes are factors."""
    assert quantity(text) == number
