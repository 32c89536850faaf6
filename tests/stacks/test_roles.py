"""Which pods may take which roles."""

import pytest

from settings.system import System
from tests.stacks.grants import pod_roles, principals
from tests.stacks.synths import every_system, reference, stack, the


@every_system
def test_each_workload_has_a_role_of_its_own(system: System) -> None:
    """No two service accounts share a role, and none is forgotten; a step has one as well."""
    roles = pod_roles(system.name)
    assert roles.keys() == {
        *(f"{system.namespace_of(workload)}/{workload.name}" for workload in system.workloads),
        *(f"{system.namespace}/{step.name}" for step in system.steps),
    }
    assert len(set(roles.values())) == len(roles)


@every_system
@pytest.mark.parametrize("part", ["", "Cluster"])
def test_a_role_of_pods_is_for_pods_of_this_cluster(system: System, part: str) -> None:
    """Another cluster in the account cannot hand out the role."""
    cluster = the(stack(system, "Cluster"), "AWS::EKS::Cluster")
    for role in pod_roles(f"{system.name}{part}").values():
        assert principals(role) == {"Service": "pods.eks.amazonaws.com"}
        (statement,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
        source = statement["Condition"]["ArnEquals"]["aws:SourceArn"]
        assert source == reference(cluster, "Arn", seen_from=role.stack)
