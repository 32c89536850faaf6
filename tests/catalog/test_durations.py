"""How long the steps of a deploy take, and how sure that is."""

import pytest

from catalog import UnknownFactError
from catalog.durations import Action, model_bytes, resource_duration, step_duration
from catalog.reader import read

_TABLE = read("durations.json")
_MINUTE = 60


@pytest.mark.parametrize("kind", _TABLE["types"])
@pytest.mark.parametrize("action", ["create", "update", "delete"])
def test_every_duration_is_a_range_with_a_source(kind: str, action: Action) -> None:
    """A resource takes some time, at its slowest not less than at its quickest."""
    found = resource_duration(kind, action)
    assert 0 < found.low <= found.high
    assert found.source


@pytest.mark.parametrize("name", _TABLE["steps"])
def test_every_step_is_a_range_with_a_source(name: str) -> None:
    """What is no resource takes some time, too."""
    found = step_duration(name)
    assert 0 < found.low <= found.high
    assert found.source


def test_every_source_is_used() -> None:
    """The list of sources holds none that no duration comes from."""
    entries = [*_TABLE["types"].values(), *_TABLE["steps"].values()]
    assert {entry["source"] for entry in entries} == set(_TABLE["sources"])


def test_a_cluster_takes_about_as_long_as_others_saw() -> None:
    """The times of the specification, 8 min 33 s and 10 min 06 s, lie in the range."""
    found = resource_duration("AWS::EKS::Cluster", "create")
    assert found.low == 8 * _MINUTE + 33
    assert found.low < 10 * _MINUTE + 6 <= found.high
    assert found.mark == "S"


def test_updates_are_from_memory() -> None:
    """Only creations were seen in logs."""
    assert resource_duration("AWS::EKS::Cluster", "update").mark == "U"


def test_a_database_in_two_zones_takes_longer() -> None:
    """A variant of a type has times of its own."""
    single = resource_duration("AWS::RDS::DBInstance", "create")
    double = resource_duration("AWS::RDS::DBInstance, multi-az", "create")
    assert single.high < double.low


def test_an_unlisted_resource_is_quick() -> None:
    """What is not in the catalog takes what any other takes, custom or not."""
    assert resource_duration("AWS::SNS::Topic", "create") == step_duration("any other resource")
    assert resource_duration("Custom::Thing", "delete") == step_duration(
        "any other custom resource"
    )


def test_an_unknown_step_is_refused_with_the_known_ones() -> None:
    """A step outside the catalog is refused, and the catalog is listed."""
    with pytest.raises(UnknownFactError) as refusal:
        step_duration("coffee")
    assert str(refusal.value) == (
        "step 'coffee' is not in the catalog; known are " + ", ".join(_TABLE["steps"])
    )


def test_model_files_are_about_two_gigabytes() -> None:
    """The assumed download is the one that the public lists of files add up to."""
    assert 2.0e9 < model_bytes() < 2.1e9
