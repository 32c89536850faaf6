"""EBS volumes that workloads claim."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from plan.model.assembly import Assembly
from plan.model.figures import Scale, ordered
from plan.model.kubernetes import KubernetesObject, cluster_of, kubernetes_objects
from plan.model.quantities import STORAGE, amount
from plan.model.scaling import replicas

_CLASS = "a storage class"
_EBS = "ebs.csi.aws.com"
_EBS_TYPE = "gp3"
"""What the driver makes where a class names no type."""
_IS_DEFAULT = "storageclass.kubernetes.io/is-default-class"


@dataclass(frozen=True, kw_only=True)
class EbsVolume:
    """An EBS volume, as it is ordered; `iops` and `throughput_mibps` where they are."""

    name: str
    kind: str
    size_gb: Decimal
    """In GiB, which EBS bills as GB."""
    iops: Decimal | None = None
    throughput_mibps: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class VolumeClaim:
    """A volume that a workload claims for each of its pods, or that stands alone."""

    owner: KubernetesObject
    count: Scale
    volume: EbsVolume


def claims(assembly: Assembly) -> list[VolumeClaim]:
    """Return what StatefulSets claim, and lone claims."""
    objects = kubernetes_objects(assembly)
    found = [
        (one, one.document, Scale.fixed(1))
        for one in objects
        if one.kind == "PersistentVolumeClaim"
    ] + [
        (workload.object, claim, workload.pods)
        for workload in replicas(assembly, objects)
        for claim in workload.object.document["spec"].get("volumeClaimTemplates") or ()
    ]
    return [
        VolumeClaim(
            owner=owner,
            count=count,
            volume=_claimed(claim, _class(assembly, owner, claim, objects)),
        )
        for owner, claim, count in found
    ]


def _class(
    assembly: Assembly,
    owner: KubernetesObject,
    claim: Mapping[str, Any],
    objects: Iterable[KubernetesObject],
) -> Mapping[str, Any]:
    """Return the storage class of a claim; one that says nothing if nobody makes it."""
    wanted = _spec(claim).get("storageClassName")
    for one in objects:
        if one.kind == "StorageClass" and cluster_of(assembly, one) == cluster_of(assembly, owner):
            annotations = one.document["metadata"].get("annotations") or {}
            is_default = annotations.get(_IS_DEFAULT) == "true"
            if is_default if wanted is None else one.name == wanted:
                return one.document
    return {"provisioner": f"class {wanted}" if wanted else "the default class"}


def _claimed(claim: Mapping[str, Any], storage_class: Mapping[str, Any]) -> EbsVolume:
    asked = (_spec(claim).get("resources") or {}).get("requests") or {}
    parameters = storage_class.get("parameters") or {}
    provisioner = str(storage_class.get("provisioner"))
    return EbsVolume(
        name=f"volumes for {claim['metadata']['name']}",
        kind=str(parameters.get("type", _EBS_TYPE)) if provisioner == _EBS else provisioner,
        size_gb=Decimal(amount(STORAGE, asked.get("storage", "0"))) / 2**30,
        iops=ordered(_CLASS, parameters, "iops"),
        throughput_mibps=ordered(_CLASS, parameters, "throughput"),
    )


def _spec(claim: Mapping[str, Any]) -> Mapping[str, Any]:
    spec: Mapping[str, Any] = claim.get("spec") or {}
    return spec
