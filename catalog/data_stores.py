"""Classes of data stores: what RDS and ElastiCache offer."""

from catalog.reader import UnknownFactError, read


def check_data_store_class(name: str) -> None:
    """Raise `UnknownFactError` unless RDS or ElastiCache is known to offer the class."""
    service = name.partition(".")[0]
    known = [n for n in read("data_stores.json")["classes"] if n.partition(".")[0] == service]
    if name not in known:
        message = f"not in the catalog; known are {', '.join(known)}"
        raise UnknownFactError(message)
