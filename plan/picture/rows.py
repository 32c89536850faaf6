"""The rows of the picture: load balancers, subnets, pods, stores."""

from collections.abc import Sequence

from plan.picture.scene import Entrance, Pods, Store, Subnet
from plan.picture.shapes import (
    GAP,
    LINE,
    Box,
    BoxKind,
    Canvas,
    Column,
    LabelKind,
    Marks,
    Rect,
    wrapped,
)

SQUARE = 12
MOST_SQUARES = 10
"""More pods than that are only counted."""
_PORT_ROOM = 48
"""Where the names of pods begin, right of the port that they are reached by."""
_SIDE = 8
_COLUMNS = (0, 0.32, 0.64)
"""Where the texts of a wide row begin, as parts of its width."""
_ENDS = (0.31, 0.63, 1)


def pods_row(canvas: Canvas, column: Column, pods: Pods) -> None:
    """Draw the pods of a workload on a node group."""
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


def door_key(entrance: Entrance) -> str:
    """Return what the place of a load balancer is found by."""
    return f"entrance {entrance.name}"


def entrance_row(canvas: Canvas, column: Column, entrance: Entrance) -> None:
    """Draw a load balancer."""
    reach = "from the internet" if entrance.is_open else "from inside the network"
    texts = (entrance.name, entrance.kind, reach)
    rect = _row(canvas, column, "entrance", ", ".join(texts), texts)
    canvas.places[door_key(entrance)].append(rect)


def store_row(canvas: Canvas, column: Column, store: Store) -> None:
    """Draw what keeps data, or works."""
    texts = (store.name, store.kind, store.detail)
    rect = _row(canvas, column, store.look, ", ".join(filter(None, texts)), texts)
    canvas.places[store.key].append(rect)


def add_on_row(canvas: Canvas, column: Column, add_ons: Sequence[Pods]) -> None:
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


def _counts(pods: Pods) -> str:
    noun = "pod" if pods.minimum == 1 else "pods"
    most = f", up to {pods.maximum}" if pods.maximum > pods.minimum else ""
    part = f"{pods.here} of " if pods.here < pods.minimum else ""
    return f"{part}{pods.minimum} {noun}{most}"
