"""Wires: on the left from load balancers to pods, on the right from pods to what they use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from plan.picture.scene import Entrance, Flow, Scene
from plan.picture.shapes import PAD, Canvas, Label, Rect, Wire

LANE = 12
_ARROW = "\N{RIGHTWARDS ARROW}"
_FROM, _TO = 0.35, 0.72
"""How far down a box wires leave it and reach it, as parts of its height."""


@dataclass(frozen=True, kw_only=True)
class Lanes:
    """What has a lane of its own: load balancers on the left, what pods use on the right."""

    entrances: tuple[Entrance, ...]
    targets: tuple[str, ...]
    flows: tuple[Flow, ...]
    names: dict[str, str]
    """What pods and stores are called, by their keys."""


def lanes_of(scene: Scene) -> Lanes:
    """Return the lanes of a scene; those of the uppermost targets are the innermost."""
    names = dict(_names(scene))
    flows = tuple(flow for flow in scene.flows if {flow.source, flow.target} <= names.keys())
    used = {flow.target for flow in flows}
    return Lanes(
        entrances=tuple(one for tier in scene.tiers for one in tier.entrances),
        targets=tuple(name for name in names if name in used),
        flows=flows,
        names=names,
    )


def room_of(lanes: Sequence[object]) -> float:
    """Return how wide lanes are together, with some room beside what stands next to them."""
    return len(lanes) * LANE + (LANE / 2 if lanes else 0)


def wire(canvas: Canvas, lanes: Lanes, *, left: float, right: float, internet: bool) -> None:
    """Draw all wires of a scene between two edges."""
    for index, entrance in enumerate(lanes.entrances):
        box = canvas.places[entrance.key].pop(0)
        if internet and entrance.is_open:
            _from_internet(canvas, entrance, box)
        _doors(canvas, lanes, entrance, box, left + (index + 0.5) * LANE)
    beside = right - (len(lanes.targets) - 0.5) * LANE
    places = {target: beside + index * LANE for index, target in enumerate(lanes.targets)}
    _stubs(canvas, lanes, places)
    for index, (target, x) in enumerate(places.items()):
        for flow in lanes.flows:
            if flow.target == target:
                _use(canvas, lanes, flow, index, x)


def _names(scene: Scene) -> Iterator[tuple[str, str]]:
    for tier in scene.tiers:
        for cluster in tier.clusters:
            groups = [group.pods for group in cluster.groups]
            for pods in (*groups, cluster.waiting):
                yield from ((one.key, one.name) for one in pods)
        yield from ((one.key, one.name) for one in tier.stores)
    yield from ((one.key, one.name) for one in scene.regional)


def _from_internet(canvas: Canvas, entrance: Entrance, box: Rect) -> None:
    cloud = canvas.places["internet"][0]
    x = cloud.x + cloud.width / 2
    protocols = dict.fromkeys(door.protocol for door in entrance.doors)
    canvas.wires.append(
        Wire(
            kind="entrance",
            points=((x, cloud.bottom), (x, box.y)),
            title=f"the internet {_ARROW} {entrance.name}",
            has_arrow=True,
        )
    )
    canvas.labels.append(
        Label(kind="port", x=cloud.x - PAD, y=cloud.y + 20, text=", ".join(protocols), at_end=True)
    )


def _doors(canvas: Canvas, lanes: Lanes, entrance: Entrance, box: Rect, x: float) -> None:
    y = box.y + box.height / 2
    for door in entrance.doors:
        for place in canvas.places[door.pods]:
            end = place.y + place.height / 2
            canvas.wires.append(
                Wire(
                    kind="entrance",
                    points=((box.x, y), (x, y), (x, end), (place.x, end)),
                    title=f"{entrance.name} {_ARROW} {lanes.names.get(door.pods, door.pods)}, "
                    f"{door.protocol} {door.port}",
                    has_arrow=True,
                )
            )
    _ports(canvas, entrance)


def _ports(canvas: Canvas, entrance: Entrance) -> None:
    """Write beside pods by which ports they are reached."""
    ports: dict[str, list[str]] = {}
    for door in entrance.doors:
        ports.setdefault(door.pods, []).append(door.port)
    for pods, numbers in ports.items():
        for place in canvas.places[pods]:
            text, end = " ".join(numbers), place.y + place.height / 2
            canvas.labels.append(Label(kind="port", x=place.x + 8, y=end + 4, text=text))


def _stubs(canvas: Canvas, lanes: Lanes, places: Mapping[str, float]) -> None:
    """Draw from all that uses something to the outermost lane of what it uses."""
    for source in dict.fromkeys(flow.source for flow in lanes.flows):
        used = [flow.target for flow in lanes.flows if flow.source == source]
        end = max(places[target] for target in used)
        names = ", ".join(lanes.names[target] for target in used)
        for place in canvas.places[source]:
            y = place.y + place.height * _FROM
            title = f"{lanes.names[source]} uses {names}"
            points = ((place.right, y), (end, y))
            canvas.wires.append(Wire(kind="stub", points=points, title=title))


def _use(canvas: Canvas, lanes: Lanes, flow: Flow, index: int, x: float) -> None:
    title = f"{lanes.names[flow.source]} {_ARROW} {lanes.names[flow.target]}"
    for source in canvas.places[flow.source]:
        for place in canvas.places[flow.target]:
            start = source.y + source.height * _FROM
            end = place.y + place.height * _TO
            canvas.wires.append(
                Wire(
                    kind="use",
                    points=((x, start), (x, end), (place.right, end)),
                    title=title,
                    lane=index,
                    has_arrow=True,
                    has_dot=True,
                )
            )
