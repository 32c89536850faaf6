"""Writes a picture as SVG."""

from collections.abc import Iterable

from plan.markup import Markup, element, together
from plan.model.assembly import Assembly
from plan.model.placement import Placement
from plan.picture.layout import draw
from plan.picture.rows import SQUARE
from plan.picture.scene import Scene
from plan.picture.shapes import Box, Canvas, Label, Marks, Wire
from plan.picture.style import STYLE
from plan.picture.survey import scenes

WIDE, NARROW = 1120, 372
"""Pixels: for a screen, and for a telephone."""
_LANE_COLOURS = 6


def pictures(assembly: Assembly, placements: Iterable[Placement]) -> tuple[Markup, Markup]:
    """Return the architecture as SVG, wide and narrow, without its style.

    Raise `PlanError` for what cannot be read.
    """
    found = scenes(assembly, placements)
    return _picture(found, WIDE, is_wide=True), _picture(found, NARROW, is_wide=False)


def alone(picture: Markup) -> Markup:
    """Return a picture as a file that needs nothing else."""
    end = picture.index(">") + 1
    style = element("style", Markup(STYLE))
    return together(Markup(picture[:end]), style, Markup(picture[end:]))


def _picture(found: tuple[Scene, ...], width: int, *, is_wide: bool) -> Markup:
    drawn, top = [], 0.0
    for scene in found:
        canvas, height = draw(scene, width=width, is_wide=is_wide)
        content = together(*_content(canvas))
        drawn.append(element("g", content, class_="scene", transform=f"translate(0 {top:g})"))
        top += height + 16
    return element(
        "svg",
        element("title", "The architecture as the assembly deploys it"),
        *drawn,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {max(top - 16, 1):g}",
        class_="picture wide" if is_wide else "picture narrow",
        role="img",
    )


def _content(canvas: Canvas) -> list[Markup]:
    return [
        *map(_box, canvas.boxes),
        *map(_wire, canvas.wires),
        *map(_ends, canvas.wires),
        *map(_marks, canvas.marks),
        *map(_label, canvas.labels),
    ]


def _box(box: Box) -> Markup:
    rect = box.rect
    return element(
        "rect",
        element("title", box.title),
        class_=f"box {box.kind}",
        x=rect.x,
        y=rect.y,
        width=rect.width,
        height=rect.height,
        rx=6,
    )


def _wire(wire: Wire) -> Markup:
    points = " ".join(f"{x:g},{y:g}" for x, y in wire.points)
    return element(
        "polyline",
        element("title", wire.title),
        class_=_looks(wire, "wire"),
        points=points,
    )


def _ends(wire: Wire) -> Markup:
    """Draw the dot at the beginning of a wire, and the arrow at its end."""
    (x, y), (before_x, before_y) = wire.points[-1], wire.points[-2]
    parts = []
    if wire.has_arrow:
        across = before_x != x
        back = 7 if (before_x if across else before_y) > (x if across else y) else -7
        corners = (
            [(x, y), (x + back, y - 4), (x + back, y + 4)]
            if across
            else [(x, y), (x - 4, y + back), (x + 4, y + back)]
        )
        points = " ".join(f"{a:g},{b:g}" for a, b in corners)
        parts.append(element("polygon", class_=_looks(wire, "tip"), points=points))
    if wire.has_dot:
        dot_x, dot_y = wire.points[0]
        parts.append(element("circle", class_=_looks(wire, "tip"), cx=dot_x, cy=dot_y, r=3))
    return together(*parts)


def _looks(wire: Wire, part: str) -> str:
    return f"{part} {wire.kind} lane-{wire.lane % _LANE_COLOURS}"


def _marks(marks: Marks) -> Markup:
    return together(
        *(
            element(
                "rect",
                class_="pod" if index < marks.filled else "pod hollow",
                x=marks.x + index * SQUARE,
                y=marks.y,
                width=SQUARE - 3,
                height=SQUARE - 3,
                rx=2,
            )
            for index in range(marks.filled + marks.hollow)
        )
    )


def _label(label: Label) -> Markup:
    return element(
        "text",
        label.text,
        class_=label.kind,
        x=label.x,
        y=label.y,
        text_anchor="end" if label.at_end else None,
    )
