"""What is said of Services that had no ready endpoint while something was deployed."""

import pytest

from rehearsal.command.service_watch import ServiceWatch

_PAIR, _SINGLE = ("shop", "pair"), ("shop", "single")


@pytest.fixture
def watch() -> ServiceWatch:
    """Return a watch that began at 10 s."""
    return ServiceWatch(before={_PAIR: 2, _SINGLE: 1}, last_ready={_PAIR: 10, _SINGLE: 10})


def test_services_that_went_on_serving_are_one_sentence(watch: ServiceWatch) -> None:
    """One pod of two is enough."""
    watch.see({_PAIR: 1, _SINGLE: 1}, 11)

    assert watch.told() == ["all 2 Services had a ready endpoint all the time"]
    assert watch.interrupted() == []


def test_a_gap_is_counted_from_the_last_ready_endpoint(watch: ServiceWatch) -> None:
    """The longest is told; a Service with one pod cannot do better."""
    for at, pair, single in ((11, 2, 0), (13, 0, 0), (16, 0, 1), (17, 1, 1), (18, 0, 1)):
        watch.see({_PAIR: pair, _SINGLE: single}, at)

    assert watch.told() == [
        "pair had no ready endpoint for 5 s",
        "single had no ready endpoint for 3 s",
    ]
    assert watch.interrupted() == ["pair"]


def test_a_removed_service_is_not_missed(watch: ServiceWatch) -> None:
    """It was taken away on purpose."""
    watch.see({_SINGLE: 1}, 11)

    assert watch.interrupted() == []


def test_nothing_is_said_where_nothing_served() -> None:
    """As onto an environment whose first deploy failed."""
    assert ServiceWatch(before={}, last_ready={}).told() == []
