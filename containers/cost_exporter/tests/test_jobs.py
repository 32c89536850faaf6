"""What Prometheus is asked, and what is made of its answers."""

from collections.abc import Iterator

import promql_parser
import pytest

from containers.cost_exporter.tests.examples import STT
from containers.cost_exporter.tests.played import Prometheus, prometheus
from cost_exporter.jobs import JobReader, Work
from exporter.failure import Unavailable
from rehearsal.cluster.ports import free_ports


@pytest.fixture
def played() -> Iterator[Prometheus]:
    with prometheus() as started:
        yield started


def test_completed_jobs_are_asked_for_by_service_and_queue(played: Prometheus) -> None:
    """In a query that Prometheus can read."""
    labels = {"namespace": "models", "service": "stt", "queue": "stt"}
    played.tell((labels, "59.5"))

    assert JobReader(played.url).in_the_last_hour() == {Work(STT, "stt"): 59.5}
    (query,) = played.queries
    promql_parser.parse(query)
    assert 'model_jobs_total{outcome="completed"}[1h]' in query


def test_no_jobs_are_no_answer_to_be_afraid_of(played: Prometheus) -> None:
    assert JobReader(played.url).in_the_last_hour() == {}


@pytest.mark.parametrize(
    "answer",
    [
        (503, b"starting"),
        (200, b"<html>hello</html>"),
        (200, b'{"status": "error"}'),
        (200, b'{"data": {"result": [{"metric": {}}]}}'),
        (200, b'{"data": {"result": [7]}}'),
        (200, b'{"data": null}'),
    ],
)
def test_what_is_no_answer_of_prometheus_is_an_outage(
    played: Prometheus, answer: tuple[int, bytes]
) -> None:
    """It must not end a scrape that has the rest."""
    played.answer = answer

    with pytest.raises(Unavailable, match=f"^Prometheus at {played.url} does not tell the jobs: "):
        JobReader(played.url).in_the_last_hour()


def test_nobody_at_the_address_is_an_outage() -> None:
    (port,) = free_ports(1)

    with pytest.raises(Unavailable, match="does not tell the jobs"):
        JobReader(f"http://127.0.0.1:{port}").in_the_last_hour()
