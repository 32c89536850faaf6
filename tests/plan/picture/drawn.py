"""Reads a picture as a person sees it: boxes, texts, wires."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from xml.etree.ElementTree import Element, fromstring

from plan.capacity.survey import place
from plan.markup import Markup
from plan.model.assembly import Assembly
from plan.picture.svg import pictures

_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Seen:
    """A box with its title."""

    kind: str
    title: str
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: "Seen") -> bool:
        """Whether another box is in this one."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    def is_apart(self, other: "Seen") -> bool:
        """Whether two boxes have nothing in common."""
        across = self.right <= other.left or other.right <= self.left
        return across or self.bottom <= other.top or other.bottom <= self.top


def pictured(assembly: Assembly) -> tuple[Markup, Markup]:
    """Draw an assembly with its pods where capacity places them: wide and narrow."""
    return pictures(assembly, place(assembly))


def boxes(picture: str) -> list[Seen]:
    return [_seen(rect) for rect in _scene(picture).iter(f"{_SVG}rect") if "box" in _looks(rect)]


def overlaps(found: list[Seen]) -> list[tuple[str, str]]:
    """Name the boxes that are neither apart nor one in the other."""
    return [
        (one.title, other.title)
        for one, other in combinations(found, 2)
        if not (one.is_apart(other) or one.holds(other) or other.holds(one))
    ]


def texts(picture: str) -> list[tuple[float, float, str]]:
    """Return where texts begin, and the texts."""
    return [
        (float(text.attrib["x"]), float(text.attrib["y"]), text.text or "")
        for text in _scene(picture).iter(f"{_SVG}text")
        if "text-anchor" not in text.attrib
    ]


def wires(picture: str) -> list[str]:
    return [_title(wire) for wire in _scene(picture).iter(f"{_SVG}polyline")]


def ends(picture: str) -> Iterator[tuple[str, float, float]]:
    """Yield what wires say with where they end."""
    for wire in _scene(picture).iter(f"{_SVG}polyline"):
        x, y = wire.attrib["points"].split()[-1].split(",")
        yield _title(wire), float(x), float(y)


def parsed(text: str) -> Element:
    """Parse a picture or a page; fails unless every element is closed."""
    return fromstring(text)  # noqa: S314 - what we have written ourselves


def size(picture: str) -> tuple[float, float]:
    _, _, width, height = parsed(picture).attrib["viewBox"].split()
    return float(width), float(height)


def _scene(picture: str) -> Element:
    found = parsed(picture).find(f"{_SVG}g")
    assert found is not None
    return found


def _seen(rect: Element) -> Seen:
    x, y = float(rect.attrib["x"]), float(rect.attrib["y"])
    right, bottom = x + float(rect.attrib["width"]), y + float(rect.attrib["height"])
    kind = rect.attrib["class"].removeprefix("box ")
    return Seen(kind, _title(rect), x, y, right, bottom)


def _looks(element: Element) -> list[str]:
    return element.attrib["class"].split()


def _title(element: Element) -> str:
    return element.findtext(f"{_SVG}title") or ""
