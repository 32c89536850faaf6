"""Kubernetes one minor version up under running services, in the order of the runbook."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from lightkube.resources.apps_v1 import DaemonSet, Deployment
from lightkube.resources.core_v1 import Node

from rehearsal.cluster.addon_pods import SYSTEM_NAMESPACE
from rehearsal.cluster.objects import uid_of
from rehearsal.command import service_watch
from rehearsal.toolchain import Toolchain, kubernetes_release, prepare_kubernetes
from tests.rehearsal.avadot.drill import REGION, STACK, AvadotDrill
from tests.rehearsal.avadot.workloads import PODS
from tests.rehearsal.conftest import Figure
from tests.rehearsal.edits import Edit, SettingEdit
from tests.rehearsal.waiting import until

pytestmark = [pytest.mark.rehearsal, pytest.mark.long]

_OLD, _NEW = "1.35", "1.36"
_CLUSTER = "avadot-cluster"
_GROUPS = ("avadot-nodes", "avadot-node-gpu")


def _kubernetes(version: str) -> SettingEdit:
    return SettingEdit(system=STACK, path="cluster.kubernetes", value=version)


def _nodes_at(version: str | None) -> list[SettingEdit]:
    paths = [f"cluster.node_groups[{name}].kubernetes" for name in _GROUPS]
    return [SettingEdit(system=STACK, path=path, value=version) for path in paths]


@pytest.fixture(scope="module")
def first_settings(tools: Path) -> tuple[Edit, ...]:
    """Begin with the older version, built here because no command of a drill may take as long."""
    prepare_kubernetes(Toolchain(bin=tools / "bin"), [_OLD], print)
    return (_kubernetes(_OLD),)


def test_a_control_plane_is_upgraded_and_taken_back(drill: AvadotDrill, figure: Figure) -> None:
    """Nodes and pods stay; `update-cluster-version` takes it back, and then the setting too."""
    machines, pods = _machines(drill), drill.avadot.identities(*PODS)
    assert _served(drill) == _release(_OLD)

    drill.deploy_without_a_gap(_kubernetes(_NEW), *_nodes_at(_OLD))
    assert _served(drill) == _release(_NEW)
    with _uninterrupted(drill):
        _eks(drill, "update-cluster-version", "--name", _CLUSTER, "--kubernetes-version", _OLD)
    assert _served(drill) == _release(_OLD)
    drill.deploy_without_a_gap(_kubernetes(_OLD))

    assert _served(drill) == _release(_OLD)
    assert _machines(drill) == machines
    assert drill.avadot.identities(*PODS) == pods
    figure("a control plane upgraded and taken back: 0 s without a ready endpoint")


def test_an_upgrade_interrupts_nothing(drill: AvadotDrill, figure: Figure) -> None:
    """The control plane, then the add-ons, then the nodes."""
    machines, pods = _machines(drill), drill.avadot.identities(*PODS)

    drill.deploy_without_a_gap(_kubernetes(_NEW), *_nodes_at(_OLD))
    assert (_served(drill), _kubelets(drill)) == (_release(_NEW), {_release(_OLD)})
    assert _machines(drill) == machines
    assert drill.avadot.identities(*PODS) == pods
    figure(f"Kubernetes {_NEW} under nodes of {_OLD}: 0 s without a ready endpoint")

    add_ons = _eks(drill, "list-addons", "--cluster-name", _CLUSTER)["addons"]
    assert len(add_ons) > 5
    with _uninterrupted(drill):
        for name in add_ons:
            _upgrade_add_on(drill, name)
        until(lambda: _rolled_out(drill), "the add-ons' pods are those of the new versions")
    figure(f"{len(add_ons)} add-ons for Kubernetes {_NEW}: 0 s without a ready endpoint")

    drill.deploy_without_a_gap(*_nodes_at(None))
    assert _kubelets(drill) == {_release(_NEW)}
    assert not _machines(drill) & machines
    figure(f"{len(machines)} nodes of Kubernetes {_NEW}: 0 s without a ready endpoint")


def _upgrade_add_on(drill: AvadotDrill, name: str) -> None:
    """Ask which version fits, and take it."""
    offered = _eks(
        drill, "describe-addon-versions", "--kubernetes-version", _NEW, "--addon-name", name
    )
    (version,) = [one["addonVersion"] for one in offered["addons"][0]["addonVersions"]]
    add_on = ("--cluster-name", _CLUSTER, "--addon-name", name)
    assert _eks(drill, "describe-addon", *add_on)["addon"]["addonVersion"] != version
    _eks(drill, "update-addon", *add_on, "--addon-version", version)


def _eks(drill: AvadotDrill, *arguments: str) -> dict[str, Any]:
    said = drill.checkout.aws("eks", *arguments, "--region", REGION, "--output", "json")
    answered: dict[str, Any] = json.loads(said.must_succeed())
    return answered


@contextmanager
def _uninterrupted(drill: AvadotDrill) -> Iterator[None]:
    with service_watch.watching(drill.client()) as watch:
        yield
    assert watch.before
    assert not watch.longest, watch.told()


def _release(version: str) -> str:
    return f"v{kubernetes_release(version)}"


def _served(drill: AvadotDrill) -> str:
    """Return the version that the API server says it is."""
    said = drill.checkout.kubectl("get", "--raw", "/version").must_succeed()
    return str(json.loads(said)["gitVersion"])


def _kubelets(drill: AvadotDrill) -> set[str]:
    nodes = [node.to_dict() for node in drill.client().list(Node)]
    return {node["status"]["nodeInfo"]["kubeletVersion"] for node in nodes}


def _machines(drill: AvadotDrill) -> set[str]:
    return set(map(uid_of, drill.client().list(Node)))


def _rolled_out(drill: AvadotDrill) -> bool:
    """Whether each workload of the system runs its newest pods only, and all are ready."""
    client = drill.client()
    daemons = [one.to_dict() for one in client.list(DaemonSet, namespace=SYSTEM_NAMESPACE)]
    replicated = [one.to_dict() for one in client.list(Deployment, namespace=SYSTEM_NAMESPACE)]
    return all(
        one["status"]["observedGeneration"] == one["metadata"]["generation"]
        and one["status"]["desiredNumberScheduled"]
        == one["status"].get("updatedNumberScheduled", 0)
        == one["status"]["numberReady"]
        for one in daemons
    ) and all(
        one["status"]["observedGeneration"] == one["metadata"]["generation"]
        and one["spec"]["replicas"]
        == one["status"].get("updatedReplicas", 0)
        == one["status"].get("readyReplicas", 0)
        == one["status"]["replicas"]
        for one in replicated
    )
