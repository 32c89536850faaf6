"""Kubernetes quantities as whole numbers."""

import pytest

from plan.model.failure import PlanError
from plan.model.quantities import amount


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
