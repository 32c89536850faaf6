"""What pods may take: each by itself, and all of one service."""

import pytest

from settings.dubbing.services import ModelService
from tests.charts.dubbing.examples import drawn
from tests.charts.examples import pick, pod_of
from tests.settings.dubbing.examples import PROD

every_service = pytest.mark.parametrize("service", PROD.services, ids=lambda one: one.name)


@every_service
def test_a_quota_has_room_for_the_most_pods_of_its_service(service: ModelService) -> None:
    """And for as many of the next version; it counts the pods of its priority class only."""
    quota = pick(drawn(PROD)["quotas"], "ResourceQuota", service.name)["spec"]
    (scope,) = quota["scopeSelector"]["matchExpressions"]
    assert scope == {"scopeName": "PriorityClass", "operator": "In", "values": [service.name]}
    assert int(quota["hard"]["pods"]) >= 2 * service.most
    assert int(quota["hard"]["requests.nvidia.com/gpu"]) >= 2 * service.most * service.gpus


@every_service
def test_pods_have_the_class_that_their_quota_counts(service: ModelService) -> None:
    """Its value says who gives way: speech before translation and lips."""
    pod = pod_of(pick(drawn(PROD)[service.name], "Rollout"))["spec"]
    made = pick(drawn(PROD)["limits"], "PriorityClass", service.name)
    assert pod["priorityClassName"] == made["metadata"]["name"]
    assert made["value"] == service.priority.value
    assert "globalDefault" not in made


@every_service
def test_a_service_keeps_within_the_limits_of_a_pod(service: ModelService) -> None:
    """16 CPU and 64 GiB for a container, at most twice of what it requests."""
    container, pod, _ = pick(drawn(PROD)["limits"], "LimitRange")["spec"]["limits"]
    assert (container["max"], pod["max"]) == (
        {"cpu": "16", "memory": "64Gi"},
        {"cpu": "32", "memory": "128Gi"},
    )
    assert container["maxLimitRequestRatio"] == {"cpu": "2", "memory": "2"}
    size = service.resources
    assert size.cpu_limit_milli <= min(16_000, 2 * size.cpu_milli)
    assert size.memory_limit_mib <= min(64 * 1024, 2 * size.memory_mib)
