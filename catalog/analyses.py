"""What one analysis of an upload is assumed to use; nothing of it was measured."""

from decimal import Decimal

from catalog.reader import UnknownFactError, read


def assumed(name: str) -> Decimal:
    """Return an amount for one analysis; raise `UnknownFactError` if nothing is assumed."""
    table = read("analyses.json")["assumed"]
    if name not in table:
        message = f"nothing is assumed of {name!r}; assumed are {', '.join(table)}"
        raise UnknownFactError(message)
    # By way of text: the decimal fraction as the file has it, not its binary neighbour.
    return Decimal(str(table[name]["amount"]))
