"""Pieces of objects: where pods want to be, what they claim, and who offers it."""

from typing import Any

from tests.plan.capacity.builder import NAMESPACE, Document, pod_spec, workload
from tests.rehearsal.manifests import ebs_storage_class


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
    """Return a claim of 1 GiB."""
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
    """Return a priority class."""
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": value,
        **fields,
    }
