"""EBS volumes that workloads claim."""

from dataclasses import dataclass
from decimal import Decimal

from plan.model.assembly import Assembly
from plan.model.cluster_objects import ClusterObjects
from plan.model.figures import Scale, ordered
from plan.model.kubernetes import KubernetesObject, cluster_of, kubernetes_objects
from plan.model.quantities import STORAGE, amount
from plan.model.scaling import replicas
from plan.model.selectors import Document

GP3_MIBPS = 125
"""The throughput that every gp3 volume has in its price (facts of EBS, 2026-11)."""
_CLASS = "a storage class"
_EBS = "ebs.csi.aws.com"
_EBS_TYPE = "gp3"
"""What the driver makes where a class names no type."""


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
    clusters: dict[str, ClusterObjects] = {}
    for cluster in {cluster_of(assembly, owner) for owner, _, _ in found}:
        here = (one for one in objects if cluster_of(assembly, one) == cluster)
        clusters[cluster] = ClusterObjects.of(here)
    return [
        VolumeClaim(
            owner=owner,
            count=count,
            volume=_claimed(claim, _class(claim, clusters[cluster_of(assembly, owner)])),
        )
        for owner, claim, count in found
    ]


def _class(claim: Document, cluster: ClusterObjects) -> Document:
    """Return the storage class of a claim; an empty one if no object makes it."""
    wanted = _spec(claim).get("storageClassName")
    missing = {"provisioner": f"class {wanted}" if wanted else "the default class"}
    return cluster.storage_class_document(wanted) or missing


def _claimed(claim: Document, storage_class: Document) -> EbsVolume:
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


def _spec(claim: Document) -> Document:
    spec: Document = claim.get("spec") or {}
    return spec
