"""What stands before what: created in this order, destroyed in the reverse."""

import pytest

from settings.system import Avadot, Guardian, System
from tests.stacks.assembly import Resource
from tests.stacks.grants import pod_roles
from tests.stacks.manifests import CHART, MANIFEST, Manifest, manifests
from tests.stacks.synths import AVADOTS, DEV, GUARDIAN_DEV, GUARDIANS, SYSTEMS, everything, stack

every_avadot = pytest.mark.parametrize("system", AVADOTS, ids=lambda system: system.name)
every_guardian = pytest.mark.parametrize("system", GUARDIANS, ids=lambda system: system.name)
every_system = pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)


def _unordered(resource: Resource, *others: Resource) -> list[str]:
    """Return the paths of those that may come after a resource."""
    needed = everything().relies_on(resource)
    return [other.path for other in others if (other.stack, other.logical_id) not in needed]


def _of_workloads(system: System) -> list[Manifest]:
    """Return the manifests of services and server, or of the analysers."""
    made = [m for m in manifests(everything(), system.name) if not m.has("Namespace")]
    match system:
        case Avadot():
            assert len(made) == len(system.services) + 1
        case Guardian():
            assert len(made) == len(system.analyzers)
    return made


@every_system
def test_a_release_stands_on_the_three_lower_stacks(system: System) -> None:
    """`cdk deploy AvadotProd` brings the others first, `cdk destroy` takes them away last."""
    lower = {f"{system.name}{part}" for part in ("Network", "Data", "Cluster")}
    assert everything().below(system.name) == lower
    assert stack(system, "Cluster").depends_on == lower - {f"{system.name}Cluster"}
    assert stack(system, "Data").depends_on == {f"{system.name}Network"}
    assert stack(system, "Network").depends_on == set()


@every_system
def test_workloads_come_into_their_namespace(system: System) -> None:
    """Every manifest of a workload waits for the one with the namespace and its rules."""
    (namespace,) = [m for m in manifests(everything(), system.name) if m.has("Namespace")]
    for manifest in _of_workloads(system):
        assert _unordered(manifest.resource, namespace.resource) == []


@every_system
def test_pods_start_with_their_rights(system: System) -> None:
    """Role, policy and association are there before the pods, which else begin by failing."""
    assembly = everything()
    roles = pod_roles(assembly, system.name)
    for manifest in _of_workloads(system):
        (account,) = [thing for thing in manifest.objects if thing["kind"] == "ServiceAccount"]
        role = roles[f"{system.namespace}/{account['metadata']['name']}"]
        parts = [
            resource
            for resource in stack(system).resources
            if resource.path.startswith(role.path.removesuffix("Resource"))
        ]
        kinds = {"AWS::IAM::Role", "AWS::IAM::Policy", "AWS::EKS::PodIdentityAssociation"}
        assert {part.type for part in parts} == kinds
        assert _unordered(manifest.resource, *parts) == []


@every_avadot
def test_the_controller_starts_with_its_rights(system: System) -> None:
    """The load balancer controller's role is complete before its chart, and goes after it."""
    cluster = stack(system, "Cluster")
    parts = [r for r in cluster.resources if r.path.startswith("LoadBalancerController/Role/")]
    assert len(parts) == 3
    assert _unordered(cluster.the(CHART), *parts) == []


@every_avadot
def test_an_ingress_lives_while_its_controller_does(system: System) -> None:
    """Else the load balancer would stay when everything else is destroyed."""
    controller = stack(system, "Cluster").the(CHART)
    with_ingress = [m for m in _of_workloads(system) if m.has("Ingress")]
    assert len(with_ingress) >= 5
    for manifest in with_ingress:
        assert _unordered(manifest.resource, controller) == []


@every_guardian
@pytest.mark.parametrize("controller", ["Keda", "ClusterAutoscaler"])
def test_charts_start_with_their_rights(system: System, controller: str) -> None:
    """The role of each controller is complete before its chart, and goes after it."""
    cluster = stack(system, "Cluster")
    parts = [r for r in cluster.resources if r.path.startswith(f"{controller}/Role/")]
    assert {part.type for part in parts} >= {
        "AWS::IAM::Role",
        "AWS::EKS::PodIdentityAssociation",
    }
    assert _unordered(cluster.the(CHART, f"{controller}/"), *parts) == []


