"""What stands before what: created in this order, destroyed in the reverse."""

import pytest

from plan.model.assembly import Resource
from plan.model.kubernetes import CHART, MANIFEST
from settings.system import System
from stacks.parts.controllers import CONTROLLERS
from tests.stacks.applied import (
    manifests,
    manifests_of_checks,
    manifests_of_workloads,
    releases,
)
from tests.stacks.grants import pod_roles
from tests.stacks.synths import (
    every_disposable,
    every_system,
    everything,
    parts_of,
    required_by,
    stack,
)

_FINALIZED_BY = {"Ingress": "aws-load-balancer-controller", "ScaledObject": "keda"}
"""Without the controller an object of the kind, and what it stands for in AWS, would stay."""

_WITHOUT_RIGHTS = {"argo-rollouts", "argo-workflows", "dcgm-exporter"}
"""Controllers that do nothing in AWS."""


def _unordered(resource: Resource, *others: Resource) -> list[str]:
    """Return the paths of those that may come after a resource."""
    needed = required_by(resource)
    return [other.path for other in others if other not in needed]


@every_system
def test_a_release_stands_on_the_lower_stacks(system: System) -> None:
    """`cdk deploy AvadotProd` brings the others first, `cdk destroy` takes them away last."""
    names = [f"{system.name}{part}" for part in parts_of(type(system))]
    for number, name in enumerate(names):
        assert everything().assembly.stack(name).depends_on == set(names[:number])


@every_system
def test_workloads_come_into_their_namespace(system: System) -> None:
    """Every manifest waits for the one with namespaces and their rules."""
    (first,) = (
        resource
        for resource, things in manifests(system.name).items()
        if any(thing["kind"] == "Namespace" for thing in things)
    )
    for resource in manifests(system.name):
        assert resource is first or _unordered(resource, first) == []


@every_system
def test_an_image_is_checked_where_it_will_run(system: System) -> None:
    """Account, role and policy of its workload stand, so that nothing is missing for long."""
    workloads = manifests_of_workloads(system)
    for check in manifests_of_checks(system).values():
        assert _unordered(check, workloads[check.service]) == []


@every_system
def test_pods_start_with_their_rights(system: System) -> None:
    """Role, policy and association are there before the pods, which else begin by failing."""
    roles = pod_roles(system.name)
    workloads = {workload.name: workload for workload in system.workloads}
    for name, resource in manifests_of_workloads(system).items():
        role = roles[f"{system.namespace_of(workloads[name])}/{name}"]
        parts = [
            one
            for one in stack(system).resources.values()
            if one.path.startswith(role.path.removesuffix("Resource"))
        ]
        kinds = {"AWS::IAM::Role", "AWS::EKS::PodIdentityAssociation"}
        assert {part.type for part in parts} - {"AWS::IAM::Policy"} == kinds
        assert _unordered(resource, *parts) == []


@every_system
def test_controllers_start_with_their_rights(system: System) -> None:
    """The role of each controller is complete before its chart, and goes after it."""
    resources = stack(system, "Cluster").resources.values()
    for name, release in releases(system).items():
        if name not in CONTROLLERS or name in _WITHOUT_RIGHTS:
            continue
        role = f"{CONTROLLERS[name].__name__}/Role/"
        parts = [one for one in resources if one.path.startswith(role)]
        kinds = {part.type for part in parts}
        assert kinds >= {"AWS::IAM::Role", "AWS::EKS::PodIdentityAssociation"}
        assert _unordered(release.resource, *parts) == []


@pytest.mark.parametrize("kind", _FINALIZED_BY)
@every_system
def test_an_object_lives_while_its_controller_does(system: System, kind: str) -> None:
    """An Ingress would leave its load balancer behind, a scaler would never go."""
    controlled = [
        resource
        for resource, things in manifests(system.name).items()
        if any(thing["kind"] == kind for thing in things)
    ]
    assert bool(controlled) is (_FINALIZED_BY[kind] in system.cluster.add_ons)
    for resource in controlled:
        assert _unordered(resource, releases(system)[_FINALIZED_BY[kind]].resource) == []


@every_system
def test_workloads_find_a_complete_cluster(system: System) -> None:
    """Nodes, add-ons, storage class, device plugin and the ways to the stores are there."""
    cluster = stack(system, "Cluster")
    kinds = ("EKS::Nodegroup", "EKS::Addon", "EKS::Cluster", "EKS::AccessEntry")
    complete = [
        *(one for kind in kinds for one in cluster.of_type(f"AWS::{kind}")),
        *cluster.of_type(MANIFEST),
        *cluster.of_type("AWS::EC2::SecurityGroupIngress"),
    ]
    for resource in manifests_of_workloads(system).values():
        assert _unordered(resource, *complete) == []


@every_system
def test_a_cluster_in_use_cannot_be_deleted(system: System) -> None:
    """CloudFormation itself refuses, since each manifest imports what the cluster exports."""
    for resource in manifests(system.name):
        assert resource.properties["ClusterName"].startswith(f"${{{system.name}Cluster/")


@every_system
def test_nodes_come_into_a_network_that_works(system: System) -> None:
    """Without network plugin, proxy and pod identity a node is not ready; the rest needs nodes."""
    cluster = stack(system, "Cluster")
    add_ons = {one.properties["AddonName"]: one for one in cluster.of_type("AWS::EKS::Addon")}
    first = [add_ons.pop(name) for name in ("vpc-cni", "kube-proxy", "eks-pod-identity-agent")]
    groups = cluster.of_type("AWS::EKS::Nodegroup")
    for group in groups:
        assert _unordered(group, *first) == []
    for add_on in add_ons.values():
        assert _unordered(add_on, *groups) == []


@every_system
def test_controllers_go_before_their_nodes(system: System) -> None:
    """A controller without a node could no longer clean up after itself."""
    cluster = stack(system, "Cluster")
    groups = cluster.of_type("AWS::EKS::Nodegroup")
    for resource in (*cluster.of_type(CHART), *cluster.of_type(MANIFEST)):
        assert _unordered(resource, *groups) == []


@every_disposable
def test_a_throw_away_environment_is_destroyed_whole(system: System) -> None:
    """Nothing of development is kept, logs included: nobody would look for what stays."""
    kept = {"Retain", "RetainExceptOnCreate", "Snapshot"}
    for part in parts_of(type(system)):
        made = stack(system, part).resources.values()
        assert [one.path for one in made if one.deletion_policy in kept] == []


@every_system
def test_nobody_waits_an_hour_for_a_killed_handler(system: System) -> None:
    """Every resource of the kubectl handler ends soon after the handler's own 900 seconds."""
    handled = [
        resource
        for part in ("Cluster", "")
        for kind in (CHART, MANIFEST)
        for resource in stack(system, part).of_type(kind)
    ]
    # A limit for the four stacks, since each resource is two calls of a Lambda, one after another.
    assert 0 < len(handled) <= 30
    for resource in handled:
        assert 900 < int(resource.properties["ServiceTimeout"]) < 1000
