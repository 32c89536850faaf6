"""Clusters as small as the rule under test allows, as an assembly holds them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from plan.capacity import CapacityFinding, ClusterCapacity, Scenario, capacity_of
from plan.capacity.findings import AtMinimum
from plan.model.assembly import Assembly, assemble
from plan.model.sources import StackSource
from tests.rehearsal.manifests import ebs_storage_class

ZONES = ("ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c")
NAMESPACE = "case"

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Group:
    """A node group as a test wants it; without add-ons its nodes are empty."""

    name: str = "cpu"
    instance_type: str = "t3.large"
    """1930m of CPU, 6837Mi of memory and 35 pods can be allocated on one."""
    size: int = 2
    maximum: int = 0
    """At least the size."""
    zones: Sequence[str] = ZONES[:2]
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: Sequence[Document] = ()

    @property
    def resource(self) -> Document:
        """Return it as a template has it."""
        scaling = {
            "MinSize": 0,
            "DesiredSize": self.size,
            "MaxSize": max(self.maximum, self.size),
        }
        properties: Document = {
            "ClusterName": {"Ref": "Cluster"},
            "NodegroupName": self.name,
            "InstanceTypes": [self.instance_type],
            "ScalingConfig": scaling,
            "Subnets": [{"Ref": _subnet(zone)} for zone in self.zones],
            "Labels": dict(self.labels),
            "Taints": list(self.taints),
        }
        return {"Type": "AWS::EKS::Nodegroup", "Properties": properties}


@dataclass(frozen=True, kw_only=True)
class Pool:
    """A node pool of Karpenter as a test wants it."""

    name: str
    instance_types: Sequence[str]
    maximum: int
    zones: Sequence[str] = ZONES[:2]
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: Sequence[Document] = ()
    """As Kubernetes spells them."""

    @property
    def objects(self) -> tuple[Document, Document]:
        """Return the pool and its class, as they are applied."""
        one_of = {"key": "node.kubernetes.io/instance-type", "operator": "In"}
        template = {
            "metadata": {"labels": dict(self.labels)},
            "spec": {
                "nodeClassRef": {"name": self.name},
                "taints": list(self.taints),
                "requirements": [{**one_of, "values": list(self.instance_types)}],
            },
        }
        subnets = [{"id": f"${{{_subnet(zone)}}}"} for zone in self.zones]
        return (
            _of_karpenter("karpenter.k8s.aws/v1", self.name, {"subnetSelectorTerms": subnets}),
            _of_karpenter(
                "karpenter.sh/v1",
                self.name,
                {"template": template, "limits": {"nodes": str(self.maximum)}},
            ),
        )


def _of_karpenter(version: str, name: str, spec: Document) -> Document:
    kind = "EC2NodeClass" if version.startswith("karpenter.k8s.aws") else "NodePool"
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": spec}


def taint(key: str, value: str = "", effect: str = "NO_SCHEDULE") -> Document:
    """Return a taint as CloudFormation spells it."""
    return {"Key": key, "Value": value, "Effect": effect}


def cluster(
    groups: Sequence[Group],
    objects: Sequence[Document],
    add_ons: Sequence[str] = (),
    pools: Sequence[Pool] = (),
) -> Assembly:
    """Return an assembly of one stack with a cluster, its nodes, add-ons and objects."""
    zones = sorted(
        {zone for one in groups for zone in one.zones} | {z for one in pools for z in one.zones}
    )
    objects = [*objects, *(made for pool in pools for made in pool.objects)]
    named = {"ClusterName": {"Ref": "Cluster"}}
    resources: Document = {
        "Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"Name": "case"}},
        **{_subnet(zone): _of("AWS::EC2::Subnet", {"AvailabilityZone": zone}) for zone in zones},
        **{f"Group{number}": group.resource for number, group in enumerate(groups)},
        **{
            f"AddOn{number}": _of("AWS::EKS::Addon", {"AddonName": name, **named})
            for number, name in enumerate(add_ons)
        },
        "Objects": _of(
            "Custom::AWSCDK-EKS-KubernetesResource", {"Manifest": json.dumps(objects), **named}
        ),
    }
    return stack(resources)


def stack(resources: Document) -> Assembly:
    return assemble(
        [
            StackSource(
                name="Case",
                region="ap-northeast-2",
                depends_on=frozenset(),
                is_protected=False,
                template={"Resources": resources},
            )
        ]
    )


def pod_spec(cpu: str = "", memory: str = "", **spec: Any) -> Document:
    """Return the specification of pods with one container; `extended` are further requests."""
    asked = {"cpu": cpu, "memory": memory, **spec.pop("extended", {})}
    resources = {"requests": {name: amount for name, amount in asked.items() if amount}}
    # A limit is what the API server wants of what cannot be shared.
    limits = {name: amount for name, amount in resources["requests"].items() if "/" in name}
    container = {"name": "main", "image": "case/pod", "resources": {**resources, "limits": limits}}
    container |= spec.pop("container", {})
    return {"terminationGracePeriodSeconds": 0, "containers": [container], **spec}


def workload(
    kind: str, name: str, template: Document, *, replicas: int | None = None, **spec: Any
) -> Document:
    """Return a Deployment, StatefulSet or DaemonSet of such pods; `labels` are theirs, too."""
    labels = {"app": name, **spec.pop("labels", {})}
    counted = {} if replicas is None else {"replicas": replicas}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {
            "name": name,
            "namespace": NAMESPACE,
            "labels": {"app.kubernetes.io/name": name},
        },
        "spec": {
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": labels}, "spec": template},
            **counted,
            **spec,
        },
    }


def deployment(name: str, template: Document, replicas: int = 1, **spec: Any) -> Document:
    return workload("Deployment", name, template, replicas=replicas, **spec)


def job(name: str, template: Document, **spec: Any) -> Document:
    """Return a Job; `labels` are those of its pods."""
    labels = {"app": name, **spec.pop("labels", {})}
    whole = {"metadata": {"labels": labels}, "spec": {"restartPolicy": "Never", **template}}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"template": whole, **spec},
    }


def autoscaler(name: str, minimum: int, maximum: int) -> Document:
    """Return an autoscaler of the Deployment of that name."""
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"scaleTargetRef": target, "minReplicas": minimum, "maxReplicas": maximum},
    }


def _of(kind: str, properties: Document) -> Document:
    return {"Type": kind, "Properties": properties}


def _subnet(zone: str) -> str:
    return "Subnet" + "".join(part.capitalize() for part in zone.split("-"))


def spread(name: str, key: str = "kubernetes.io/hostname", **fields: Any) -> Document:
    """Return a topology spread constraint over the pods of a workload."""
    return {
        "maxSkew": 1,
        "topologyKey": key,
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": name}},
        **fields,
    }


def near(name: str, key: str = "kubernetes.io/hostname") -> Document:
    """Return a term that means the pods of a workload, by the value of a node label."""
    return {"topologyKey": key, "labelSelector": {"matchLabels": {"app": name}}}


def required(kind: str, *terms: Document) -> Document:
    """Return a pod's affinity: `podAffinity` or `podAntiAffinity` with required terms."""
    return {"affinity": {kind: {"requiredDuringSchedulingIgnoredDuringExecution": list(terms)}}}


