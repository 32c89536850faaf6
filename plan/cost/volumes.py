"""EBS volumes: those of machines, and those that StatefulSets claim."""

from collections.abc import Iterator
from decimal import Decimal

from plan.cost.finding import VOLUMES, Line, quote
from plan.model.assembly import Assembly
from plan.model.figures import Scale
from plan.model.volumes import GP3_MIBPS, EbsVolume, claims

_INCLUDED_IOPS = Decimal(3000)
"""What every gp3 volume has in its price (facts of EBS, 2026-11)."""


def volume_lines(
    *, stack: str, owner: str, region: str, count: Scale, volume: EbsVolume
) -> Iterator[Line]:
    """Return what equal volumes cost: their size, and what exceeds the included speed."""
    free = (
        (_INCLUDED_IOPS, Decimal(GP3_MIBPS)) if volume.kind == "gp3" else (Decimal(0), Decimal(0))
    )
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


def claim_lines(assembly: Assembly) -> Iterator[Line]:
    for claim in claims(assembly):
        yield from volume_lines(
            stack=claim.owner.stack,
            owner=claim.owner.service,
            region=assembly.stack(claim.owner.stack).region,
            count=claim.count,
            volume=claim.volume,
        )
