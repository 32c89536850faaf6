"""Lays out a diagram: its rows below one another, edges to the left and to the right."""

from collections.abc import Sequence

from plan.picture.canvas import (
    GAP,
    LINE,
    PAD,
    Box,
    BoxKind,
    Canvas,
    Column,
    Label,
    LabelKind,
    Marks,
    Rect,
    wrapped,
)
from plan.picture.diagram import (
    Diagram,
    DrawnCluster,
    DrawnLoadBalancer,
    DrawnNodeGroup,
    DrawnPods,
    ManagedService,
    Subnet,
    Tier,
)
from plan.picture.edge_routing import draw_edges, edges_of, width_for

_INTERNET = Rect(0, 1, 130, 30)


def draw(diagram: Diagram, *, width: int, is_wide: bool) -> tuple[Canvas, float]:
    """Draw a diagram; return it with its height. A narrow one has fewer columns in its rows."""
    canvas = Canvas(is_wide=is_wide)
    page = Column(1, 1, width - 2)
    edges = edges_of(diagram)
    is_open = any(balancer.is_open for tier in diagram.tiers for balancer in tier.load_balancers)
    if is_open:
        _internet(canvas, page)
    if diagram.tiers:
        with canvas.frame("network", page, diagram.name, diagram.detail) as inside:
            left, right = width_for(edges.load_balancers), width_for(edges.targets)
            column = Column(inside.x + left, inside.y, inside.width - left - right)
            for tier in diagram.tiers:
                _tier(canvas, column, tier)
            inside.y = column.y
    if diagram.regional:
        name = "In the region, outside of the network" if diagram.tiers else diagram.name
        with canvas.frame("region", page, name) as inside:
            column = Column(inside.x, inside.y, inside.width - width_for(edges.targets))
            for service in diagram.regional:
                service_row(canvas, column, service)
            inside.y = column.y
    draw_edges(
        canvas, edges, left=page.x + canvas.pad, right=page.right - canvas.pad, internet=is_open
    )
    return canvas, page.y - GAP + 2


def _internet(canvas: Canvas, page: Column) -> None:
    x = page.right - PAD - _INTERNET.width - 60
    rect = Rect(x, page.y, _INTERNET.width, _INTERNET.height)
    canvas.boxes.append(Box(kind="internet", rect=rect, title="Internet"))
    canvas.labels.append(Label(kind="name", x=x + 34, y=page.y + 20, text="Internet"))
    canvas.places["internet"].append(rect)
    page.y += rect.height + 2 * GAP


def _tier(canvas: Canvas, around: Column, tier: Tier) -> None:
    with canvas.frame("tier", around, f"{tier.name} subnets", tier.internet_route.value) as inside:
        for balancer in tier.load_balancers:
            load_balancer_row(canvas, inside, balancer)
        if tier.subnets:
            subnet_row(canvas, inside, tier.subnets)
        for cluster in tier.clusters:
            _cluster(canvas, inside, cluster)
        for service in tier.services:
            service_row(canvas, inside, service)


def _cluster(canvas: Canvas, around: Column, cluster: DrawnCluster) -> None:
    with canvas.frame("cluster", around, cluster.name, cluster.detail) as inside:
        for group in cluster.groups:
            _group(canvas, inside, group)
        if cluster.waiting:
            with canvas.frame("waiting", inside, "No node for") as waiting:
                for pods in cluster.waiting:
                    pods_row(canvas, waiting, pods)


def _group(canvas: Canvas, around: Column, group: DrawnNodeGroup) -> None:
    zones = ", ".join(f"{count} in {zone}" for zone, count in group.zones)
    detail = f"{group.machines}: {zones}" if zones else group.machines
    with canvas.frame("group", around, group.name, detail) as inside:
        for pods in group.pods:
            pods_row(canvas, inside, pods)
        if group.add_ons:
            add_on_row(canvas, inside, group.add_ons)


SQUARE = 12
MOST_SQUARES = 10
"""More pods than that are only counted."""
_PORT_ROOM = 48
"""Where the names of pods begin, right of the port that they are reached by."""
_SIDE = 8
_COLUMNS = (0, 0.32, 0.64)
"""Where the texts of a wide row begin, as parts of its width."""
_ENDS = (0.31, 0.63, 1)


def pods_row(canvas: Canvas, column: Column, pods: DrawnPods) -> None:
    counts = _counts(pods)
    squares = pods.maximum if pods.maximum <= MOST_SQUARES else 0
    texts = (pods.name, counts, f"{pods.asks} each")
    title = f"{pods.kind} {', '.join(texts)}"
    rect = _row(canvas, column, "pods", title, texts, start=_PORT_ROOM, squares=squares)
    canvas.places[pods.key].append(rect)
    if squares:
        x, y = _second(canvas, rect, _PORT_ROOM)
        hollow = pods.maximum - pods.minimum
        canvas.marks.append(Marks(x=x, y=y, filled=squares - hollow, hollow=hollow))