def node_affinity(*expressions: Document) -> Document:
    """Return a pod's affinity: nodes for which all of these hold."""
    term = {"nodeSelectorTerms": [{"matchExpressions": list(expressions)}]}
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": term}}}


def storage_class(name: str = "gp3", **fields: Any) -> Document:
    """Return a class whose volumes are made in the zone of their pod."""
    return {**ebs_storage_class(name), **fields}


def claim_spec(storage: str = "gp3") -> Document:
    """Return the specification of a claim of 1 GiB."""
    return {
        "storageClassName": storage,
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
    }


def claim(name: str, storage: str = "gp3") -> Document:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": claim_spec(storage),
    }


def device_plugin(**spec: Any) -> Document:
    """Return the DaemonSet that offers GPUs, on nodes of a group named `gpu`."""
    template = pod_spec(
        container={"image": "nvidia/k8s-device-plugin"},
        nodeSelector={"eks.amazonaws.com/nodegroup": "gpu"},
        tolerations=[{"operator": "Exists"}],
        **spec,
    )
    return workload("DaemonSet", "plugin", template)


def priority_class(name: str, value: int, **fields: Any) -> Document:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": value,
        **fields,
    }


SPOT = Pool(
    name="spot",
    instance_types=["c5.xlarge"],
    maximum=5,
    labels={"workload": "ml"},
    taints=[{"key": "workload", "value": "ml", "effect": "NoSchedule"}],
)
"""3920m of CPU on each node."""
GENERAL = Group(name="general", size=1, maximum=1, zones=ZONES[:1])


