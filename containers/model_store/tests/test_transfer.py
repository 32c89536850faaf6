"""Parts come into their files whole and right, by processes that end with the job."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from containers.model_store.tests.ranges import RangeServer, Request, range_server
from containers.model_store.tests.transfers import CONTENT, fails, fetch_all, refusal
from model_store.failure import ExitCode


@pytest.fixture
def server() -> Iterator[RangeServer]:
    with range_server() as running:
        yield running


def test_every_part_comes_into_its_place(server: RangeServer, tmp_path: Path) -> None:
    """Of several files, with a short part at the end of each."""
    parts = [*server.parts("a", CONTENT, tmp_path), *server.parts("b", CONTENT[7:], tmp_path)]
    fetch_all(parts, server.presigned)
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert (tmp_path / "b").read_bytes() == CONTENT[7:]


def test_only_the_wanted_parts_are_asked_for(server: RangeServer, tmp_path: Path) -> None:
    """The rest of the file stays as it is, and the URL's own headers go along."""
    parts = server.parts("a", CONTENT, tmp_path)
    fetch_all([parts[2]], server.presigned)
    expected = bytes(2000) + CONTENT[2000:3000] + bytes(len(CONTENT) - 3000)
    assert (tmp_path / "a").read_bytes() == expected
    [request] = server.requests
    assert request.path == "/a?signed=1"
    assert request.headers["range"] == "bytes=2000-2999"
    assert request.headers["if-match"] == '"1"'


def test_connections_are_used_again(server: RangeServer, tmp_path: Path) -> None:
    """A new one costs several journeys, with TLS."""
    parts = server.parts("a", CONTENT * 20, tmp_path)
    fetch_all(parts, server.presigned)
    assert len(server.requests) == len(parts) > 100
    assert len({request.client for request in server.requests}) <= 16


def test_a_full_disk_ends_the_transfer(server: RangeServer, tmp_path: Path) -> None:
    """The sentence says how much is needed and how much is free."""
    [part] = server.parts("a", CONTENT[:1000], tmp_path)
    full = replace(part, target=Path("/dev/full"))
    words = "cannot write /dev/full: No space left on device; .* MB are missing and .* free"
    fails([full], server.presigned, ExitCode.DISK, words)


def test_a_link_is_not_written_through(server: RangeServer, tmp_path: Path) -> None:
    """It may lead anywhere."""
    [part] = server.parts("a", CONTENT[:1000], tmp_path)
    (tmp_path / "link").symlink_to(part.target)
    fails(
        [replace(part, target=tmp_path / "link")], server.presigned, ExitCode.DISK, "symbolic link"
    )


def _workers(process: int) -> list[int]:
    """Return the children of a process that bring parts; tests have others too, as servers."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(child) for child in children if _is_worker(Path("/proc", child, "cmdline"))]


def _is_worker(command: Path) -> bool:
    return b"model_store.transfer.worker" in command.read_bytes()


def test_a_killed_worker_ends_the_transfer(server: RangeServer, tmp_path: Path) -> None:
    """It would be waited for in vain."""
    parts = server.parts("a", CONTENT[:1000], tmp_path)

    def kill(_: Request) -> None:
        for worker in _workers(os.getpid()):
            os.kill(worker, signal.SIGKILL)

    server.answer = kill
    fails(parts, server.presigned, ExitCode.UNAVAILABLE, "a process of the transfer ended")


def test_no_worker_is_left_behind(server: RangeServer, tmp_path: Path) -> None:
    """Neither after success nor after failure."""
    parts = server.parts("a", CONTENT, tmp_path)
    fetch_all(parts, server.presigned)
    server.answer = lambda _: refusal(403, "AccessDenied")
    fails(parts, server.presigned, ExitCode.NOT_PERMITTED, "not permitted")
    assert _workers(os.getpid()) == []


_HANGING_TRANSFER = """
import sys
from pathlib import Path
from model_store.files import locked
from model_store.progress import ByteProgress
from model_store.transfer.fetch import fetch
from model_store.transfer.tasks import FilePart, PresignedUrl
url, directory = sys.argv[1:]
part = FilePart(name="a", target=Path(directory, "a"), offset=0, size=1000, sha256="")
with locked(Path(directory, ".lock")) as lock:
    source = PresignedUrl(url=url, headers={})
    fetch([part], lambda _: source, progress=ByteProgress("received", 1000), lock=lock)
"""


def test_workers_end_with_the_job_that_is_killed(server: RangeServer, tmp_path: Path) -> None:
    """And until then they hold the lock, so that nobody else writes to the same files."""
    server.parts("a", CONTENT[:1000], tmp_path)
    seen: list[tuple[list[int], int]] = []
    command = [sys.executable, "-c", _HANGING_TRANSFER, server.presigned("a").url, str(tmp_path)]
    with subprocess.Popen(command, env={"PYTHONPATH": os.pathsep.join(sys.path)}) as job:

        def kill_the_job(_: Request) -> None:
            workers = _workers(job.pid)
            for worker in workers:
                os.kill(worker, signal.SIGSTOP)
            job.kill()
            job.wait()
            seen.append((workers, _flock(tmp_path)))
            for worker in workers:
                os.kill(worker, signal.SIGCONT)
            time.sleep(1)

        server.answer = kill_the_job
        _wait_until(lambda: bool(seen))
    [(workers, while_alive)] = seen
    assert workers
    assert while_alive != 0
    _wait_until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
    assert _flock(tmp_path) == 0


def _flock(directory: Path) -> int:
    """Return 0 if the lock is free."""
    return subprocess.run(["flock", "-n", directory / ".lock", "true"], check=False).returncode


def _wait_until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.01)
