"""What a picture is drawn with: boxes, labels and wires, in pixels."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

GAP = 8
PAD = 10
LINE = 16
"""The height of a line of text."""
_CHARACTER = {"name": 8.7, "detail": 7.1, "port": 8.4}
"""How wide a character of a label is at most, on average."""

_PARTS = re.compile(r"[^/-]+[/-]?|[/-]")

BoxKind = Literal[
    "internet", "network", "region", "tier", "subnet", "entrance", "cluster", "group", "pods",
    "add-ons", "waiting", "store", "step",
]  # fmt: skip
LabelKind = Literal["name", "detail", "port"]
WireKind = Literal["entrance", "stub", "use"]


@dataclass(frozen=True)
class Rect:
    """A place; y grows downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, kw_only=True)
class Box:
    """A box; its title says in full what it is."""

    kind: BoxKind
    rect: Rect
    title: str


@dataclass(frozen=True, kw_only=True)
class Label:
    """A line of text; y is its base line."""

    kind: LabelKind
    x: float
    y: float
    text: str
    at_end: bool = False
    """Whether it ends at x."""

    @property
    def width(self) -> float:
        return width_of(self.text, self.kind)


@dataclass(frozen=True, kw_only=True)
class Marks:
    """A row of squares, one for a pod: filled at minimum scale, hollow up to the maximum."""

    x: float
    y: float
    filled: int
    hollow: int


@dataclass(frozen=True, kw_only=True)
class Wire:
    """A line through points; it may end in an arrow, and begin in a dot."""

    kind: WireKind
    points: tuple[tuple[float, float], ...]
    title: str
    lane: int = 0
    """Tells wires of a kind apart."""
    has_arrow: bool = False
    has_dot: bool = False


@dataclass
class Column:
    """Where the next thing goes: downwards from y."""

    x: float
    y: float
    width: float

    @property
    def right(self) -> float:
        return self.x + self.width


@dataclass
class Canvas:
    """A picture while it is being drawn."""

    is_wide: bool
    boxes: list[Box] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    marks: list[Marks] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    places: dict[str, list[Rect]] = field(default_factory=lambda: defaultdict(list))
    """Where pods and stores have been drawn, by their keys."""

    @property
    def pad(self) -> float:
        """Return the room between a box and what is in it."""
        return PAD if self.is_wide else PAD / 2

    @contextmanager
    def frame(self, kind: BoxKind, around: Column, name: str, detail: str = "") -> Iterator[Column]:
        """Draw a box with a heading around all that is drawn into its column."""
        top, place = around.y, len(self.boxes)
        inside = Column(around.x + self.pad, top, around.width - 2 * self.pad)
        self.heading(inside, name, detail)
        yield inside
        around.y = inside.y + self.pad - GAP
        rect = Rect(around.x, top, around.width, around.y - top)
        # What is around something is drawn before it.
        self.boxes.insert(place, Box(kind=kind, rect=rect, title=f"{name} {detail}".strip()))
        around.y += GAP

    def heading(self, column: Column, name: str, detail: str) -> None:
        column.y += PAD / 2
        names = wrapped(name, column.width, "name")
        beside = width_of(name, "name") + 2 * PAD
        fits = len(names) == 1 and beside + width_of(detail, "detail") <= column.width
        self.lines(column, names, "name")
        if fits:
            y = column.y - LINE / 4
            self.labels.append(Label(kind="detail", x=column.x + beside - PAD, y=y, text=detail))
        else:
            self.lines(column, wrapped(detail, column.width, "detail"), "detail")
        column.y += PAD - PAD / 4

    def lines(self, column: Column, lines: list[str], kind: LabelKind) -> None:
        for text in lines:
            column.y += LINE
            self.labels.append(Label(kind=kind, x=column.x, y=column.y - LINE / 4, text=text))


def width_of(text: str, kind: LabelKind) -> float:
    return len(text) * _CHARACTER[kind]


def wrapped(text: str, width: float, kind: LabelKind) -> list[str]:
    """Break a text into lines: between words, after a hyphen or slash, or else where it must be."""
    room = max(1, int(width / _CHARACTER[kind]))
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += f" {word}"
            continue
        parts = [word] if len(word) <= room else _PARTS.findall(word)
        lines.append("")
        for part in parts:
            if len(lines[-1]) + len(part) > room:
                lines.append("")
            lines += [part[start : start + room] for start in range(0, len(part), room)]
            lines[-2:] = ["".join(lines[-2:])] if len("".join(lines[-2:])) <= room else lines[-2:]
    return [line for line in lines if line]
