"""A real control plane on which drawn cases are played, and what its scheduler makes of them."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lightkube import Client
from lightkube.codecs import from_dict
from lightkube.resources.apps_v1 import DaemonSet, Deployment, StatefulSet
from lightkube.resources.core_v1 import Namespace, Node, Pod
from lightkube.resources.scheduling_v1 import PriorityClass
from lightkube.resources.storage_v1 import StorageClass

from catalog import add_on
from rehearsal.cluster import ControlPlane
from rehearsal.cluster.addon_pods import SYSTEM_NAMESPACE
from rehearsal.cluster.addons import install, remove
from rehearsal.cluster.api_errors import NOT_FOUND, suppress_codes
from rehearsal.cluster.node_group import NODE_GROUP_LABEL
from rehearsal.cluster.nodes import NodeTaint, PlayedNodeGroup, join, leave
from rehearsal.cluster.objects import name_of
from rehearsal.cluster.ports import free_ports
from rehearsal.toolchain import prepare
from tests.plan.capacity.builder import NAMESPACE, Document, Group
from tests.rehearsal.capacity.drawn import ON_EVERY_NODE, Case
from tests.rehearsal.played import fake_registry, is_true
from tests.rehearsal.waiting import until

_WITH_PODS = ("Deployment", "StatefulSet", "DaemonSet", "Job")
_GOES_ON = ("StatefulSet", "DaemonSet")
"""Where the next pod, or a device for others, is there once a pod is ready; as in a release."""
_WHAT_FOLLOWS = (" no new claims", " preemption:")
"""With these words the scheduler goes on that pushing other pods aside is no help."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Pods without a node by workload, and the scheduler's reasons."""

    waiting: Mapping[str, int]
    reasons: Mapping[str, frozenset[str]]
    nodes: frozenset[tuple[str, str]]
    """Which pod is where."""


def look(
    client: Client, objects: Sequence[Document], namespace: str, *, is_release: bool
) -> Seen | None:
    """Look once; None while a controller, the scheduler or a kubelet has work to do."""
    pods = [pod.to_dict() for pod in client.list(Pod, namespace=namespace)]
    if any("deletionTimestamp" in pod["metadata"] or not _was_tried(pod) for pod in pods):
        return None
    waiting: dict[str, int] = {}
    reasons: dict[str, frozenset[str]] = {}
    for one in objects:
        if one["kind"] not in _WITH_PODS:
            continue
        key = f"{one['kind']} {NAMESPACE}/{one['metadata']['name']}"
        own = [pod for pod in pods if _owner(pod) == one["metadata"]["name"]]
        without = [pod for pod in own if "nodeName" not in pod["spec"]]
        goes_on = one["kind"] in _GOES_ON or (is_release and one["kind"] == "Deployment")
        if goes_on and not all(map(_is_ready_if_placed, own)):
            return None
        missing = max(0, _wanted(client, one, namespace) - len(own))
        # A StatefulSet makes the next pod only once the last one runs.
        if missing and not (one["kind"] == "StatefulSet" and without):
            return None
        if without:
            waiting[key] = len(without) + missing
            reasons[key] = frozenset(map(_reason, without))
    nodes = frozenset((p["metadata"]["uid"], p["spec"].get("nodeName", "")) for p in pods)
    return Seen(waiting=waiting, reasons=reasons, nodes=nodes)


def _wanted(client: Client, one: Document, namespace: str) -> int:
    """Return how many pods a controller makes; it must be asked for a DaemonSet's."""
    spec = one["spec"]
    match one["kind"]:
        case "DaemonSet":
            status = client.get(DaemonSet, one["metadata"]["name"], namespace=namespace).status
            has_looked = status is not None and status.observedGeneration
            return status.desiredNumberScheduled if status and has_looked else _NEVER_REACHED
        case "Deployment":
            asked = client.get(Deployment, one["metadata"]["name"], namespace=namespace).spec
            return (asked and asked.replicas) or 0
        case "Job":
            return min(int(spec["parallelism"]), int(spec["completions"]))
    return int(spec["replicas"])


_NEVER_REACHED = 10**6


def _was_tried(pod: Mapping[str, Any]) -> bool:
    """Whether it has a node, or none is found; after an error the scheduler tries again."""
    return "nodeName" in pod["spec"] or any(
        condition["type"] == "PodScheduled" and condition.get("reason") == "Unschedulable"
        for condition in pod["status"].get("conditions", ())
    )


def _is_ready_if_placed(pod: dict[str, Any]) -> bool:
    return "nodeName" not in pod["spec"] or is_true(pod, "Ready")


def _owner(pod: Mapping[str, Any]) -> str:
    return str(pod["metadata"]["labels"]["app"])


def _reason(pod: Mapping[str, Any]) -> str:
    (message,) = (
        condition["message"]
        for condition in pod["status"]["conditions"]
        if condition["type"] == "PodScheduled"
    )
    text = str(message)
    for words in _WHAT_FOLLOWS:
        text = text.partition(words)[0]
    return text


_SECONDS_OF_QUIET = 0.4
"""The scheduler tries a pod again within moments of whatever may help it."""
_LONGEST_SECONDS = 30
_IMAGES = ("case/pod", "nvidia/k8s-device-plugin")
_AUTOSCALER = "HorizontalPodAutoscaler"
_WITH_NETWORK = {"metadata": {"annotations": {"rehearsal/network": "ready"}}}