@every_guardian
def test_scalers_live_while_keda_does(system: System) -> None:
    """KEDA itself must take its finalizer off them; without it a destroy would hang."""
    keda = stack(system, "Cluster").the(CHART, "Keda/")
    scaled = [m for m in _of_workloads(system) if m.has("ScaledObject")]
    assert len(scaled) == 2
    for manifest in scaled:
        assert _unordered(manifest.resource, keda) == []


@every_guardian
def test_keda_may_count_before_it_is_asked_to(system: System) -> None:
    """Its right stands in the queues' own stack, and before each scaler."""
    right = stack(system).the("AWS::IAM::Policy", "KedaCounts/")
    for manifest in _of_workloads(system):
        assert _unordered(manifest.resource, right) == []


@every_guardian
def test_analyses_begin_only_once_there_is_a_table(system: System) -> None:
    """Rule and state machine wait for the migration, which waits for a way to the database."""
    top = stack(system)
    migration = top.the("Custom::Migration")
    begins = [
        top.the("AWS::Events::Rule"),
        top.the("AWS::StepFunctions::StateMachine", "Workflow/"),
    ]
    for resource in begins:
        assert _unordered(resource, migration) == []
    assert _unordered(migration, *top.of_type("AWS::EC2::SecurityGroupIngress")) == []


@every_system
def test_workloads_find_a_complete_cluster(system: System) -> None:
    """Nodes, add-ons, storage class, device plugin and the ways to the stores are there."""
    cluster = stack(system, "Cluster")
    kinds = ("Nodegroup", "Addon", "Cluster", "AccessEntry")
    complete = [
        *(resource for kind in kinds for resource in cluster.of_type(f"AWS::EKS::{kind}")),
        *cluster.of_type(MANIFEST),
        *cluster.of_type("AWS::EC2::SecurityGroupIngress"),
    ]
    for manifest in _of_workloads(system):
        assert _unordered(manifest.resource, *complete) == []


@every_system
def test_a_cluster_in_use_cannot_be_deleted(system: System) -> None:
    """CloudFormation itself refuses, since each manifest imports what the cluster exports."""
    for manifest in manifests(everything(), system.name):
        imported = manifest.resource.properties["ClusterName"]["Fn::ImportValue"]
        assert imported.startswith(f"{system.name}Cluster:")


@every_system
def test_nodes_come_into_a_network_that_works(system: System) -> None:
    """Without network plugin, proxy and pod identity a node is not ready; the rest needs nodes."""
    cluster = stack(system, "Cluster")
    add_ons = {
        add_on.properties["AddonName"]: add_on for add_on in cluster.of_type("AWS::EKS::Addon")
    }
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


@pytest.mark.parametrize("system", [DEV, GUARDIAN_DEV], ids=lambda system: system.name)
@pytest.mark.parametrize("part", ["Network", "Data", "Cluster", ""])
def test_a_throw_away_environment_is_destroyed_whole(system: System, part: str) -> None:
    """Nothing of development is kept, logs included: nobody would look for what stays."""
    kept = {"Retain", "RetainExceptOnCreate", "Snapshot"}
    made = stack(system, part).resources
    assert [r.path for r in made if r.document.get("DeletionPolicy") in kept] == []


@every_system
def test_nobody_waits_an_hour_for_a_killed_handler(system: System) -> None:
    """Every resource of the kubectl handler ends soon after the handler's own 900 seconds."""
    handled = [
        resource
        for part in ("Cluster", "")
        for kind in (CHART, MANIFEST)
        for resource in stack(system, part).of_type(kind)
    ]
    # The design's limit for the four stacks, each resource being two calls of a Lambda.
    assert 5 <= len(handled) <= 25
    for resource in handled:
        assert 900 < int(resource.properties["ServiceTimeout"]) < 1000
