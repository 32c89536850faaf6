"""Wires: on the left from load balancers to pods, on the right from pods to what they use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from plan.picture.canvas import PAD, Canvas, Label, Rect, Wire
from plan.picture.diagram import Diagram, DrawnConnection, DrawnLoadBalancer

LANE = 12
_ARROW = "\N{RIGHTWARDS ARROW}"
_FROM, _TO = 0.35, 0.72
"""How far down a box wires leave it and reach it, as parts of its height."""


@dataclass(frozen=True, kw_only=True)
class Edges:
    """The edges of a diagram: from load balancers on the left, to what pods use on the right."""

    load_balancers: tuple[DrawnLoadBalancer, ...]
    targets: tuple[str, ...]
    connections: tuple[DrawnConnection, ...]
    names: dict[str, str]
    """What pods and stores are called, by their keys."""


def edges_of(diagram: Diagram) -> Edges:
    """Return the edges of a diagram; those to the uppermost targets are the innermost."""
    names = dict(_names(diagram))
    connections = tuple(
        connection
        for connection in diagram.connections
        if {connection.source, connection.target} <= names.keys()
    )
    used = {connection.target for connection in connections}
    return Edges(
        load_balancers=tuple(one for tier in diagram.tiers for one in tier.load_balancers),
        targets=tuple(name for name in names if name in used),
        connections=connections,
        names=names,
    )


def width_for(edges: Sequence[object]) -> float:
    """Return the width of edges beside one another, with a margin."""
    return len(edges) * LANE + (LANE / 2 if edges else 0)


def draw_edges(canvas: Canvas, edges: Edges, *, left: float, right: float, internet: bool) -> None:
    """Draw all edges of a diagram between two x coordinates."""
    for index, balancer in enumerate(edges.load_balancers):
        box = canvas.places[balancer.key].pop(0)
        if internet and balancer.is_open:
            _from_internet(canvas, balancer, box)
        _listeners(canvas, edges, balancer, box, left + (index + 0.5) * LANE)
    beside = right - (len(edges.targets) - 0.5) * LANE
    places = {target: beside + index * LANE for index, target in enumerate(edges.targets)}
    _stubs(canvas, edges, places)
    for index, (target, x) in enumerate(places.items()):
        for connection in edges.connections:
            if connection.target == target:
                _use(canvas, edges, connection, index, x)


def _names(diagram: Diagram) -> Iterator[tuple[str, str]]:
    for tier in diagram.tiers:
        for cluster in tier.clusters:
            groups = [group.pods for group in cluster.groups]
            for pods in (*groups, cluster.waiting):
                yield from ((one.key, one.name) for one in pods)
        yield from ((one.key, one.name) for one in tier.services)
    yield from ((one.key, one.name) for one in diagram.regional)


def _from_internet(canvas: Canvas, balancer: DrawnLoadBalancer, box: Rect) -> None:
    cloud = canvas.places["internet"][0]
    x = cloud.x + cloud.width / 2
    protocols = dict.fromkeys(listener.protocol for listener in balancer.listeners)
    canvas.wires.append(
        Wire(
            kind="entrance",
            points=((x, cloud.bottom), (x, box.y)),
            title=f"the internet {_ARROW} {balancer.name}",
            has_arrow=True,
        )
    )
    canvas.labels.append(
        Label(kind="port", x=cloud.x - PAD, y=cloud.y + 20, text=", ".join(protocols), at_end=True)
    )


def _listeners(
    canvas: Canvas, edges: Edges, balancer: DrawnLoadBalancer, box: Rect, x: float
) -> None:
    y = box.y + box.height / 2
    for listener in balancer.listeners:
        name = edges.names.get(listener.pods, listener.pods)
        for place in canvas.places[listener.pods]:
            end = place.y + place.height / 2
            canvas.wires.append(
                Wire(
                    kind="entrance",
                    points=((box.x, y), (x, y), (x, end), (place.x, end)),
                    title=f"{balancer.name} {_ARROW} {name}, {listener.protocol} {listener.port}",
                    has_arrow=True,
                )
            )
    _ports(canvas, balancer)


def _ports(canvas: Canvas, balancer: DrawnLoadBalancer) -> None:
    """Write beside pods by which ports they are reached."""
    ports: dict[str, list[str]] = {}
    for listener in balancer.listeners:
        ports.setdefault(listener.pods, []).append(listener.port)
    for pods, numbers in ports.items():
        for place in canvas.places[pods]:
            text, end = " ".join(numbers), place.y + place.height / 2
            canvas.labels.append(Label(kind="port", x=place.x + 8, y=end + 4, text=text))


def _stubs(canvas: Canvas, edges: Edges, places: Mapping[str, float]) -> None:
    """Draw from all that uses something to the outermost edge of what it uses."""
    for source in dict.fromkeys(connection.source for connection in edges.connections):
        used = [
            connection.target for connection in edges.connections if connection.source == source
        ]
        end = max(places[target] for target in used)
        names = ", ".join(edges.names[target] for target in used)
        for place in canvas.places[source]:
            y = place.y + place.height * _FROM
            title = f"{edges.names[source]} uses {names}"
            points = ((place.right, y), (end, y))
            canvas.wires.append(Wire(kind="stub", points=points, title=title))


def _use(canvas: Canvas, edges: Edges, connection: DrawnConnection, index: int, x: float) -> None:
    title = f"{edges.names[connection.source]} {_ARROW} {edges.names[connection.target]}"
    for source in canvas.places[connection.source]:
        for place in canvas.places[connection.target]:
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
