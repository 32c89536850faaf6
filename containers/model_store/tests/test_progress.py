"""What a pod's log says while it works."""

from model_store.progress import ByteProgress, megabytes


class _Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def _progress(clock: _Clock, total: int) -> tuple[ByteProgress, list[str]]:
    said: list[str] = []
    return ByteProgress("received", total, clock=clock, speak=said.append), said


def test_a_line_comes_every_five_seconds() -> None:
    """However often something arrives; its speed is that of these seconds."""
    clock = _Clock()
    progress, said = _progress(clock, 3_000_000_000)
    for _ in range(80):
        clock.now += 0.125
        progress.add(25_000_000)
    assert said == [
        "received 1,000 MB of 3,000 MB, 200 MB/s",
        "received 2,000 MB of 3,000 MB, 200 MB/s",
    ]


def test_a_standstill_shows() -> None:
    """With its reason, if it is known."""
    clock = _Clock()
    progress, said = _progress(clock, 1_000_000)
    clock.now += 6
    progress.add(note="retries: 1, the last because the server answered 503")
    assert said == [
        "received 0 MB of 1 MB, 0 MB/s; retries: 1, the last because the server answered 503"
    ]


def test_the_rate_is_that_of_the_whole_time() -> None:
    """As the last line of a job gives it."""
    clock = _Clock()
    progress, _ = _progress(clock, 10_000_000)
    progress.add(10_000_000)
    clock.now += 4
    assert progress.rate == "2 MB/s"


def test_sizes_are_read_at_a_glance() -> None:
    """In the units of those who sell disks and networks."""
    assert megabytes(2_147_483_648) == "2,147 MB"
