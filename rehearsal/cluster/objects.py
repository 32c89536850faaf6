"""Reads Kubernetes objects whose fields may all be absent, and asks them everyday questions."""

from collections.abc import Mapping
from datetime import UTC, datetime

from lightkube.core.resource import Resource
from lightkube.models.core_v1 import PodSpec, PodStatus
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Node, Pod

from rehearsal.cluster.components import RUNNING_KUBELET

Key = tuple[str, str]
"""Namespace and name; the namespace of a cluster-wide object is empty."""


def now() -> datetime:
    """Return the time as Kubernetes keeps it: UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def metadata(resource: Resource) -> ObjectMeta:
    """Return the metadata, which every object from the API server has."""
    found: ObjectMeta | None = getattr(resource, "metadata", None)
    return found or ObjectMeta()


def name_of(resource: Resource) -> str:
    return metadata(resource).name or ""


def uid_of(resource: Resource) -> str:
    """Return what tells the object from a later one of the same name."""
    return metadata(resource).uid or ""


def namespace_of(resource: Resource) -> str:
    return metadata(resource).namespace or ""


def key_of(resource: Resource) -> Key:
    """Return what the object is found by."""
    return namespace_of(resource), name_of(resource)


def labels_of(resource: Resource) -> Mapping[str, str]:
    return metadata(resource).labels or {}


def annotations_of(resource: Resource) -> Mapping[str, str]:
    return metadata(resource).annotations or {}


def spec_of(pod: Pod) -> PodSpec:
    """Return the pod's specification, which every pod has."""
    return pod.spec or PodSpec(containers=[])


def status_of(pod: Pod) -> PodStatus:
    """Return the pod's status, empty at first."""
    return pod.status or PodStatus()


def is_ready(pod: Pod) -> bool:
    """Whether the pod serves: it runs, is ready, and is not on its way out."""
    conditions = status_of(pod).conditions or []
    return metadata(pod).deletionTimestamp is None and any(
        condition.type == "Ready" and condition.status == "True" for condition in conditions
    )


def has_ended(pod: Pod) -> bool:
    """Whether no container of the pod will run again: it takes no room of its node."""
    return status_of(pod).phase in ("Succeeded", "Failed")


def has_owner_of_kind(pod: Pod, kind: str) -> bool:
    """Whether the pod was made by a controller of this kind, as those of DaemonSets are."""
    return any(owner.kind == kind for owner in metadata(pod).ownerReferences or [])


def is_node_ready(node: Node) -> bool:
    """Whether the node takes pods."""
    conditions = (node.status.conditions if node.status else None) or []
    return any(one.type == "Ready" and one.status == "True" for one in conditions)


def has_kubelet(node: Node) -> bool:
    """Whether the node's kubelet is played; that of a lost node is not."""
    label, value = RUNNING_KUBELET
    return labels_of(node).get(label) == value
