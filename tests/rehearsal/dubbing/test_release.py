"""Releases: the new version beside the old one, measured, and back if it is bad."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from rehearsal.cluster.waiting import looking
from tests.rehearsal.conftest import Figure
from tests.rehearsal.dubbing.drill import CLONE, LIPSYNC, MT, PRESET, STACK, DubbingDrill
from tests.rehearsal.edits import Edit, SettingEdit
from tests.rehearsal.waiting import until

pytestmark = [pytest.mark.rehearsal, pytest.mark.long]

_SECONDS_BETWEEN_LOOKS = 0.5
_MOST_SECONDS = 60
"""From a bad version serving until the old one serves again."""


def test_a_good_version_takes_the_place_of_the_old_one(drill: DubbingDrill, figure: Figure) -> None:
    """There is no moment without a ready pod behind the service's address."""
    old = drill.serving(MT)
    with _always_served(drill, MT) as watched:
        said = drill.deploy(_configured(MT, "4"))

    assert drill.serving(MT) == old  # one image, in another version
    until(lambda: len(drill.pods(MT)) == 2, "the old version's pods have gone")
    assert watched.looks > 0
    assert watched.gaps == 0
    assert "had a ready endpoint all the time" in said
    figure(f"good version of {MT}: {watched.looks} looks, none without a ready pod")


def test_a_version_with_errors_is_taken_back(drill: DubbingDrill, figure: Figure) -> None:
    """One request in twenty fails: the release says so, and the old version serves again."""
    old = drill.next_version(LIPSYNC)
    drill.play_version(LIPSYNC, old)
    drill.play(LIPSYNC, errors=0.06)
    with drill.checkout.edited(_configured(LIPSYNC, "4")), _served_by(drill, LIPSYNC, old) as away:
        ended = drill.checkout.up(STACK)

    assert ended.code != 0
    assert "error-rate" in ended.output, ended.output
    assert "0.05" in ended.output, ended.output
    until(drill.serves, "every service serves")
    assert drill.next_version(LIPSYNC) == old
    assert away.longest <= _MOST_SECONDS
    figure(f"version with 6 % errors: old one serving again after {away.longest:.0f} s")


def test_two_services_are_released_where_one_machine_is_spare(
    drill: DubbingDrill, figure: Figure
) -> None:
    """Each second version waits for its machines, and gets them when the other's old pods go."""
    pools = {"gpu-standard": 7, "gpu-premium": 1}
    began = time.monotonic()
    drill.deploy(_configured(PRESET, "8"), _configured(CLONE, "8"))
    seconds = time.monotonic() - began

    until(drill.serves, "every service serves")
    # Those that are being taken away count no more for Karpenter, and are still there.
    until(
        lambda: all(drill.gpu_nodes()[pool] <= most for pool, most in pools.items()),
        "no pool has more machines than it may have",
    )
    figure(f"two services released at once: {seconds:.0f} s")


def _configured(service: str, batch: str) -> Edit:
    """Return the edit that gives a service another configuration, and so another version."""
    return SettingEdit(
        system=STACK, path=f"services[{service}].configuration", value={"BATCH_SIZE": batch}
    )


class _Watched:
    looks = 0
    gaps = 0


@contextmanager
def _always_served(drill: DubbingDrill, service: str) -> Iterator[_Watched]:
    """Count how often the service's address leads to no ready pod."""
    watched = _Watched()

    def look() -> None:
        watched.looks += 1
        watched.gaps += not drill.serving(service)

    with looking(look, every=_SECONDS_BETWEEN_LOOKS):
        yield watched


class _Away:
    since: float | None = None
    longest = 0.0


@contextmanager
def _served_by(drill: DubbingDrill, service: str, version: str) -> Iterator[_Away]:
    """Measure for how long another version serves than the one that is good."""
    away = _Away()

    def look() -> None:
        if drill.active_version(service) == version:
            away.since = None
            return
        away.since = away.since or time.monotonic()
        away.longest = max(away.longest, time.monotonic() - away.since)

    with looking(look, every=_SECONDS_BETWEEN_LOOKS):
        yield away
