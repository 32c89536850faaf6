"""Real jobs of BullMQ on a real Valkey, as a scrape shows them."""

import time
from pathlib import Path

import pytest

from containers.exporter.tests.running import Running
from containers.queue_exporter.tests.jobs import add, counts, fill, run
from containers.queue_exporter.tests.valkey import Valkey, relay

_ALIASES = ("waiting", "active", "delayed", "failed")


def _jobs(exporter: Running, queue: str) -> dict[str, int]:
    found = exporter.scrape().all("bullmq_job_count")
    return {
        dict(labels)["state"]: int(value)
        for labels, value in found.items()
        if dict(labels)["queue"] == queue
    }


def test_each_state_is_counted_as_bullmq_counts_it(server: Valkey, exporter: Running) -> None:
    """All eight, with jobs in seven of them."""
    run(fill(server.port, "stt"))

    expected = run(counts(server.port, "stt"))

    assert sorted(expected.values()) == [0, 1, 1, 2, 2, 3, 4, 5]
    assert _jobs(exporter, "stt") == expected


def test_a_queue_without_jobs_is_zero_in_every_state(exporter: Running) -> None:
    """A queue whose first job is yet to come has no keys."""
    assert list(_jobs(exporter, "mt").values()) == [0] * 8
    assert exporter.scrape()("bullmq_oldest_waiting_seconds", queue="mt") == 0


def test_jobs_of_a_paused_queue_are_counted(server: Valkey, exporter: Running) -> None:
    """Versions of BullMQ before 6 keep them in a list of their own; they wait, too."""
    run(add(server.port, "mt", {}, {}))
    with server.client() as client:
        client.rename("bull:mt:wait", "bull:mt:paused")
    time.sleep(0.05)

    assert _jobs(exporter, "mt") == run(counts(server.port, "mt"))
    assert _jobs(exporter, "mt")["paused"] == 2
    assert exporter.scrape()("bullmq_oldest_waiting_seconds", queue="mt") >= 0.05


@pytest.mark.parametrize("jobs", [0, 3])
def test_the_marker_of_old_versions_is_no_job(server: Valkey, exporter: Running, jobs: int) -> None:
    """It was put into an empty list, so jobs come in before it; an age it has not."""
    with server.client() as client:
        client.lpush("bull:stt:wait", "0:1700000000000")
        client.hset("bull:stt:0:1700000000000", "timestamp", "1000")
    run(add(server.port, "stt", *[{}] * jobs))

    scrape = exporter.scrape()

    assert scrape("bullmq_job_count", queue="stt", state="wait") == jobs
    assert scrape("bullmq_oldest_waiting_seconds", queue="stt") < 30
    with server.client() as client:
        assert client.llen("bull:stt:wait") == jobs + 1, "an exporter changes nothing"


@pytest.mark.parametrize(
    "jobs",
    [
        [{"timestamp": 100}, {"timestamp": 20}, {"timestamp": 10}],
        [{"timestamp": 100, "lifo": True}, {"timestamp": 20, "lifo": True}],
        [{"timestamp": 30, "priority": 1}, {"timestamp": 100, "priority": 7}, {"timestamp": 5}],
        [{"timestamp": 100, "priority": 7}, {"timestamp": 50, "priority": 7}],
    ],
    ids=["in turn", "last in first out", "of a low priority", "of one priority"],
)
def test_the_age_is_that_of_the_job_that_waits_longest(
    server: Valkey, exporter: Running, jobs: list[dict[str, int]]
) -> None:
    """Whichever comes next."""
    now = time.time()
    for job in jobs:
        job["timestamp"] = int((now - job["timestamp"]) * 1000)
    run(add(server.port, "stt", *jobs))

    age = exporter.scrape()("bullmq_oldest_waiting_seconds", queue="stt")

    assert 100 <= age <= 100 + time.time() - now


def test_jobs_that_do_not_wait_have_no_age(server: Valkey, exporter: Running) -> None:
    """Delayed, active and finished ones are not late."""
    run(add(server.port, "stt", {"timestamp": 1000, "delay": 10**13}))

    scrape = exporter.scrape()

    assert scrape("bullmq_job_count", queue="stt", state="delayed") == 1
    assert scrape("bullmq_oldest_waiting_seconds", queue="stt") == 0


def test_a_job_from_the_future_has_waited_no_time(server: Valkey, exporter: Running) -> None:
    """The clock of whoever added it is ahead."""
    run(add(server.port, "stt", {"timestamp": int(time.time() * 1000) + 60_000}))

    assert exporter.scrape()("bullmq_oldest_waiting_seconds", queue="stt") == 0


def test_former_names_are_kept_as_they_were_defined(server: Valkey, exporter: Running) -> None:
    """The depth is what waits, works and is delayed."""
    run(fill(server.port, "stt"))

    scrape = exporter.scrape()

    found = [scrape(f"redis_queue_{name}", queue_name="stt") for name in _ALIASES]
    assert found == [4, 3, 5, 1]
    assert scrape("redis_queue_depth", queue_name="stt", queue_type="total") == 12


def test_fifty_queues_take_one_round_trip_and_ten_milliseconds(
    tmp_path: Path, server: Valkey
) -> None:
    """With all eight states and the ages, however often it is asked."""
    queues = [f"queue-{number}" for number in range(50)]
    for queue in queues:
        run(add(server.port, queue, {}, {"priority": 3}, {"delay": 10_000}))
    with (
        relay(server.port) as watched,
        Running(
            "queue_exporter",
            tmp_path / "many.log",
            REDIS_HOST="127.0.0.1",
            REDIS_PORT=str(watched.port),
            QUEUE_NAMES=",".join(queues),
        ) as exporter,
        server.client() as client,
    ):
        assert len(exporter.scrape().all("bullmq_job_count")) == 50 * 8
        before, connections = watched.requests, watched.connections
        client.config_resetstat()

        for _ in range(20):
            exporter.scrape()

        assert watched.requests - before == 20
        assert watched.connections == connections
        statistics = client.info("commandstats")
        assert statistics["cmdstat_eval_ro"]["calls"] == 20
        assert statistics["cmdstat_eval_ro"]["usec_per_call"] < 10_000
        assert not [name for name in statistics if name.endswith(("_keys", "_scan"))]
    took = []
    with server.client() as client:
        script = Path("containers/queue_exporter/src/queue_exporter/queues.lua").read_text()
        for _ in range(20):
            start = time.perf_counter()
            client.eval_ro(script, 50, *[f"bull:{queue}:" for queue in queues])
            took.append(time.perf_counter() - start)
    assert min(took) < 0.010, "whatever else this machine does"
