"""Stopped and started again, a pull brings what is missing and nothing twice."""

import os
import signal
import time
from pathlib import Path

import pytest

from containers.model_store.tests.examples import FIRST, SECOND, store
from containers.model_store.tests.pods import Ended, Volume, ended, missing_parts, wait_until_sent
from containers.model_store.tests.s3.server import Server
from containers.model_store.tests.s3.serving import Pace
from containers.model_store.tests.upgrades import Upgrade
from model_store.failure import ExitCode

_SIZE = sum(len(data) for data in SECOND.values())


def _stopped_in_the_middle(upgrade: Upgrade, number: signal.Signals) -> Ended:
    """Start a pull, and send it the signal when a third of the bytes is on its way."""
    upgrade.server.pace = Pace(connection_mb=0.5)
    process = upgrade.volume.start(upgrade.second.version)
    wait_until_sent(upgrade.server, _SIZE // 3, process)
    process.send_signal(number)
    began = time.monotonic()
    run = ended(process)
    assert time.monotonic() - began < 5, "a pod that is taken away has not long"
    upgrade.server.pace = Pace()
    return run


def _model_bytes(server: Server) -> int:
    return sum(seen.sent for seen in server.seen if seen.range)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_stopped_pull_goes_on_where_it_was(upgrade: Upgrade, number: signal.Signals) -> None:
    """The second start asks for exactly the bytes that are not on the disk yet."""
    run = _stopped_in_the_middle(upgrade, number)
    assert run.code == (-signal.SIGKILL if number == signal.SIGKILL else ExitCode.STOPPED)
    assert "Traceback" not in run.errors
    assert upgrade.volume.has(upgrade.first.version, FIRST)
    upgrade.server.disconnect()
    staged = upgrade.volume.path / ".staging" / upgrade.second.version
    missing = sum(missing_parts(staged, upgrade.second))
    assert 0 < missing < 0.8 * _SIZE
    upgrade.server.seen.clear()
    upgrade.recovers()
    assert _model_bytes(upgrade.server) == missing


def test_a_worker_that_is_killed_ends_the_pull(upgrade: Upgrade) -> None:
    """As by the kernel when memory is short; the next start goes on."""
    upgrade.server.pace = Pace(connection_mb=0.5)
    process = upgrade.volume.start(upgrade.second.version)
    wait_until_sent(upgrade.server, _SIZE // 3, process)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)
    upgrade.refused(ended(process), ExitCode.UNAVAILABLE, "memory")
    upgrade.server.pace = Pace()
    upgrade.recovers()


def test_a_second_start_asks_nobody(upgrade: Upgrade) -> None:
    """What is there and right needs no network and no credentials."""
    run = upgrade.volume.pull(
        upgrade.first.version, AWS_ENDPOINT_URL_S3="http://127.0.0.1:9", AWS_ACCESS_KEY_ID=""
    )
    assert (run.code, run.errors) == (0, "")
    assert upgrade.volume.has(upgrade.first.version, FIRST)


def test_the_way_back_needs_no_network_either(upgrade: Upgrade) -> None:
    """The version before the current one is kept, and is verified before it is used again."""
    upgrade.recovers()
    run = upgrade.volume.pull(upgrade.first.version, AWS_ENDPOINT_URL_S3="http://127.0.0.1:9")
    assert (run.code, run.errors) == (0, "")
    assert upgrade.volume.has(upgrade.first.version, FIRST)


def test_a_new_volume_gets_every_byte(server: Server, volume: Volume, tmp_path: Path) -> None:
    """The first start of all; a pod may mount the volume at another place."""
    version = store(server, SECOND).version
    run = volume.pull(version)
    assert (run.code, run.errors) == (0, "")
    moved = Volume(volume.path.rename(tmp_path / "elsewhere"), server)
    assert moved.has(version, SECOND)
    assert not moved.strangers()
    assert _model_bytes(server) == _SIZE