def load_balancer_row(canvas: Canvas, column: Column, balancer: DrawnLoadBalancer) -> None:
    reach = "from the internet" if balancer.is_open else "from inside the network"
    texts = (balancer.name, balancer.kind, reach)
    rect = _row(canvas, column, "entrance", ", ".join(texts), texts)
    canvas.places[balancer.key].append(rect)


def service_row(canvas: Canvas, column: Column, service: ManagedService) -> None:
    texts = (service.name, service.kind, service.detail)
    rect = _row(canvas, column, service.box_kind, ", ".join(filter(None, texts)), texts)
    canvas.places[service.key].append(rect)


def add_on_row(canvas: Canvas, column: Column, add_ons: Sequence[DrawnPods]) -> None:
    """Draw the pods that serve the nodes, as one box."""
    listed = ", ".join(f"{one.name} {one.here}" for one in add_ons)
    top, inside = column.y, Column(column.x + _SIDE, column.y + 4, column.width - 2 * _SIDE)
    canvas.lines(inside, wrapped(f"Add-ons: {listed}", inside.width, "detail"), "detail")
    rect = _closed(canvas, column, "add-ons", f"Add-ons: {listed}", top=top, end=inside.y)
    for one in add_ons:
        canvas.places[one.key].append(rect)


def subnet_row(canvas: Canvas, column: Column, subnets: Sequence[Subnet]) -> None:
    """Draw subnets beside one another, one for each zone."""
    width = (column.width - GAP * (len(subnets) - 1)) / len(subnets)
    top = column.y
    ends = []
    for index, subnet in enumerate(subnets):
        inside = Column(column.x + index * (width + GAP) + _SIDE, top + 4, width - 2 * _SIDE)
        texts = [subnet.zone, subnet.cidr, *(["NAT gateway"] if subnet.has_nat else [])]
        lines = ["   ".join(texts)] if canvas.is_wide else texts
        for line in lines:
            canvas.lines(inside, wrapped(line, inside.width, "detail"), "detail")
        ends.append(inside.y)
    for index, subnet in enumerate(subnets):
        place = Column(column.x + index * (width + GAP), top, width)
        nat = ", with a NAT gateway" if subnet.has_nat else ""
        title = f"Subnet {subnet.cidr} in {subnet.zone}{nat}"
        _closed(canvas, place, "subnet", title, top=top, end=max(ends))
        bottom = place.y
    column.y = bottom


def _row(
    canvas: Canvas,
    column: Column,
    kind: BoxKind,
    title: str,
    texts: tuple[str, str, str],
    *,
    start: float = 0,
    squares: int = 0,
) -> Rect:
    """Draw three texts: beside one another if the picture is wide, else the first on its own."""
    top = column.y
    inside = Column(column.x + _SIDE + start, top + 4, column.width - 2 * _SIDE - start)
    room = squares * SQUARE + GAP if squares else 0
    kinds: tuple[LabelKind, ...] = ("name", "detail", "detail")
    ends: list[float] = []
    for place, end, text, look in zip(_COLUMNS, _ENDS, texts, kinds, strict=True):
        if canvas.is_wide:
            x, width = inside.x + place * inside.width, (end - place) * inside.width
            part = Column(x, top + 4, width)
        else:
            part = Column(inside.x, max([top + 4, *ends]), inside.width)
        if place == _COLUMNS[1]:
            part.x, part.width = part.x + room, part.width - room
        canvas.lines(part, wrapped(text, part.width, look), look)
        ends.append(part.y)
    return _closed(canvas, column, kind, title, top=top, end=max(ends))


def _second(canvas: Canvas, rect: Rect, start: float) -> tuple[float, float]:
    """Return where the second text of a row would begin, for the squares before it."""
    inside = rect.width - 2 * _SIDE - start
    if canvas.is_wide:
        return rect.x + _SIDE + start + _COLUMNS[1] * inside, rect.y + 9
    return rect.x + _SIDE + start, rect.y + 9 + LINE


def _closed(
    canvas: Canvas, column: Column, kind: BoxKind, title: str, *, top: float, end: float
) -> Rect:
    rect = Rect(column.x, top, column.width, end + 5 - top)
    canvas.boxes.append(Box(kind=kind, rect=rect, title=title))
    column.y = rect.bottom + GAP
    return rect


def _counts(pods: DrawnPods) -> str:
    noun = "pod" if pods.minimum == 1 else "pods"
    most = f", up to {pods.maximum}" if pods.maximum > pods.minimum else ""
    part = f"{pods.here} of " if pods.here < pods.minimum else ""
    return f"{part}{pods.minimum} {noun}{most}"
