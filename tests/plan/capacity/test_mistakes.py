"""What cannot be read is said in one sentence, with its name."""

import pytest

from plan.capacity import capacity_of
from plan.model.failure import PlanError
from tests.plan.capacity.builder import (
    Document,
    Group,
    autoscaler,
    cluster,
    deployment,
    pod_spec,
    spread,
    taint,
)


def _without_target() -> Document:
    found = autoscaler("app", 1, 2)
    del found["spec"]["scaleTargetRef"]
    return found


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (deployment("app", pod_spec("1x")), r"^Deployment app in stack Case: '1x' is no quantity"),
        (
            deployment("app", {}) | {"spec": {}},
            r"^Deployment app in stack Case is not as .*template",
        ),
        (
            deployment("app", pod_spec(topologySpreadConstraints=[spread("app", maxSkew=None)])),
            r"^Deployment app in stack Case is not as .*NoneType",
        ),
        (_without_target(), r"^HorizontalPodAutoscaler app in stack Case is not as .*TargetRef"),
    ],
)
def test_an_object_that_kubernetes_would_refuse_is_named(wrong: Document, says: str) -> None:
    """Kind, name, stack, and what is wrong; no traceback."""
    with pytest.raises(PlanError, match=says):
        capacity_of(cluster([Group()], [wrong]))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (Group(instance_type="t9.huge"), "'t9.huge' is not in the catalog"),
        (Group(instance_type="p3.2xlarge"), "'p3.2xlarge' is retired"),
        (Group(taints=[taint("a", effect="NEVER")]), "is not as Kubernetes .*NEVER"),
    ],
)
def test_a_node_group_that_eks_would_refuse_is_named(wrong: Group, says: str) -> None:
    """Group, stack, and what is wrong; no traceback."""
    with pytest.raises(PlanError, match=rf"^node group Group0 in stack Case:? .*{says}"):
        capacity_of(cluster([wrong], []))