class Stage:
    """A control plane that holds one case at a time, each in a namespace of its own."""

    def __init__(self, control_plane: ControlPlane, images: Mapping[str, str]) -> None:
        self._control_plane = control_plane
        self._client = control_plane.client()
        self._images = images
        self._case = Case(groups=[], objects=[])
        self._played = 0

    def play(self, case: Case) -> Seen:
        self._clear()
        self._case = case
        self._played += 1
        for name in case.add_ons:
            install(self._control_plane, name)
        for group in case.groups:
            for node in join(self._control_plane, _node_group(group)):
                # A node that is not ready for a moment stays tainted for two seconds.
                self._client.patch(Node, node, _WITH_NETWORK)
        until(self._has_nodes)
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self._here}}
        for one in (namespace, *self._objects()):
            self._client.create(from_dict(one))
        return self._settled()

    def scale(self) -> Seen:
        for one in self._case.objects:
            if one["kind"] == _AUTOSCALER:
                name, spec = one["spec"]["scaleTargetRef"]["name"], one["spec"]
                patch = {"spec": {"replicas": spec["maxReplicas"]}}
                self._client.patch(Deployment, name, patch, namespace=self._here)
        return self._settled()

    def lose_node(self, group: str) -> Seen:
        name = min(map(name_of, self._client.list(Node, labels={NODE_GROUP_LABEL: group})))
        self._client.delete(Node, name)
        for pod in self._client.list(Pod, namespace="*", fields={"spec.nodeName": name}):
            namespace = pod.metadata.namespace if pod.metadata else None
            with suppress_codes(NOT_FOUND):
                self._client.delete(Pod, name_of(pod), namespace=namespace, grace_period=0)
        return self._settled()

    def release(self) -> Seen:
        """Change the template of every Deployment and StatefulSet; return where that ends."""
        patch = {"spec": {"template": {"metadata": {"annotations": {"release": "next"}}}}}
        for one in self._case.objects:
            for kind in (Deployment, StatefulSet):
                if one["kind"] == kind.__name__:
                    self._client.patch(kind, one["metadata"]["name"], patch, namespace=self._here)
        return self._settled(is_release=True)

    @property
    def _here(self) -> str:
        return f"{NAMESPACE}-{self._played}"

    def _objects(self) -> list[Document]:
        """Return the objects of the case; without load an autoscaler would only hold a minimum."""
        objects = [one for one in self._case.objects if one["kind"] != _AUTOSCALER]
        text = json.dumps(objects).replace(json.dumps(NAMESPACE), json.dumps(self._here))
        for name, image in self._images.items():
            text = text.replace(json.dumps(name), json.dumps(image))
        found: list[Document] = json.loads(text)
        return found

    def _has_nodes(self) -> bool:
        nodes = [node.to_dict() for node in self._client.list(Node)]
        pods = [pod.to_dict() for pod in self._client.list(Pod, namespace=SYSTEM_NAMESPACE)]
        wanted = sum(
            len(nodes) if one.kind == "DaemonSet" else one.replicas
            for name in (*ON_EVERY_NODE, *self._case.add_ons)
            for one in add_on(name).pods
        )
        return (
            all(is_true(node, "Ready") and not _is_held_back(node) for node in nodes)
            and len(pods) == wanted
            and all("nodeName" in pod["spec"] for pod in pods)
        )

    def _settled(self, *, is_release: bool = False) -> Seen:
        """Return what is seen once every pod was tried and nothing has changed for a while."""
        began = since = time.monotonic()
        last = None
        while last is None or time.monotonic() - since < _SECONDS_OF_QUIET:
            assert time.monotonic() - began < _LONGEST_SECONDS, "the case does not settle"
            time.sleep(0.1)
            seen = look(self._client, self._case.objects, self._here, is_release=is_release)
            if seen is None or seen != last:
                last, since = seen, time.monotonic()
        return last

    def _clear(self) -> None:
        """Take away what the last case has left; its namespace may go in its own time."""
        if self._played:
            self._client.delete(Namespace, self._here)
            self._client.deletecollection(Pod, namespace=self._here, grace_period=0)
            for one in self._case.objects:
                for kind in (PriorityClass, StorageClass):
                    if one["kind"] == kind.__name__:
                        self._client.delete(kind, one["metadata"]["name"])
        for group in self._case.groups:
            leave(self._control_plane, group.name)
        for name in self._case.add_ons:
            remove(self._control_plane, name)
        self._client.deletecollection(Pod, namespace=SYSTEM_NAMESPACE, grace_period=0)


@contextmanager
def stage(directory: Path, tools: Path) -> Iterator[Stage]:
    (port,) = free_ports(1)
    control_plane = ControlPlane(directory, prepare(tools, print), port)
    with fake_registry() as registry, pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", registry.endpoint)
        control_plane.start()
        try:
            for name in ON_EVERY_NODE:
                install(control_plane, name)
            yield Stage(control_plane, {name: registry.push(name) for name in _IMAGES})
        finally:
            control_plane.stop()


def _node_group(group: Group) -> PlayedNodeGroup:
    taints = [
        NodeTaint(key=one["Key"], value=one["Value"], effect=one["Effect"]) for one in group.taints
    ]
    return PlayedNodeGroup(
        name=group.name,
        instance_type=group.instance_type,
        size=group.size,
        zones=tuple(group.zones),
        labels=group.labels,
        taints=taints,
    )


def _is_held_back(node: dict[str, Any]) -> bool:
    taints = node["spec"].get("taints") or []
    return any(one["key"].startswith("node.kubernetes.io/") for one in taints)
