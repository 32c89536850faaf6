"""What runs in a cluster before the first service."""

import re

import pytest

from catalog import UnknownFactError, add_on, addons, requests_per_node
from catalog.addons import Requests
from catalog.reader import read

_NAMES, _CHARTS = read("addons.json")["add_ons"], read("addons.json")["charts"]


_ONLY_DEFINITIONS = {"karpenter-crd"}


@pytest.mark.parametrize("name", _NAMES)
def test_an_add_on_asks_for_what_a_cluster_has(name: str) -> None:
    """It has pods of a known kind, with requests that are not negative, or is definitions only."""
    pods = add_on(name).pods
    assert bool(pods) == (name not in _ONLY_DEFINITIONS)
    assert {p.kind for p in pods} <= {"DaemonSet", "Deployment"}
    assert all(p.cpu_milli >= 0 and p.memory_mib >= 0 and p.replicas >= 1 for p in pods)


def test_daemons_are_counted_for_each_node(monkeypatch: pytest.MonkeyPatch) -> None:
    """A node carries one pod of every DaemonSet, and none of a Deployment for certain."""
    network = {"kind": "DaemonSet", "name": "network", "cpu_milli": 50, "memory_mib": 8}
    proxy = {"kind": "DaemonSet", "name": "proxy", "cpu_milli": 100, "memory_mib": 16}
    names = {"kind": "Deployment", "name": "dns", "cpu_milli": 20, "memory_mib": 70, "replicas": 3}
    table = {"add_ons": {"network": [network, names], "proxy": [proxy]}, "charts": {}}
    monkeypatch.setattr(addons, "read", lambda _: table)
    assert requests_per_node.__wrapped__(tuple(table["add_ons"])) == Requests(
        cpu_milli=150, memory_mib=24, pods=2
    )


def test_daemons_of_gpus_are_counted_where_there_are_some(monkeypatch: pytest.MonkeyPatch) -> None:
    """A node without GPUs carries no exporter of their metrics."""
    gpus = {"kind": "DaemonSet", "name": "gpus", "cpu_milli": 100, "memory_mib": 128}
    table = {"add_ons": {"gpus": [{**gpus, "only_with_gpus": True}]}, "charts": {}}
    monkeypatch.setattr(addons, "read", lambda _: table)
    count = requests_per_node.__wrapped__

    assert count(("gpus",)) == Requests(cpu_milli=0, memory_mib=0, pods=0)
    assert count(("gpus",), with_gpus=True) == Requests(cpu_milli=100, memory_mib=128, pods=1)


@pytest.mark.parametrize("name", _CHARTS)
def test_a_controller_from_a_chart_names_its_version(name: str) -> None:
    """What EKS does not offer comes from a Helm repository, in the version that is tested."""
    chart = add_on(name).chart
    assert chart is not None
    assert chart.repository.startswith(("https://", f"oci://public.ecr.aws/karpenter/{name}"))
    assert re.fullmatch(r"\d+\.\d+\.\d+", chart.version)


def test_what_eks_offers_has_no_chart() -> None:
    """An EKS add-on is installed by its name alone; every chart is one of an add-on."""
    assert add_on("vpc-cni").chart is None
    assert set(_CHARTS) < set(_NAMES)


def test_an_unknown_add_on_is_refused_with_the_known_ones() -> None:
    """A name outside the catalog is refused, and the catalog is listed."""
    with pytest.raises(UnknownFactError) as refusal:
        add_on("istio")
    assert str(refusal.value) == (
        "add-on 'istio' is not in the catalog; known are " + ", ".join(_NAMES)
    )
