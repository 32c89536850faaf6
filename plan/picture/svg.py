"""Writes a picture as SVG."""

from collections.abc import Iterable

from plan.markup import Markup, element, together
from plan.model.assembly import Assembly
from plan.model.clusters import Placement
from plan.picture.canvas import Box, Canvas, Label, Marks, Wire
from plan.picture.diagram import Diagram
from plan.picture.layout import SQUARE, draw
from plan.picture.survey import diagrams

WIDE, NARROW = 1120, 372
"""Pixels: for a screen, and for a telephone."""
_LANE_COLOURS = 6


def pictures(assembly: Assembly, placements: Iterable[Placement]) -> tuple[Markup, Markup]:
    """Return the architecture as SVG, wide and narrow, without its style.

    Raise `PlanError` for what cannot be read.
    """
    found = diagrams(assembly, placements)
    return _picture(found, WIDE, is_wide=True), _picture(found, NARROW, is_wide=False)


def alone(picture: Markup) -> Markup:
    """Return a picture as a file that needs nothing else."""
    end = picture.index(">") + 1
    style = element("style", Markup(STYLE))
    return together(Markup(picture[:end]), style, Markup(picture[end:]))


def _picture(found: tuple[Diagram, ...], width: int, *, is_wide: bool) -> Markup:
    drawn, top = [], 0.0
    for diagram in found:
        canvas, height = draw(diagram, width=width, is_wide=is_wide)
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


STYLE = """
.picture{--paper:#fff;--ink:#1b1f24;--soft:#57606a;--line:#8c959f;--tier:#f6f8fa;--group:#fff;
--in:#0550ae;--l0:#8250df;--l1:#1a7f37;--l2:#bf3989;--l3:#9a6700;--l4:#0e7490;--l5:#bc4c00;
--warn:#cf222e;font:13px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
@media(prefers-color-scheme:dark){.picture{--paper:#0d1117;--ink:#e6edf3;--soft:#9da7b3;
--line:#6e7681;--tier:#161b22;--group:#0d1117;--in:#79c0ff;--l0:#d2a8ff;--l1:#56d364;--l2:#ff9bce;
--l3:#e3b341;--l4:#56d4dd;--l5:#ffa657;--warn:#ff7b72}}
.picture{background:var(--paper)}
.picture .box{fill:var(--group);stroke:var(--line)}
.picture .network{fill:var(--paper);stroke:var(--ink);stroke-width:1.5}
.picture .region{fill:var(--paper);stroke-dasharray:5 4}
.picture .tier{fill:var(--tier)}
.picture .cluster{fill:none;stroke-dasharray:5 4}
.picture .subnet,.picture .add-ons{fill:none;stroke-dasharray:2 3}
.picture .entrance.box,.picture .internet{stroke:var(--in);stroke-width:1.5}
.picture .store{stroke:var(--l1);stroke-width:1.5}
.picture .step{stroke:var(--l0);stroke-width:1.5}
.picture .waiting{stroke:var(--warn);stroke-width:1.5}
.picture text{fill:var(--ink);font-size:12px}
.picture .name{font-weight:600;font-size:13px}
.picture .detail{fill:var(--soft)}
.picture .port{fill:var(--in);font-weight:600}
.picture .pod{fill:var(--ink);stroke:var(--ink)}
.picture .hollow{fill:none}
.picture .wire{fill:none;stroke:var(--wire);stroke-width:2;shape-rendering:crispEdges}
.picture .tip{fill:var(--wire)}
.picture .wire.stub{stroke:var(--line);stroke-width:1}
.picture .wire.entrance,.picture .tip.entrance{--wire:var(--in)}
.picture .lane-0{--wire:var(--l0)}.picture .lane-1{--wire:var(--l1)}
.picture .lane-2{--wire:var(--l2)}.picture .lane-3{--wire:var(--l3)}
.picture .lane-4{--wire:var(--l4)}.picture .lane-5{--wire:var(--l5)}
"""
