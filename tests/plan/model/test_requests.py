"""What the scheduler sets aside for a pod."""

from typing import Any

import pytest

from plan.model.failure import PlanError
from plan.model.quantities import MIB, amount
from plan.model.requests import requests, scored_requests


def _container(cpu: str, **fields: Any) -> dict[str, Any]:
    return {"name": "one", "resources": {"requests": {"cpu": cpu}}, **fields}


_SIDECAR = {"restartPolicy": "Always"}


def test_containers_run_side_by_side() -> None:
    """Their requests add up, resource by resource."""
    memory = {"name": "two", "resources": {"requests": {"memory": "1Mi", "cpu": "50m"}}}

    assert requests({"containers": [_container("100m"), memory]}) == {"cpu": 150, "memory": MIB}


def test_an_init_container_counts_only_where_it_asks_for_more() -> None:
    """Init containers run alone: the largest of them, or all others together."""
    main = {"containers": [_container("100m"), _container("100m")]}

    assert requests({**main, "initContainers": [_container("150m")]}) == {"cpu": 200}
    assert requests({**main, "initContainers": [_container("300m"), _container("250m")]}) == {
        "cpu": 300
    }


def test_a_sidecar_counts_as_a_container() -> None:
    """An init container that is always restarted stays beside the others."""
    sidecar = _container("50m", **_SIDECAR)

    assert requests({"containers": [_container("100m")], "initContainers": [sidecar]}) == {
        "cpu": 150
    }


def test_only_sidecars_that_run_already_count_beside_an_init_container() -> None:
    """A sidecar adds to the init containers after it, not to those before."""
    main = {"containers": [_container("100m")]}
    sidecar, first = _container("50m", **_SIDECAR), _container("300m")

    assert requests({**main, "initContainers": [sidecar, first]}) == {"cpu": 350}
    assert requests({**main, "initContainers": [first, sidecar]}) == {"cpu": 300}


def test_sidecars_add_up() -> None:
    """Two of them run beside the init container after them."""
    sidecar, first = _container("50m", **_SIDECAR), _container("300m")
    spec = {"containers": [_container("100m")], "initContainers": [sidecar, sidecar, first]}

    assert requests(spec) == {"cpu": 400}


def test_overhead_comes_on_top() -> None:
    """What the runtime of a pod needs is added to its requests."""
    spec = {"containers": [_container("100m")], "overhead": {"cpu": "30m", "memory": "2Mi"}}

    assert requests(spec) == {"cpu": 130, "memory": 2 * MIB}


def test_a_limit_without_a_request_is_a_request() -> None:
    """The API server requests what is limited, unless less is requested."""
    limits = {"cpu": "500m", "nvidia.com/gpu": "1"}
    container = {"name": "one", "resources": {"limits": limits, "requests": {"cpu": "100m"}}}

    assert requests({"containers": [container]}) == {"cpu": 100, "nvidia.com/gpu": 1}


def test_a_pod_may_ask_as_a_whole() -> None:
    """Requests of the pod stand for those of its containers."""
    spec = {"containers": [_container("100m")], "resources": {"requests": {"cpu": "700m"}}}

    assert requests(spec) == {"cpu": 700}


def test_scores_take_no_container_for_nothing() -> None:
    """A container that asks for nothing counts 100m and 200Mi where nodes are compared."""
    spec = {"containers": [_container("250m"), {"name": "two"}]}

    assert scored_requests(spec) == (350, 400 * MIB)
    assert requests(spec) == {"cpu": 250}


@pytest.mark.parametrize(
    ("resource", "text", "expected"),
    [
        ("cpu", "250m", 250),
        ("cpu", "1.5", 1500),
        ("cpu", 2, 2000),
        ("cpu", "0.0001", 1),
        ("memory", "1Gi", 2**30),
        ("memory", "1G", 10**9),
        ("memory", "1.5Ki", 1536),
        ("memory", "128974848", 128974848),
        ("memory", "129e6", 129 * 10**6),
        ("memory", "100m", 1),
        ("nvidia.com/gpu", "2", 2),
        ("ephemeral-storage", "1Ei", 2**60),
        ("memory", "1E", 10**18),
    ],
)
def test_a_quantity_is_rounded_up_to_a_whole_number(
    resource: str, text: object, expected: int
) -> None:
    """CPU counts in thousandths of a core, everything else in bytes or pieces."""
    assert amount(resource, text) == expected


@pytest.mark.parametrize("text", ["", "1 Gi", "Gi", "1Xi", "-1", "${Cpu}", None])
def test_what_is_no_quantity_is_said(text: object) -> None:
    """A quantity that Kubernetes refuses is named with what it is of."""
    with pytest.raises(PlanError, match="is no quantity of cpu; 250m, 2 or 1Gi would be"):
        amount("cpu", text)
