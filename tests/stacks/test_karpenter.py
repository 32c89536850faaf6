"""Karpenter: what it may do, what it is told, and in which order it and its machines go."""

import pytest

from plan.model.assembly import Resource
from plan.model.kubernetes import MANIFEST
from settings.system import System
from tests.stacks.applied import objects, releases
from tests.stacks.grants import Allowed, grants_of, pod_roles
from tests.stacks.synths import EVERY, each, reference, required_by, stack, the

every_pooled = each([system for system in EVERY if system.cluster.node_pools])
_MAKING = {"ec2:CreateFleet", "ec2:CreateLaunchTemplate", "ec2:RunInstances"}
_ENDING = {"ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"}


def _of(system: System, kind: str, path: str = "") -> Resource:
    return the(stack(system, "Cluster"), kind, f"Karpenter/{path}")


def _grants(system: System, actions: set[str]) -> list[Allowed]:
    role = pod_roles(f"{system.name}Cluster")["kube-system/karpenter"]
    return [given for given in grants_of(role) if given.actions & actions]


@every_pooled
def test_karpenter_makes_and_ends_this_cluster_s_machines_only(system: System) -> None:
    """Whatever it makes bears the cluster's tag, and it ends nothing without that."""
    owned = f"kubernetes.io/cluster/{system.cluster.name}': 'owned'"
    (ending,) = _grants(system, _ENDING)
    assert f"aws:ResourceTag/{owned}" in ending.condition
    (making,) = [one for one in _grants(system, _MAKING) if one.actions == _MAKING]
    assert f"aws:RequestTag/{owned}" in making.condition
    for tagging in _grants(system, {"ec2:CreateTags"}):
        assert owned in tagging.condition


@every_pooled
def test_machines_start_in_this_cluster_s_network_only(system: System) -> None:
    """Without a condition on tags only our subnets, our security group, and images."""
    cluster = stack(system, "Cluster")
    (free,) = [one for one in _grants(system, _MAKING) if not one.condition]
    kinds = {one.rpartition(":")[2].partition("/")[0]: one for one in free.resources}
    assert kinds.keys() == {"image", "snapshot", "security-group", "subnet"}
    eks = the(cluster, "AWS::EKS::Cluster")
    group = reference(eks, "ClusterSecurityGroupId", seen_from=cluster.name)
    assert kinds["security-group"].endswith(f"/{group}")
    subnets = [one for one in free.resources if ":subnet/" in one]
    assert len(subnets) == len(system.network.zones)
    assert not any(one.endswith("*") for one in subnets)


@every_pooled
def test_karpenter_gives_machines_no_role_but_theirs(system: System) -> None:
    """The role of nodes, in a profile that is there already: it makes none, and only looks."""
    (passing,) = _grants(system, {"iam:PassRole"})
    role = _of(system, "AWS::IAM::Role", "MachineRole/")
    assert passing.resources == {reference(role, "Arn", seen_from=role.stack)}
    about_profiles = {"iam:ListInstanceProfiles", "iam:GetInstanceProfile"}
    making = {f"iam:{verb}InstanceProfile" for verb in ("Create", "Delete", "Tag")}
    assert _grants(system, about_profiles)
    assert not _grants(system, making | {"iam:AddRoleToInstanceProfile"})
    profile = _of(system, "AWS::IAM::InstanceProfile")
    for made in objects(system, "EC2NodeClass"):
        used = made["spec"]["instanceProfile"]
        assert used == reference(profile, seen_from=profile.stack)


@every_pooled
def test_machines_may_join_the_cluster(system: System) -> None:
    """By an access entry, which EKS makes itself for node groups only."""
    role = _of(system, "AWS::IAM::Role", "MachineRole/")
    entry = _of(system, "AWS::EKS::AccessEntry")
    assert entry.properties["Type"] == "EC2_LINUX"
    assert entry.properties["PrincipalArn"] == reference(role, "Arn", seen_from=role.stack)


@every_pooled
def test_notices_of_ec2_reach_karpenter(system: System) -> None:
    """It takes them from one queue, which its chart is told, and nobody else reads."""
    queue = _of(system, "AWS::SQS::Queue")
    kinds = {
        kind
        for rule in stack(system, "Cluster").of_type("AWS::Events::Rule")
        for kind in rule.properties["EventPattern"]["detail-type"]
        if rule.properties["Targets"][0]["Arn"] == reference(queue, "Arn", seen_from=queue.stack)
    }
    assert kinds == {
        "AWS Health Event",
        "EC2 Instance Rebalance Recommendation",
        "EC2 Instance State-change Notification",
        "EC2 Spot Instance Interruption Warning",
    }
    values = releases(system)["karpenter"].values["settings"]
    assert values["clusterName"] == system.cluster.name
    assert values["interruptionQueue"] == reference(queue, "QueueName", seen_from=queue.stack)


@every_pooled
def test_only_shared_gpus_need_what_is_not_yet_stable(system: System) -> None:
    """NodeOverlays are alpha in Karpenter: their gate opens only where a pool shares its GPUs."""
    gates = releases(system)["karpenter"].values["settings"]["featureGates"]
    shares = any(pool.gpu_sharing for pool in system.cluster.node_pools)
    assert gates == {"nodeOverlay": shares}


@every_pooled
def test_a_pool_goes_before_what_ends_its_machines(system: System) -> None:
    """Karpenter, its definitions, its rights, and the role and entry of the machines stay longer.

    Each pool is a resource of its own, since kubectl prunes none that leaves a manifest.
    """
    made = [
        one
        for one in stack(system, "Cluster").of_type(MANIFEST)
        if one.path.startswith("Karpenter/")
    ]
    assert len(made) == len(system.cluster.node_pools)
    for pool in made:
        later = required_by(pool)
        charts = {releases(system)[name].resource for name in ("karpenter", "karpenter-crd")}
        assert charts <= later
        for kind, path in (
            ("AWS::IAM::Policy", "Role/"),
            ("AWS::EKS::PodIdentityAssociation", ""),
            ("AWS::EKS::AccessEntry", ""),
            ("AWS::IAM::InstanceProfile", ""),
            ("AWS::IAM::Role", "MachineRole/"),
            ("AWS::SQS::Queue", ""),
        ):
            assert _of(system, kind, path) in later


@every_pooled
def test_definitions_stay_as_long_as_karpenter(system: System) -> None:
    """Helm leaves those of a chart's own folder as they were at the first install."""
    charts = releases(system)
    assert charts["karpenter-crd"].resource in required_by(charts["karpenter"].resource)


@pytest.mark.parametrize("kind", ["EC2NodeClass", "NodePool"])
def test_every_pool_of_the_settings_is_there(kind: str) -> None:
    """Under the name that the settings give it."""
    for system in EVERY:
        names = [made["metadata"]["name"] for made in objects(system, kind)]
        assert names == [pool.name for pool in system.cluster.node_pools]