def analyser(cpu: str, **spec: Any) -> Document:
    """Return a Deployment that only nodes of the spot pool take."""
    pods = pod_spec(
        cpu,
        nodeSelector={"workload": "ml"},
        tolerations=[{"key": "workload", "value": "ml", "effect": "NoSchedule"}],
        **spec,
    )
    return workload("Deployment", "analyser", pods)


def scaled(maximum: int, **spec: object) -> Document:
    """Return what scales it from zero."""
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {"name": "analyser-scaler", "namespace": NAMESPACE},
        "spec": {"scaleTargetRef": {"name": "analyser"}, "maxReplicaCount": maximum, **spec},
    }


def growing(
    *objects: Document, groups: tuple[Group, ...] = (GENERAL,), pools: tuple[Pool, ...] = (SPOT,)
) -> Assembly:
    """Return a cluster with node pools in it."""
    return cluster(groups, objects, pools=pools)


def capacity(
    *objects: Document, groups: tuple[Group, ...] = (GENERAL,), pools: tuple[Pool, ...] = (SPOT,)
) -> ClusterCapacity:
    """Return what the plan says of such a cluster."""
    (found,) = capacity_of(growing(*objects, groups=groups, pools=pools))
    return found


def found_of(found: ClusterCapacity, scenario: Scenario) -> CapacityFinding:
    (finding,) = (one for one in found.findings if one.scenario == scenario)
    return finding


def nodes(finding: CapacityFinding, group: str = "spot") -> int:
    """Return how many nodes of a group there are in the end."""
    (room,) = (room for room in finding.headroom if room.group == group)
    return room.nodes


def finding(
    groups: Sequence[Group],
    objects: Sequence[Document],
    scenario: Scenario | None = None,
    add_ons: Sequence[str] = (),
) -> CapacityFinding:
    """Return what the plan says of a scenario, by default of all pods at their minimum."""
    (found,) = capacity_of(cluster(groups, objects, add_ons))
    wanted = scenario or AtMinimum()
    (answer,) = (one for one in found.findings if one.scenario == wanted)
    return answer


def waiting(
    groups: Sequence[Group], objects: Sequence[Document], scenario: Scenario | None = None
) -> dict[str, int]:
    """Return how many pods find no node by the name of their workload, whatever the order."""
    answer = finding(groups, objects, scenario)
    assert answer.is_certain
    return {one.workload.rpartition("/")[2]: one.most for one in answer.shortages}


def reasons(groups: Sequence[Group], objects: Sequence[Document]) -> set[str]:
    """Return why pods find no node, without the number of nodes and the full stop."""
    found = finding(groups, objects).shortages
    return {
        reason.partition(": ")[2].rstrip(".") or reason for one in found for reason in one.reasons
    }
