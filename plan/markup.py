"""Elements of HTML and SVG; whatever is not an element itself is escaped."""

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
