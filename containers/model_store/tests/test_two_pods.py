"""Two pods on one volume: one works, the other waits and finds it done."""

import os
import signal
import time
from collections.abc import Callable

import pytest

from containers.model_store.tests.examples import FIRST, SECOND
from containers.model_store.tests.pods import ended, wait_until_sent
from containers.model_store.tests.s3.serving import Pace
from containers.model_store.tests.upgrades import Upgrade

_SIZE = sum(len(data) for data in SECOND.values())


def test_two_pods_that_start_together_bring_everything_once(upgrade: Upgrade) -> None:
    """Both end well, and no byte of a model came twice."""
    version = upgrade.second.version
    for run in [ended(process) for process in [upgrade.volume.start(version) for _ in range(2)]]:
        upgrade.succeeds(run)
    assert sum(seen.sent for seen in upgrade.server.seen if seen.range) == _SIZE


@pytest.mark.parametrize("kill", [os.kill, os.killpg], ids=["alone", "with its workers"])
def test_when_one_of_two_pods_dies_the_other_goes_on(
    upgrade: Upgrade, kill: Callable[[int, int], None]
) -> None:
    """It is the one with the lock that dies; what it has brought is kept."""
    upgrade.server.pace = Pace(connection_mb=0.5)
    dying = upgrade.volume.start(upgrade.second.version)
    wait_until_sent(upgrade.server, _SIZE // 3, dying)
    waiting = upgrade.volume.start(upgrade.second.version)
    time.sleep(0.3)
    kill(dying.pid, signal.SIGKILL)
    assert ended(dying).code == -signal.SIGKILL
    upgrade.succeeds(ended(waiting))
    assert sum(seen.sent for seen in upgrade.server.seen if seen.range) < 1.5 * _SIZE


def test_two_pods_that_want_different_versions_both_get_theirs(upgrade: Upgrade) -> None:
    """One after the other; the one that came last decides what is current."""
    started = [upgrade.volume.start(one.version) for one in (upgrade.second, upgrade.first)]
    assert [ended(process).code for process in started] == [0, 0]
    files = {upgrade.first.version: FIRST, upgrade.second.version: SECOND}
    assert any(upgrade.volume.has(version, files[version]) for version in files)
    assert not upgrade.volume.strangers()
