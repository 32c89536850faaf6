"""Whose the machines are."""

from decimal import Decimal
from pathlib import Path

from plan.cost import GroupAllocation
from tests.plan.assemblies import Document, resource, thing
from tests.plan.capacity.builder import device_plugin
from tests.plan.cost.examples import CPU, GPU, allocated, group, objects, workload

_GPU_TAINT = {"Key": "nvidia.com/gpu", "Value": "true", "Effect": "NO_SCHEDULE"}
_TOLERATED = {"tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}]}


def _groups(directory: Path, resources: Document) -> dict[str, GroupAllocation]:
    return {one.group: one for one in allocated(directory, resources).groups}


def _fractions(group: GroupAllocation) -> dict[str, str]:
    return {share.service: str(share.fraction) for share in group.shares}


def test_a_service_has_half_its_share_by_cpu_and_half_by_memory(tmp_path: Path) -> None:
    """Two pods of 500m and 1 GiB have 1000 of 3860m and 2048 of 13674 MiB on two t3.large."""
    resources = {
        "Group": group("nodes", "t3.large", (2, 2, 2)),
        "Objects": objects(workload("Deployment", "shop", 2, CPU)),
    }
    (share,) = _groups(tmp_path, resources)["nodes"].shares
    assert (share.cpu_milli, share.memory_bytes // 2**20) == (1000, 2048)
    assert share.fraction == Decimal("0.2044")
    assert share.usd == Decimal("31.78"), "of 151.84 and 3.65 USD"


def test_what_nobody_asks_for_is_room_left(tmp_path: Path) -> None:
    """Shares and what is idle make up the whole cost of a group."""
    resources = {
        "Group": group("nodes", "t3.large", (2, 2, 2)),
        "Objects": objects(
            workload("Deployment", "shop", 2, CPU), workload("Deployment", "till", 1, CPU)
        ),
    }
    nodes = _groups(tmp_path, resources)["nodes"]
    assert _fractions(nodes) == {"shop": "0.2044", "till": "0.1022"}
    assert nodes.idle_usd == Decimal("155.49") - Decimal("31.78") - Decimal("15.89")


def test_nodes_with_gpus_are_shared_by_gpus(tmp_path: Path) -> None:
    """One of two GPUs is half of the group, however much CPU its pod asks for."""
    resources = {
        "Group": group("gpu", "g4dn.xlarge", (2, 2, 2), Taints=[_GPU_TAINT]),
        "Objects": objects(
            workload("Deployment", "faces", 1, GPU, pod=_TOLERATED), device_plugin()
        ),
    }
    assert _fractions(_groups(tmp_path, resources)["gpu"]) == {"faces": "0.5000"}


def test_pods_count_where_taints_and_labels_let_them_in(tmp_path: Path) -> None:
    """A taint keeps a pod out; a selector sends it to the group with the label."""
    usual, chosen = ({"nodeSelector": {"pool": pool}} for pool in ("usual", "special"))
    resources = {
        "Tainted": group("tainted", "t3.large", (1, 1, 1), Taints=[_GPU_TAINT]),
        "Plain": group("plain", "t3.large", (1, 1, 1), Labels={"pool": "usual"}),
        "Special": group("special", "t3.large", (1, 1, 1), Labels={"pool": "special"}),
        "Objects": objects(
            workload("Deployment", "shop", 1, CPU, pod=usual),
            workload("Deployment", "till", 1, CPU, pod=chosen),
        ),
    }
    found = {name: set(_fractions(one)) for name, one in _groups(tmp_path, resources).items()}
    assert found == {"tainted": set(), "plain": {"shop"}, "special": {"till"}}


def test_a_daemon_set_counts_on_every_node_it_is_let_in(tmp_path: Path) -> None:
    """Its pods are as many as the nodes."""
    pod = {"containers": [{"name": "agent", "image": "agent:1", "resources": CPU}]}
    daemons = thing("DaemonSet", "agent", "agent", spec={"template": {"spec": pod}})
    resources = {"Group": group("nodes", "t3.large", (1, 3, 5)), "Objects": objects(daemons)}
    (share,) = _groups(tmp_path, resources)["nodes"].shares
    assert share.cpu_milli == 3 * 500


def test_add_ons_have_a_share(tmp_path: Path) -> None:
    """CoreDNS runs twice in the cluster, kube-proxy on each node, as the catalog says."""
    resources = {
        "Group": group("nodes", "t3.large", (2, 2, 2)),
        **{
            name: resource(
                "AWS::EKS::Addon", properties={"AddonName": name, "ClusterName": "avadot"}
            )
            for name in ("coredns", "kube-proxy")
        },
    }
    (share,) = _groups(tmp_path, resources)["nodes"].shares
    assert (share.service, share.cpu_milli) == ("add-ons", 2 * 100 + 2 * 100)


def test_another_cluster_pays_for_its_own_pods(tmp_path: Path) -> None:
    """Nodes of one cluster never carry pods of another."""
    resources = {
        "Group": group("nodes", "t3.large", (1, 1, 1), ClusterName="elsewhere"),
        "Objects": objects(workload("Deployment", "shop", 1, CPU)),
    }
    assert not _groups(tmp_path, resources)["nodes"].shares


def test_a_group_without_nodes_has_nothing_to_share(tmp_path: Path) -> None:
    """Scaled to zero it costs nothing, and nobody has a part of it."""
    resources = {
        "Group": group("nodes", "t3.large", (0, 0, 5)),
        "Objects": objects(workload("Deployment", "shop", 1, CPU)),
    }
    nodes = _groups(tmp_path, resources)["nodes"]
    assert (nodes.usd, nodes.shares) == (Decimal(0), ())


def test_services_add_up_to_the_whole(tmp_path: Path) -> None:
    """Every cent of the usual month belongs to a service or is idle."""
    found = allocated(
        tmp_path,
        {
            "Group": group("nodes", "t3.large", (2, 2, 2)),
            "Key": resource("AWS::KMS::Key", "Shop/Key/Resource"),
            "Objects": objects(workload("Deployment", "shop", 2, CPU)),
        },
    )
    services = found.services()
    assert set(services) == {"shop", "Key", "idle on nodes"}
    assert sum(services.values()) == found.month.usual
