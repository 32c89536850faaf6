"""What the played cluster-autoscaler goes by: if it is installed, and the groups it may size."""

import json
from dataclasses import asdict, dataclass

from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap

from rehearsal.cluster.addon_pods import SYSTEM_NAMESPACE
from rehearsal.cluster.api_errors import NOT_FOUND, suppress_codes
from rehearsal.cluster.node_group import NodeTaint, PlayedNodeGroup
from rehearsal.cluster.nodes import HasClient

INSTALLED = "rehearsal-cluster-autoscaler"
GROUPS = "rehearsal-node-groups"


@dataclass(frozen=True, kw_only=True)
class Scalable:
    """A node group, and how few and how many nodes it may have."""

    group: PlayedNodeGroup
    minimum: int
    maximum: int

    @classmethod
    def read_all(cls, stored: ConfigMap | None) -> list["Scalable"]:
        data = (stored.data if stored else None) or {}
        return [cls._read(json.loads(data[name])) for name in sorted(data)]

    @classmethod
    def _read(cls, content: dict[str, object]) -> "Scalable":
        group: dict[str, object] = content.pop("group")  # type: ignore[assignment] # we wrote it
        taints: list[dict[str, str]] = group.pop("taints")  # type: ignore[assignment]
        made = PlayedNodeGroup(taints=[NodeTaint(**taint) for taint in taints], **group)  # type: ignore[arg-type]
        return cls(group=made, **content)  # type: ignore[arg-type]


def declare(cluster: HasClient, scalable: Scalable) -> None:
    """Let the autoscaler know a group, as it learns labels and taints from EKS."""
    _merge(cluster, {scalable.group.name: json.dumps(asdict(scalable))})


def forget(cluster: HasClient, group: str) -> None:
    """Let the autoscaler leave a group alone, because it goes."""
    _merge(cluster, {group: None})


def enable(cluster: HasClient) -> None:
    cluster.client().apply(_config_map(INSTALLED), field_manager="helm", force=True)


def disable(cluster: HasClient) -> None:
    with suppress_codes(NOT_FOUND):
        cluster.client().delete(ConfigMap, INSTALLED, namespace=SYSTEM_NAMESPACE)


def _merge(cluster: HasClient, data: dict[str, str | None]) -> None:
    client = cluster.client()
    client.apply(_config_map(GROUPS), field_manager="rehearsal", force=True)
    client.patch(ConfigMap, GROUPS, {"data": data}, namespace=SYSTEM_NAMESPACE)


def _config_map(name: str) -> ConfigMap:
    return ConfigMap(metadata=ObjectMeta(name=name, namespace=SYSTEM_NAMESPACE))
