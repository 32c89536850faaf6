"""What the scheduler has made of a case: which pods have no node, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lightkube import Client
from lightkube.resources.apps_v1 import DaemonSet, Deployment
from lightkube.resources.core_v1 import Pod

from tests.plan.capacity.builder import NAMESPACE, Document
from tests.rehearsal.played import is_true

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
    """Whether the scheduler has found a node or said that there is none."""
    return "nodeName" in pod["spec"] or any(
        condition["type"] == "PodScheduled" and condition["status"] == "False"
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
