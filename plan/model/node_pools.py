"""The nodes that a NodePool of Karpenter brings: none without pods, up to its limit with them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog import instance_type
from plan.model.assembly import Assembly, PlanError
from plan.model.failure import reading
from plan.model.kubernetes import KubernetesObject
from plan.model.node_labels import GPU_MEMORY
from plan.model.nodes import NodeGroup, smallest, zone_of
from plan.model.taints import Taint

POOL_LABEL = "karpenter.sh/nodepool"
CAPACITY_TYPE = "karpenter.sh/capacity-type"
SPOT, ON_DEMAND = "spot", "on-demand"
_INSTANCE_TYPE = "node.kubernetes.io/instance-type"
_DISK_GIB = 20
"""What Karpenter takes where a class says nothing."""


@dataclass(frozen=True, kw_only=True)
class NodePool:
    """A NodePool with its EC2NodeClass, as they are applied."""

    applied: KubernetesObject
    node_class: KubernetesObject | None

    @property
    def name(self) -> str:
        return self.applied.name

    @property
    def template(self) -> Mapping[str, Any]:
        """Return what its nodes are made by."""
        template: Mapping[str, Any] = self.applied.document["spec"]["template"]
        return template

    @property
    def types(self) -> tuple[str, ...]:
        """Return the instance types that it may start."""
        return self._values(_INSTANCE_TYPE)

    @property
    def capacities(self) -> tuple[str, ...]:
        """Return how its machines may be bought; on demand if nothing is said."""
        return self._values(CAPACITY_TYPE) or (ON_DEMAND,)

    @property
    def maximum(self) -> int:
        """Return how many nodes it may have; raise `PlanError` if nothing limits them."""
        limit = (self.applied.document["spec"].get("limits") or {}).get("nodes")
        if limit is None:
            message = f"NodePool {self.name} has no limit of nodes, so it may start any number"
            raise PlanError(message)
        return int(limit)

    @property
    def taints(self) -> tuple[Taint, ...]:
        """Return what keeps pods away that do not tolerate it."""
        return tuple(
            Taint(key=one["key"], value=one.get("value") or "", effect=one["effect"])
            for one in self.template["spec"].get("taints") or ()
        )

    @property
    def subnets(self) -> tuple[str, ...]:
        """Return what the subnets are called that its class names by id."""
        terms = self._class_spec.get("subnetSelectorTerms") or ()
        return tuple(str(term["id"]) for term in terms if "id" in term)

    @property
    def idle_seconds(self) -> int:
        """Return how long a machine stays that no pod needs."""
        after = str((self.applied.document["spec"].get("disruption") or {}).get("consolidateAfter"))
        return int(after.removesuffix("s")) if after.endswith("s") else 0

    @property
    def disks(self) -> tuple[Mapping[str, Any], ...]:
        """Return the volumes of each machine."""
        mappings = self._class_spec.get("blockDeviceMappings") or ()
        return tuple(one["ebs"] for one in mappings if "ebs" in one)

    @property
    def _class_spec(self) -> Mapping[str, Any]:
        return (self.node_class.document.get("spec") or {}) if self.node_class else {}

    @property
    def _gpu_memory(self) -> int:
        """Return what the smallest GPU of its types has in MiB, whichever machine comes."""
        return min(instance_type(name).gpu_memory_mib for name in self.types)

    def _values(self, key: str) -> tuple[str, ...]:
        return tuple(
            value
            for one in self.template["spec"].get("requirements") or ()
            if one["key"] == key and one["operator"] == "In"
            for value in one["values"]
        )

    def group(self, assembly: Assembly) -> NodeGroup:
        """Return it as nodes are placed on it; of its types the smallest counts."""
        with reading(f"NodePool {self.name} in stack {self.applied.stack}"):
            return self._group(assembly)

    def _group(self, assembly: Assembly) -> NodeGroup:
        machine = smallest([instance_type(name) for name in self.types])
        metadata = self.template.get("metadata") or {}
        resource = self.applied.resource
        subnets = self.subnets or ("",)
        return NodeGroup(
            resource=resource,
            name=self.name,
            types=self.types,
            is_spot=SPOT in self.capacities,
            grows=True,
            machine=machine,
            minimum=0,
            desired=0,
            maximum=self.maximum,
            subnets=self.subnets,
            zones=tuple(dict.fromkeys(zone_of(resource, one, assembly) for one in subnets)),
            disk_gib=next((gib_of(one) for one in self.disks), _DISK_GIB),
            labels={
                **(metadata.get("labels") or {}),
                POOL_LABEL: self.name,
                CAPACITY_TYPE: SPOT if SPOT in self.capacities else ON_DEMAND,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                _INSTANCE_TYPE: machine.name,
                **({GPU_MEMORY: str(least)} if (least := self._gpu_memory) else {}),
            },
            taints=self.taints,
        )


def node_pools(objects: Iterable[KubernetesObject]) -> Iterator[NodePool]:
    """Yield the pools among some objects, each with the class of its cluster."""
    objects = list(objects)
    classes = {(one.cluster, one.name): one for one in objects if one.kind == "EC2NodeClass"}
    for one in objects:
        if is_pool(one):
            name = one.document["spec"]["template"]["spec"]["nodeClassRef"]["name"]
            yield NodePool(applied=one, node_class=classes.get((one.cluster, name)))


def is_pool(one: KubernetesObject) -> bool:
    """Whether an object is a NodePool of Karpenter."""
    return one.kind == "NodePool" and one.api_version.startswith("karpenter.sh/")


def gib_of(disk: Mapping[str, Any]) -> int:
    """Return the size of a volume, which Karpenter writes as a quantity."""
    return int(str(disk.get("volumeSize", _DISK_GIB)).removesuffix("Gi"))
