"""Availability zones of regions."""

from catalog.reader import UnknownFactError, read


def check_zone(region: str, zone: str) -> None:
    """Raise `UnknownFactError` for a zone that a listed region does not have."""
    letters = read("zones.json")["zones"].get(region)
    known = [f"{region}{letter}" for letter in letters or ()]
    if letters and zone not in known:
        message = f"{region} has {', '.join(known)}"
        raise UnknownFactError(message)
