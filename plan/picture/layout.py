"""Lays out a scene: everything below one another, wires in lanes to the left and to the right."""

from plan.picture.lanes import lanes_of, room_of, wire
from plan.picture.rows import add_on_row, entrance_row, pods_row, store_row, subnet_row
from plan.picture.scene import Cluster, NodeGroup, Scene, Tier
from plan.picture.shapes import GAP, PAD, Box, Canvas, Column, Label, Rect

_INTERNET = Rect(0, 1, 130, 30)


def draw(scene: Scene, *, width: int, is_wide: bool) -> tuple[Canvas, float]:
    """Draw a scene; return it with its height. A narrow one has fewer columns in its rows."""
    canvas = Canvas(is_wide=is_wide)
    page = Column(1, 1, width - 2)
    lanes = lanes_of(scene)
    is_open = any(entrance.is_open for tier in scene.tiers for entrance in tier.entrances)
    if is_open:
        _internet(canvas, page)
    if scene.tiers:
        with canvas.frame("network", page, scene.name, scene.detail) as inside:
            left, right = room_of(lanes.entrances), room_of(lanes.targets)
            column = Column(inside.x + left, inside.y, inside.width - left - right)
            for tier in scene.tiers:
                _tier(canvas, column, tier)
            inside.y = column.y
    if scene.regional:
        name = "In the region, outside of the network" if scene.tiers else scene.name
        with canvas.frame("region", page, name) as inside:
            column = Column(inside.x, inside.y, inside.width - room_of(lanes.targets))
            for store in scene.regional:
                store_row(canvas, column, store)
            inside.y = column.y
    wire(canvas, lanes, left=page.x + canvas.pad, right=page.right - canvas.pad, internet=is_open)
    return canvas, page.y - GAP + 2


def _internet(canvas: Canvas, page: Column) -> None:
    x = page.right - PAD - _INTERNET.width - 60
    rect = Rect(x, page.y, _INTERNET.width, _INTERNET.height)
    canvas.boxes.append(Box(kind="internet", rect=rect, title="Internet"))
    canvas.labels.append(Label(kind="name", x=x + 34, y=page.y + 20, text="Internet"))
    canvas.places["internet"].append(rect)
    page.y += rect.height + 2 * GAP


def _tier(canvas: Canvas, around: Column, tier: Tier) -> None:
    with canvas.frame("tier", around, f"{tier.name} subnets", tier.way_out.value) as inside:
        for entrance in tier.entrances:
            entrance_row(canvas, inside, entrance)
        if tier.subnets:
            subnet_row(canvas, inside, tier.subnets)
        for cluster in tier.clusters:
            _cluster(canvas, inside, cluster)
        for store in tier.stores:
            store_row(canvas, inside, store)


def _cluster(canvas: Canvas, around: Column, cluster: Cluster) -> None:
    with canvas.frame("cluster", around, cluster.name, cluster.detail) as inside:
        for group in cluster.groups:
            _group(canvas, inside, group)
        if cluster.waiting:
            with canvas.frame("waiting", inside, "No node for") as waiting:
                for pods in cluster.waiting:
                    pods_row(canvas, waiting, pods)


def _group(canvas: Canvas, around: Column, group: NodeGroup) -> None:
    zones = ", ".join(f"{count} in {zone}" for zone, count in group.zones)
    detail = f"{group.machines}: {zones}" if zones else group.machines
    with canvas.frame("group", around, group.name, detail) as inside:
        for pods in group.pods:
            pods_row(canvas, inside, pods)
        if group.add_ons:
            add_on_row(canvas, inside, group.add_ons)
