"""What runs in a cluster before the first service."""

import pytest

from catalog import UnknownFactError, add_on, addons, requests_of_add_ons
from catalog.addons import AddOnRequests, Requests
from catalog.reader import read

_NAMES = read("addons.json")["add_ons"]


def test_the_add_ons_of_the_cluster_are_known() -> None:
    """Every add-on and controller that the cluster installs is counted."""
    assert set(_NAMES) >= {
        "vpc-cni",
        "coredns",
        "kube-proxy",
        "aws-ebs-csi-driver",
        "eks-pod-identity-agent",
        "metrics-server",
        "aws-secrets-store-csi-driver-provider",
        "aws-load-balancer-controller",
    }


@pytest.mark.parametrize("name", _NAMES)
def test_an_add_on_asks_for_what_a_cluster_has(name: str) -> None:
    """Every add-on has pods of a known kind, with requests that are not negative."""
    pods = add_on(name).pods
    assert pods
    assert {p.kind for p in pods} <= {"DaemonSet", "Deployment"}
    assert all(p.cpu_milli >= 0 and p.memory_mib >= 0 and p.replicas >= 1 for p in pods)


def test_daemons_are_counted_for_each_node_and_controllers_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A node carries one pod of every DaemonSet; a cluster all replicas of every Deployment."""
    network = {"kind": "DaemonSet", "name": "network", "cpu_milli": 50, "memory_mib": 8}
    proxy = {"kind": "DaemonSet", "name": "proxy", "cpu_milli": 100, "memory_mib": 16}
    names = {"kind": "Deployment", "name": "dns", "cpu_milli": 20, "memory_mib": 70, "replicas": 3}
    disks = {"kind": "Deployment", "name": "disks", "cpu_milli": 1, "memory_mib": 2}
    table = {"add_ons": {"network": [network], "proxy": [proxy], "dns": [names, disks]}}
    monkeypatch.setattr(addons, "read", lambda _: table)
    assert requests_of_add_ons.__wrapped__(tuple(table["add_ons"])) == AddOnRequests(
        per_node=Requests(cpu_milli=150, memory_mib=24, pods=2),
        per_cluster=Requests(cpu_milli=61, memory_mib=212, pods=4),
    )


def test_an_unknown_add_on_is_refused_with_the_known_ones() -> None:
    """A name outside the catalog is refused, and the catalog is listed."""
    with pytest.raises(UnknownFactError) as refusal:
        add_on("istio")
    assert str(refusal.value) == (
        "add-on 'istio' is not in the catalog; known are " + ", ".join(_NAMES)
    )
