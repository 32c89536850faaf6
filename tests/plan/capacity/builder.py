"""Clusters as small as the rule under test allows, as an assembly holds them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from plan.model.assembly import Assembly, assemble
from plan.model.sources import StackSource

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


def taint(key: str, value: str = "", effect: str = "NO_SCHEDULE") -> Document:
    """Return a taint as CloudFormation spells it."""
    return {"Key": key, "Value": value, "Effect": effect}


def cluster(
    groups: Sequence[Group], objects: Sequence[Document], add_ons: Sequence[str] = ()
) -> Assembly:
    """Return an assembly of one stack with a cluster, its nodes, add-ons and objects."""
    zones = sorted({zone for group in groups for zone in group.zones})
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
    """Return an assembly of one stack."""
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
    """Return a Deployment."""
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
