"""Which classes RDS and ElastiCache offer."""

import pytest

from catalog import UnknownFactError, check_data_store_class
from catalog.reader import read

_CLASSES = read("data_stores.json")["classes"]


@pytest.mark.parametrize("name", _CLASSES)
def test_a_listed_class_is_known(name: str) -> None:
    """Each stands once, with its service in front."""
    check_data_store_class(name)
    assert name.startswith(("db.", "cache."))
    assert _CLASSES.count(name) == 1


@pytest.mark.parametrize(("name", "service"), [("db.t3.tiny", "db."), ("cache.m7g", "cache.")])
def test_an_unknown_class_is_refused_with_the_known_ones(name: str, service: str) -> None:
    """A class outside the catalog is refused, and those of its own service are listed."""
    with pytest.raises(UnknownFactError) as refusal:
        check_data_store_class(name)
    known = ", ".join(each for each in _CLASSES if each.startswith(service))
    assert str(refusal.value) == f"not in the catalog; known are {known}"
