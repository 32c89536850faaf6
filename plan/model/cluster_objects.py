"""An index of a cluster's objects: what decides how a pod of another object is placed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from plan.model.kubernetes import KubernetesObject
from plan.model.pods import PodClaim
from plan.model.requests import NamespaceQuota, quota
from plan.model.selectors import Document, Labels, service_selector

DEFAULT_NAMESPACE = "default"
_PRIORITIES = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
"""The classes that every cluster has."""
_NAMESPACE_NAME = "kubernetes.io/metadata.name"
_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
_PROVISIONER_OF_ONE_ZONE = "ebs.csi.aws.com"
_UNBOUND = "pod has unbound immediate PersistentVolumeClaims"
_CLUSTER_WIDE = ("Namespace", "PriorityClass", "StorageClass")


@dataclass(frozen=True, kw_only=True)
class StorageClass:
    """How claims of a class get their volumes."""

    is_zonal: bool
    waits_for_pod: bool
    zones: frozenset[str] | None


_GP2 = StorageClass(is_zonal=True, waits_for_pod=True, zones=None)
"""The class that EKS makes in every cluster; it is not the default since 1.30."""


@dataclass(frozen=True, kw_only=True)
class Priority:
    """What a priority class gives its pods."""

    value: int
    preempts: bool


@dataclass(frozen=True)
class ClusterObjects:
    """The objects of one cluster by kind, namespace and name."""

    objects: Mapping[tuple[str, str, str], KubernetesObject] = field(repr=False)

    @classmethod
    def of(cls, objects: Iterable[KubernetesObject]) -> "ClusterObjects":
        return cls({(one.kind, namespace_of(one), one.name): one for one in objects})

    def priority(self, name: str) -> Priority:
        """Return what a class gives, or what the default gives to a pod that names none."""
        if name in _PRIORITIES:
            return Priority(value=_PRIORITIES[name], preempts=True)
        for one in self._of_kind("PriorityClass"):
            if one.name == name or (not name and one.document.get("globalDefault")):
                never = one.document.get("preemptionPolicy") == "Never"
                return Priority(value=int(one.document["value"]), preempts=not never)
        return Priority(value=0, preempts=True)

    def namespace_labels(self, name: str) -> Labels:
        found = self.objects.get(("Namespace", "", name))
        labels = (found.document["metadata"].get("labels") or {}) if found else {}
        return {_NAMESPACE_NAME: name, **labels}

    def services_selecting(self, namespace: str, labels: Labels) -> Iterable[Labels]:
        """Return the selectors of the Services that lead to pods with these labels."""
        for one in self._of_kind("Service", namespace):
            selector = one.document.get("spec", {}).get("selector")
            if selector and service_selector(selector).matches(labels):
                yield selector

    def config_maps(self, namespace: str) -> dict[str, Document]:
        return {one.name: one.document for one in self._of_kind("ConfigMap", namespace)}

    def quotas(self, namespace: str) -> tuple[NamespaceQuota, ...]:
        """Return what limits a namespace altogether."""
        found = self._of_kind("ResourceQuota", namespace)
        return tuple(quota(one.name, one.document) for one in found)

    def claim(self, namespace: str, name: str) -> Document | None:
        """Return the specification of a claim; None if no object makes it."""
        found = self.objects.get(("PersistentVolumeClaim", namespace, name))
        return found.document["spec"] if found else None

    def claims_of(
        self, workload: Document, pod: str, namespace: str
    ) -> tuple[tuple[PodClaim, ...], str | None]:
        """Return the claims of a workload's pod, and what keeps them from ever being filled.

        `workload` is the specification of a Deployment, StatefulSet or Job. The StatefulSet
        controller makes claims for each pod, which outlive it.
        """
        own = {
            one["metadata"]["name"]: one["spec"]
            for one in workload.get("volumeClaimTemplates") or ()
        }
        found = {f"{name}-{pod}": spec for name, spec in own.items()}
        for volume in workload["template"]["spec"].get("volumes") or ():
            named = (volume.get("persistentVolumeClaim") or {}).get("claimName")
            if named is None:
                continue
            spec = self.claim(namespace, named)
            if spec is None:
                return (), f'persistentvolumeclaim "{named}" not found'
            found[named] = spec
        claims = []
        for name, spec in found.items():
            storage = self.storage_class(spec.get("storageClassName"))
            if storage is None:
                return (), _UNBOUND
            claims.append(
                PodClaim(
                    key=f"{namespace}/{name}",
                    is_zonal=storage.is_zonal,
                    waits_for_pod=storage.waits_for_pod,
                    zones=storage.zones,
                )
            )
        return tuple(claims), None

    def storage_class(self, name: str | None) -> StorageClass | None:
        """Return a class, for None the default one; None if there is none of that name."""
        document = self.storage_class_document(name)
        if document is None:
            return _GP2 if name == "gp2" else None
        return _storage_class(document)

    def storage_class_document(self, name: str | None) -> Document | None:
        """Return a class as it is applied; None also for the one that EKS makes itself."""
        for one in self._of_kind("StorageClass"):
            annotations = one.document["metadata"].get("annotations") or {}
            if one.name == name or (not name and annotations.get(_DEFAULT_CLASS) == "true"):
                return one.document
        return None

    def _of_kind(self, kind: str, namespace: str = "") -> Iterable[KubernetesObject]:
        return (
            one
            for (its_kind, its_namespace, _), one in self.objects.items()
            if its_kind == kind and its_namespace == namespace
        )


def namespace_of(one: KubernetesObject) -> str:
    """Return where an object is, empty for one of the whole cluster."""
    return "" if one.kind in _CLUSTER_WIDE else one.namespace or DEFAULT_NAMESPACE


def _storage_class(document: Document) -> StorageClass:
    terms: list[Any] = document.get("allowedTopologies") or []
    zones = {
        zone
        for term in terms
        for expression in term.get("matchLabelExpressions") or ()
        if expression["key"].endswith("/zone")
        for zone in expression["values"]
    }
    return StorageClass(
        is_zonal=document["provisioner"] == _PROVISIONER_OF_ONE_ZONE,
        waits_for_pod=document.get("volumeBindingMode") == "WaitForFirstConsumer",
        zones=frozenset(zones) or None,
    )
