"""What a namespace may take altogether."""

import pytest

from plan.capacity.findings import AtMaximum
from tests.plan.capacity.asking import finding, waiting
from tests.plan.capacity.builder import NAMESPACE, Document, Group, autoscaler, deployment, pod_spec

_ROOMY = [Group(size=2)]
"""3860m of CPU and 70 pods."""


def _quota(namespace: str = NAMESPACE, **hard: str) -> Document:
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "share", "namespace": namespace},
        "spec": {"hard": {name.replace("_", "."): most for name, most in hard.items()}},
    }


def _limited(cpu: str, limit: str) -> Document:
    resources = {"requests": {"cpu": cpu}, "limits": {"cpu": limit}}
    return pod_spec(container={"resources": resources})


@pytest.mark.parametrize(
    ("hard", "left"),
    [
        ({"pods": "3"}, 1),
        ({"requests_cpu": "250m"}, 2),
        ({"cpu": "250m"}, 2),
        ({"limits_cpu": "1"}, 2),
        ({"pods": "4", "requests_cpu": "400m", "limits_cpu": "2"}, 0),
    ],
)
def test_pods_beyond_a_quota_are_not_made(hard: dict[str, str], left: int) -> None:
    """Four pods that ask for 100m and may take 500m, on nodes with room for all."""
    pods = deployment("many", _limited("100m", "500m"), replicas=4)

    assert waiting(_ROOMY, [pods, _quota(**hard)]) == ({"many": left} if left else {})


def test_the_reason_names_the_quota_and_what_is_short() -> None:
    """As the API server says it."""
    pods = deployment("many", pod_spec("100m"), replicas=2)
    (shortage,) = finding(_ROOMY, [pods, _quota(pods="1")]).shortages

    assert shortage.reasons == ("exceeded quota: share, pods",)


def test_a_quota_of_another_namespace_does_not_matter() -> None:
    """Each has its own."""
    pods = deployment("many", pod_spec("100m"), replicas=2)

    assert waiting(_ROOMY, [pods, _quota("other", pods="1")]) == {}


def test_what_a_quota_counts_besides_pods_is_left_alone() -> None:
    """Of services and volumes the scheduler knows nothing."""
    pods = deployment("many", pod_spec("100m"), replicas=2)

    assert waiting(_ROOMY, [pods, _quota(services="0", persistentvolumeclaims="0")]) == {}


def test_an_autoscaler_can_ask_for_more_than_the_namespace_may_have() -> None:
    """Its maximum is never reached."""
    objects = [
        deployment("many", pod_spec("100m")),
        autoscaler("many", 1, 5),
        _quota(requests_cpu="300m"),
    ]

    assert waiting(_ROOMY, objects, AtMaximum()) == {"many": 2}
