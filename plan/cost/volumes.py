"""EBS volumes: those of machines, and those that StatefulSets claim."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from plan.assembly import Assembly
from plan.capacity.quantities import STORAGE, amount
from plan.cost.finding import VOLUMES, Line
from plan.cost.quotes import ordered, quote
from plan.cost.scale import Scale
from plan.cost.workloads import cluster_of, workloads
from plan.kubernetes import KubernetesObject, kubernetes_objects

_CLASS = "a storage class"
_EBS = "ebs.csi.aws.com"
_EBS_TYPE = "gp3"
"""What the driver makes where a class names no type."""
_IS_DEFAULT = "storageclass.kubernetes.io/is-default-class"
_INCLUDED_IOPS = Decimal(3000)
_INCLUDED_MIBPS = Decimal(125)
"""What every gp3 volume has in its price (facts of EBS, 2026-11)."""


@dataclass(frozen=True, kw_only=True)
class Volume:
    """An EBS volume, as it is ordered; `iops` and `throughput_mibps` where they are."""

    name: str
    kind: str
    size_gb: Decimal
    """In GiB, which EBS bills as GB."""
    iops: Decimal | None = None
    throughput_mibps: Decimal | None = None


def volume_lines(
    *, stack: str, owner: str, region: str, count: Scale, volume: Volume
) -> Iterator[Line]:
    """Return what equal volumes cost: their size, and what exceeds the included speed."""
    free = (_INCLUDED_IOPS, _INCLUDED_MIBPS) if volume.kind == "gp3" else (Decimal(0), Decimal(0))
    for what, unit, size, included in (
        ("size", "gb-month", volume.size_gb, Decimal(0)),
        ("IOPS", "iops-month", volume.iops, free[0]),
        ("throughput", "mibps-month", volume.throughput_mibps, free[1]),
    ):
        if size is not None and size > included:
            beyond = f" beyond {included}" if included else ""
            yield Line(
                stack=stack,
                part=VOLUMES,
                owner=owner,
                what=f"{volume.name}, {volume.kind}, {what}{beyond}",
                count=count,
                each=size - included,
                price=quote(region, f"ebs.{volume.kind}.{unit}"),
            )


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A volume that a workload claims for each of its pods, or that stands alone."""

    owner: KubernetesObject
    count: Scale
    volume: Volume


def claims(assembly: Assembly) -> list[Claim]:
    """Return what StatefulSets claim, and lone claims."""
    objects = kubernetes_objects(assembly)
    found = [
        (one, one.document, Scale.fixed(1))
        for one in objects
        if one.kind == "PersistentVolumeClaim"
    ] + [
        (workload.object, claim, workload.pods)
        for workload in workloads(assembly, objects)
        for claim in workload.object.document["spec"].get("volumeClaimTemplates") or ()
    ]
    return [
        Claim(
            owner=owner,
            count=count,
            volume=_claimed(claim, _class(assembly, owner, claim, objects)),
        )
        for owner, claim, count in found
    ]


def claim_lines(assembly: Assembly) -> Iterator[Line]:
    """Return what claimed volumes cost."""
    for claim in claims(assembly):
        yield from volume_lines(
            stack=claim.owner.stack,
            owner=claim.owner.service,
            region=assembly.stack(claim.owner.stack).region,
            count=claim.count,
            volume=claim.volume,
        )


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


def _claimed(claim: Mapping[str, Any], storage_class: Mapping[str, Any]) -> Volume:
    asked = (_spec(claim).get("resources") or {}).get("requests") or {}
    parameters = storage_class.get("parameters") or {}
    provisioner = str(storage_class.get("provisioner"))
    return Volume(
        name=f"volumes for {claim['metadata']['name']}",
        kind=str(parameters.get("type", _EBS_TYPE)) if provisioner == _EBS else provisioner,
        size_gb=Decimal(amount(STORAGE, asked.get("storage", "0"))) / 2**30,
        iops=ordered(_CLASS, parameters, "iops"),
        throughput_mibps=ordered(_CLASS, parameters, "throughput"),
    )


def _spec(claim: Mapping[str, Any]) -> Mapping[str, Any]:
    spec: Mapping[str, Any] = claim.get("spec") or {}
    return spec
