"""Elements of HTML and SVG, and tables; whatever is not an element itself is escaped."""

from collections.abc import Iterable, Sequence
from html import escape

_VOID = frozenset({"br", "meta"})


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def element(tag: str, *children: str, **attributes: str | float | None) -> Markup:
    """Return an element, well formed as XML and as HTML.

    Of an attribute's name, `_` stands for a hyphen and one at the end for nothing; None leaves the
    attribute out.
    """
    named = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_text(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _VOID:
        return Markup(f"<{tag}{named} />")
    return Markup(f"<{tag}{named}>{together(*children)}</{tag}>")


def together(*children: str) -> Markup:
    """Return elements and texts one after the other."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else escape(child, quote=False) for child in children
        )
    )


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"


_ALWAYS_BESIDE = 2
"""So many columns fit beside one another on a telephone too."""


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, figures: Iterable[int] = ()
) -> Markup:
    """Return a table; the first cell of a row is its head, `figures` are columns of numbers.

    Roles are written out because a browser forgets them when it lays a table out as a list.
    """
    numeric = set(figures)
    looks = ["figure" if index in numeric else None for index in range(len(heads))]
    top = element(
        "tr",
        *(
            element("th", head, scope="col", role="columnheader", class_=look)
            for head, look in zip(heads, looks, strict=True)
        ),
        role="row",
    )
    return element(
        "table",
        element("thead", top, role="rowgroup"),
        element("tbody", *(_row(heads, looks, row) for row in rows), role="rowgroup"),
        role="table",
        class_=_look_of(heads, numeric),
    )


def _look_of(heads: Sequence[str], numeric: set[int]) -> str | None:
    """Keep two columns beside one another, and texts from pushing one another aside."""
    if len(heads) == _ALWAYS_BESIDE:
        return None
    return "stack" if numeric else "stack even"


def _row(heads: Sequence[str], looks: Sequence[str | None], cells: Sequence[str]) -> Markup:
    first, *others = cells
    return element(
        "tr",
        element("th", first, scope="row", role="rowheader"),
        *(
            element("td", cell, role="cell", class_=look, data_head=head)
            for head, look, cell in zip(heads[1:], looks[1:], others, strict=True)
        ),
        role="row",
    )


def fold(summary: str, *content: str, is_open: bool = False) -> Markup:
    """Return content that shows when its summary is clicked."""
    opened = "" if is_open else None
    return element("details", element("summary", summary), *content, open=opened)


def listed(items: Iterable[str]) -> Markup:
    """Return a list; nothing if there are no items."""
    found = [element("li", item) for item in items]
    return element("ul", *found) if found else together()
